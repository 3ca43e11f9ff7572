// Reads playlists and objects of the checker's user: by HTTP with ranges, or from files. What is not there is null; a server
// that fails is an error with its address.
import { open, readFile, stat } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Reader } from '../../transcoder/gate/reader.ts'

/** A server that says nothing for this long is down. */
const patienceMilliseconds = 30_000

async function ask(url: string, init: RequestInit = {}): Promise<Response | null> {
  const signal = AbortSignal.timeout(patienceMilliseconds)
  const response = await fetch(url, { ...init, signal })
  if (response.ok) return response
  await response.body?.cancel()
  if (response.status === 404 || response.status === 410) return null
  throw new Error(`${url.split('?', 1)[0]} answered ${response.status}`)
}

/** The whole object's size in an answer to a range: `bytes 0-0/1234`. */
const sizeInRange = (response: Response) => {
  const match = /\/(\d+)$/.exec(response.headers.get('content-range') ?? '')
  return match ? Number(match[1]) : null
}

const httpReader: Reader = {
  async text(url) {
    return (await (await ask(url))?.text()) ?? null
  },
  async size(url) {
    const response = await ask(url, { headers: { range: 'bytes=0-0' } })
    if (!response) return null
    const whole = sizeInRange(response)
    if (whole !== null) {
      await response.arrayBuffer()
      return whole
    }
    const length = response.headers.get('content-length')
    if (length === null) return (await response.arrayBuffer()).byteLength
    await response.body?.cancel()
    return Number(length)
  },
  async read(url, start, bytes) {
    if (bytes <= 0) return new Uint8Array()
    const range = `bytes=${start}-${start + bytes - 1}`
    const response = await ask(url, { headers: { range } })
    if (!response) throw new Error(`${url.split('?', 1)[0]} is gone`)
    const body = new Uint8Array(await response.arrayBuffer())
    // 200: a server that knows no ranges sends all of it.
    return response.status === 206 ? body.subarray(0, bytes) : body.subarray(start, start + bytes)
  },
}

const orNull = (thrown: unknown) => {
  if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null
  throw thrown
}

const fileReader: Reader = {
  text: url => readFile(fileURLToPath(url), 'utf8').catch(orNull),
  size: url =>
    stat(fileURLToPath(url))
      .then(({ size }) => size)
      .catch(orNull),
  async read(url, start, bytes) {
    const file = await open(fileURLToPath(url))
    try {
      const { buffer, bytesRead } = await file.read(new Uint8Array(bytes), 0, bytes, start)
      return buffer.subarray(0, bytesRead)
    } finally {
      await file.close()
    }
  },
}

/** By the scheme of each address: a playlist on disk may name objects on a server. */
export const anyReader: Reader = {
  text: url => readerOf(url).text(url),
  size: url => readerOf(url).size(url),
  read: (url, start, bytes) => readerOf(url).read(url, start, bytes),
}

const readerOf = (url: string) => (url.startsWith('file:') ? fileReader : httpReader)
