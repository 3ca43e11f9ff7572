// A website on this machine, and a fetch that takes it for a public one under the name films.example.com. Which
// addresses this process connects to is heard by the channel Node itself tells of it.
import { subscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createSocketServer, type Socket } from 'node:net'
import { refuseUnsafe } from '#platform/import-url.ts'
import { createPublicFetch, type PublicFetch } from '#platform/public-fetch.ts'

export const filmUrl = 'http://films.example.com/film.mp4'

/** Named as one of a film; its bytes tell where they stand. */
export function filmOf(sizeBytes: number, seed = 0): Buffer {
  const film = Buffer.alloc(sizeBytes)
  for (let at = 0; at + 4 <= sizeBytes; at += 4) film.writeUInt32LE((at + seed * 77) >>> 0, at)
  Buffer.from('\0\0\0\x18ftypisom').copy(film)
  return film
}

/** This machine, on this port, counts as public, and only under this name. */
export function fetchFrom(port: number, deps: { headMilliseconds?: number } = {}): PublicFetch {
  const fetchPublic = createPublicFetch({
    ...deps,
    resolve: async host =>
      host === 'films.example.com'
        ? [{ address: '127.0.0.1', family: 4 }]
        : [{ address: '10.0.0.1', family: 4 }],
    isPublic: address => address === '127.0.0.1',
    check: url => refuseUnsafe(Object.assign(new URL(url), { port: '' })),
  })
  return (url, request) => fetchPublic(Object.assign(new URL(url), { port }), request)
}

export async function startWebsite() {
  const site: { answer: RequestListener; heard: { path: string; range: string | undefined }[] } = {
    answer: (_request, response) => response.writeHead(404).end(),
    heard: [],
  }
  const server = createServer((request, response) => {
    site.heard.push({ path: request.url ?? '', range: request.headers.range })
    site.answer(request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    site,
    port,
    fetchPublic: fetchFrom(port),
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** A website of bare bytes, as no server would send them. `heard` counts its connections. */
export async function startOddWebsite(answer: (socket: Socket) => void) {
  const sockets = new Set<Socket>()
  const site = { heard: 0 }
  const server = createSocketServer(socket => {
    sockets.add(socket.on('error', () => undefined))
    site.heard += 1
    socket.once('data', () => answer(socket))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    site,
    port,
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** Serves a file with ranges, as a good website does. `bytes` counts what it has sent. */
export function serving(
  film: Buffer,
  etag = '"1"',
  sent: { bytes: number } = { bytes: 0 },
): RequestListener {
  return (request, response) => {
    const { range, 'if-range': ifRange } = request.headers
    const [, first] = /^bytes=(\d+)-$/.exec(range ?? '') ?? []
    const from = ifRange === etag && first !== undefined ? Number(first) : 0
    const body = film.subarray(from)
    sent.bytes += body.byteLength
    const content = { etag, 'content-length': body.byteLength, 'accept-ranges': 'bytes' }
    const part = { 'content-range': `bytes ${from}-${film.byteLength - 1}/${film.byteLength}` }
    response.writeHead(from > 0 ? 206 : 200, from > 0 ? { ...content, ...part } : content).end(body)
  }
}

const attempts: string[] = []
const watched = new WeakSet<Socket>()
subscribe('net.client.socket', message => {
  const { socket } = message as { socket: Socket }
  // A socket that connects again is told of again.
  if (watched.has(socket)) return
  watched.add(socket)
  socket.on('connectionAttempt', (address, port) => attempts.push(`${address}:${port}`))
})

/** Where this process begins to connect to from now on, as `address:port`. */
export function watchConnections() {
  const from = attempts.length
  return {
    /** But to this port, on which the test's own ground listens. */
    others: (ground: string) =>
      attempts.slice(from).filter(attempt => !attempt.endsWith(`:${ground}`)),
  }
}

/** A film that has no end, as fast as it is taken. */
export const endless: RequestListener = (_request, response) => {
  response.write(filmOf(1000))
  const more = Buffer.alloc(256 * 1024)
  const write = () => {
    while (response.write(more));
  }
  response.on('drain', write).on('error', () => undefined)
  write()
}
