// Uploads a file by the HTTP contract, as any program would: begin, parts straight to the store, complete.
import { open, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { fetchOwned } from './owner.ts'

export interface Uploaded {
  videoId: string
  /** Milliseconds since the epoch when `complete` had answered. */
  completedAt: number
}

export async function call<T>(url: string, init?: RequestInit & { json?: unknown }): Promise<T> {
  const { json, ...rest } = init ?? {}
  const headers = new Headers(rest.headers)
  if (json !== undefined) headers.set('content-type', 'application/json')
  const body = json === undefined ? {} : { body: JSON.stringify(json) }
  const answer = await fetchOwned(url, { ...rest, ...body, headers })
  if (!answer.ok)
    throw new Error(`${rest.method ?? 'GET'} ${url}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}

const partsAtOnce = 4

export async function upload(
  origin: string,
  path: string,
  onBegun: (videoId: string) => void = () => {},
  /** Of every call: who asks, where that matters. */
  headers: Record<string, string> = {},
): Promise<Uploaded> {
  const { size } = await stat(path)
  const begun = await call<{ videoId: string; partSize: number; partCount: number }>(
    `${origin}/api/uploads`,
    {
      method: 'POST',
      headers,
      json: {
        name: basename(path),
        size,
        type: 'video/mp4',
        fingerprint: `${path}-${size}-${Date.now()}-${Math.random()}`,
      },
    },
  )
  const { videoId, partSize, partCount } = begun
  onBegun(videoId)
  const etags: { partNumber: number; etag: string }[] = []
  const left = Array.from({ length: partCount }, (_, index) => index + 1)
  const file = await open(path)
  const sender = async () => {
    for (let partNumber = left.shift(); partNumber !== undefined; partNumber = left.shift()) {
      const { parts } = await call<{ parts: { url: string }[] }>(
        `${origin}/api/uploads/${videoId}/parts`,
        { method: 'POST', headers, json: { partNumbers: [partNumber] } },
      )
      const start = (partNumber - 1) * partSize
      const body = Buffer.alloc(Math.min(partSize, size - start))
      await file.read(body, 0, body.length, start)
      const put = await fetch(parts[0]?.url ?? '', { method: 'PUT', body })
      if (!put.ok) throw new Error(`part ${partNumber}: ${put.status}`)
      etags.push({ partNumber, etag: put.headers.get('etag') ?? '' })
    }
  }
  await Promise.all(Array.from({ length: partsAtOnce }, sender))
  await file.close()
  etags.sort((a, b) => a.partNumber - b.partNumber)
  await call(`${origin}/api/uploads/${videoId}/complete`, {
    method: 'POST',
    headers,
    json: { parts: etags },
  })
  return { videoId, completedAt: Date.now() }
}
