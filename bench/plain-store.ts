// The verbs of S3 that a worker needs to write, in their plainest form: what is put is counted and forgotten, so that nothing but
// the worker itself is measured.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

export interface PlainStore {
  endpoint: string
  bytes(): number
  close(): void
}

const xml = (response: ServerResponse, name: string, inside: string) =>
  response.end(`<?xml version="1.0"?><${name}>${inside}</${name}>`)

/** @param object what lies under a key */
export async function startPlainStore(
  object: (key: string) => Buffer | null = () => null,
): Promise<PlainStore> {
  let bytes = 0

  function give(key: string, range: string | undefined, response: ServerResponse): void {
    const body = object(key)
    const [, first = 0, last = 0] = /bytes=(\d+)-(\d+)/.exec(range ?? '') ?? []
    if (!body) return void response.writeHead(404).end()
    const piece = body.subarray(Number(first), Number(last) + 1)
    response.writeHead(206, {
      'content-length': piece.byteLength,
      'content-range': `bytes ${first}-${last}/${body.byteLength}`,
    })
    response.end(piece)
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://store')
    const isUploads = searchParams.has('uploads')
    if (request.method === 'GET') {
      if (isUploads) return void xml(response, 'ListMultipartUploadsResult', '')
      // Behind the bucket.
      return give(pathname.split('/').slice(2).join('/'), request.headers.range, response)
    }
    for await (const piece of request) {
      if (request.method === 'PUT') bytes += (piece as Buffer).byteLength
    }
    response.setHeader('etag', '"1"')
    if (request.method !== 'POST') return void response.end()
    if (isUploads) xml(response, 'InitiateMultipartUploadResult', '<UploadId>1</UploadId>')
    else xml(response, 'CompleteMultipartUploadResult', '<ETag>"1"</ETag>')
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    bytes: () => bytes,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
