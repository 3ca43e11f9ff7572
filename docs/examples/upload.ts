// Uploads a file and prints an address that plays, as soon as it plays: node docs/examples/upload.ts clip.mp4
import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { PlaybackView, VideoView } from '../../domain/video.ts'

const origin = process.env['MILLRACE_ORIGIN'] ?? 'http://localhost:8080'
/** Made in the portal: Account, API keys; scopes upload and read. */
const key = process.env['MILLRACE_KEY'] ?? ''

async function call<T>(method: string, path: string, json?: unknown): Promise<T> {
  const answer = await fetch(origin + path, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  })
  if (!answer.ok) {
    // RFC 9457: decide by `code`, show `detail`.
    const { code, detail } = (await answer.json()) as { code: string; detail: string }
    throw new Error(`${code}: ${detail}`)
  }
  return (await answer.json()) as T
}

const [path = ''] = process.argv.slice(2)
const file = await open(path)
const { size, mtimeMs } = await file.stat()
const name = basename(path)

const { videoId, partSize, partCount } = await call<{
  videoId: string
  partSize: number
  partCount: number
}>('POST', '/api/uploads', { name, size, type: '', fingerprint: `${name}-${size}-${mtimeMs}` })

const parts: { partNumber: number; etag: string }[] = []
for (let partNumber = 1; partNumber <= partCount; partNumber++) {
  const signed = await call<{ parts: { url: string; size: number }[] }>(
    'POST',
    `/api/uploads/${videoId}/parts`,
    { partNumbers: [partNumber] },
  )
  const [part] = signed.parts
  if (!part) throw new Error('nothing was signed')
  const body = Buffer.alloc(part.size)
  await file.read(body, 0, part.size, (partNumber - 1) * partSize)
  const put = await fetch(part.url, { method: 'PUT', body })
  if (!put.ok) throw new Error(`part ${partNumber}: ${put.status}`)
  parts.push({ partNumber, etag: put.headers.get('etag') ?? '' })
}
await file.close()
await call<VideoView>('POST', `/api/uploads/${videoId}/complete`, { parts })

for (;;) {
  const video = await call<VideoView>('GET', `/api/videos/${videoId}`)
  if (video.failure) throw new Error(video.failure.message)
  if (video.playable) break
  await wait(500)
}
const { url } = await call<PlaybackView>('POST', `/api/videos/${videoId}/playback`)
process.stdout.write(`${origin}${url}\n`)
