// The only address FFmpeg may open: a range server on the loopback interface that serves stored sources, each under a path
// nobody can guess, pinned to its ETag. A read that fails cuts the connection: FFmpeg never takes a fault for the end.
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type MillraceError, toMillraceError } from '#domain/errors.ts'
import type { Log } from '#platform/log.ts'
import { createBlockCache, createSourceBlocks, type SourceBlocks } from './source-blocks.ts'
import type { Counts, ReadRange, SourcePart } from './source-fetch.ts'

export interface OpenSource {
  url: string
  /**
   * Bytes from `start` to before `end` (at most to the end of the source).
   * @throws MillraceError, also when an earlier read, FFmpeg's included, failed for good.
   */
  read(start: number, end: number): Promise<Uint8Array>
  /** What reading it has cost the store so far. */
  counts(): Counts
  /** Why reading failed for good (`source-changed`, `source-gone`, `store-unavailable`); null as long as it has not. */
  failure(): MillraceError | null
  close(): void
}

export interface SourceServer {
  open(source: { key: string; etag: string; sizeBytes: number }): OpenSource
  close(): void
}

export async function createSourceServer(deps: {
  readRange: ReadRange
  log: Log
}): Promise<SourceServer> {
  const { readRange, log } = deps
  const cache = createBlockCache()
  const sources = new Map<string, SourceBlocks>()

  const server = createServer((request, response) => {
    serve(sources.get(request.url ?? ''), request, response).catch((thrown: unknown) => {
      const { code, detail } = toMillraceError(thrown)
      if (code !== 'cancelled') log.warn('a read of the source ended early', { code, detail })
      response.destroy()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0

  function publish(id: string, parts: readonly SourcePart[]): OpenSource {
    const blocks = createSourceBlocks({ id, parts, readRange, cache, log })
    const path = `/${randomBytes(18).toString('base64url')}`
    sources.set(path, blocks)
    return {
      url: `http://127.0.0.1:${port}${path}`,
      async read(start, end) {
        const failure = blocks.failure()
        if (failure) throw failure
        const pieces: Uint8Array[] = []
        const stop = Math.min(end, blocks.sizeBytes)
        for await (const piece of blocks.stream(start, stop, true)) pieces.push(piece)
        return Buffer.concat(pieces)
      },
      counts: blocks.counts,
      failure: blocks.failure,
      close() {
        sources.delete(path)
        blocks.close()
      },
    }
  }

  return {
    open({ key, etag, sizeBytes }) {
      const parts = sizeBytes > 0 ? [{ key, etag, start: 0, end: sizeBytes - 1 }] : []
      return publish(`${key} ${etag}`, parts)
    },
    close() {
      for (const blocks of sources.values()) blocks.close()
      sources.clear()
      server.close()
      server.closeAllConnections()
    },
  }
}

async function serve(
  blocks: SourceBlocks | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!blocks) return void response.writeHead(404).end()
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return void response.writeHead(405, { allow: 'GET, HEAD' }).end()
  }
  const size = blocks.sizeBytes
  const range = parseRange(request.headers.range, size)
  const standing = { 'accept-ranges': 'bytes', 'content-type': 'application/octet-stream' }
  if (range === 'unsatisfiable') {
    const headers = { ...standing, 'content-range': `bytes */${size}`, 'content-length': 0 }
    return void response.writeHead(416, headers).end()
  }
  const { start, end } = range ?? { start: 0, end: size }
  response.writeHead(range ? 206 : 200, {
    ...standing,
    'content-length': end - start,
    ...(range ? { 'content-range': `bytes ${start}-${end - 1}/${size}` } : {}),
  })
  if (request.method === 'HEAD') return void response.end()
  await send(blocks.stream(start, end), response)
}

/** Stops fetching when the reader has closed its connection. */
async function send(pieces: AsyncGenerator<Uint8Array>, response: ServerResponse): Promise<void> {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  try {
    for await (const piece of pieces) {
      if (gone.signal.aborted) return
      if (!response.write(piece)) {
        await once(response, 'drain', { signal: gone.signal }).catch(() => undefined)
      }
      if (gone.signal.aborted) return
    }
    response.end()
  } finally {
    await pieces.return(undefined)
  }
}

/** RFC 9110 §14.2: one range, `end` exclusive. Null: no range, or one that is not understood and so ignored. */
export function parseRange(
  header: string | undefined,
  size: number,
): { start: number; end: number } | 'unsatisfiable' | null {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '')
  if (!match) return null
  const [, first = '', last = ''] = match
  if (first === '' && last === '') return null
  if (first === '') {
    const length = Math.min(Number(last), size)
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size }
  }
  const start = Number(first)
  if (last !== '' && Number(last) < start) return null
  if (start >= size) return 'unsatisfiable'
  return { start, end: last === '' ? size : Math.min(Number(last) + 1, size) }
}
