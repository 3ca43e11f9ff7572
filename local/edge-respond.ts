// Builds the answer to a viewer from an object, wherever its bytes come from. Repeats nothing of the request.
import type { Behaviour } from '#domain/delivery.ts'
import { acceptsGzip, compress, mayCompress, problem, weaken } from './edge-answers.ts'
import { contentRange, type Decision, type Validators } from './ranges.ts'
import type { Bytes } from './shared-body.ts'

export interface Ask {
  method: 'GET' | 'HEAD'
  headers: Headers
  signal: AbortSignal
  path: string
  /** The parameters of the cache key only. */
  search: string
  behaviour: Behaviour
}

export interface Content extends Validators {
  status: number
  headers: Headers
  source: 'Hit' | 'Miss' | 'RefreshHit'
  /** Seconds since the origin gave it; null when it did so just now. */
  age: number | null
  /** Both ends included; within what the content holds. */
  read(start: number, end: number): ReadableStream<Uint8Array>
  /** The whole, where it can be held in memory. */
  all: (() => Promise<Bytes>) | null
  /** To be called when nothing of it is read. */
  leave(): void
}

export interface GzipStore {
  read(object: Validators): Bytes | null
  keep(object: Validators, bytes: Bytes): void
}

/** The answer once it is decided what part is wanted; the content holds that part. */
export async function respond(
  ask: Ask,
  content: Content,
  decision: Decision,
  gzip: GzipStore,
): Promise<Response> {
  if (content.status !== 200) return passError(ask, content)
  const headers = headersFor(ask, content)
  const { size } = content
  if (decision.status === 416 || decision.status === 304) {
    content.leave()
    if (decision.status === 304) return new Response(null, { status: 304, headers })
    const extra = { 'content-range': `bytes */${size}`, 'x-cache': headers.get('x-cache') ?? '' }
    return problem(416, 'bad-request', extra)
  }
  headers.set('content-type', content.headers.get('content-type') ?? 'application/octet-stream')
  if (ask.method === 'HEAD') {
    content.leave()
    headers.set('content-length', String(size))
    return new Response(null, { status: 200, headers })
  }
  if (decision.status === 206) {
    const { start, end } = decision.span
    headers.set('content-range', contentRange(decision.span, size))
    headers.set('content-length', String(end + 1 - start))
    return new Response(content.read(start, end), { status: 206, headers })
  }
  const squeezed = await compressed(ask, content, gzip)
  if (squeezed === null) {
    headers.set('content-length', String(size))
    return new Response(size === 0 ? null : content.read(0, size - 1), { status: 200, headers })
  }
  headers.set('content-encoding', 'gzip')
  headers.set('content-length', String(squeezed.length))
  if (content.etag !== null) headers.set('etag', weaken(content.etag))
  return new Response(squeezed, { status: 200, headers })
}

function headersFor({ behaviour }: Ask, { headers: from, source, age }: Content): Headers {
  const headers = new Headers({ 'accept-ranges': 'bytes', 'x-cache': `${source} from edge` })
  for (const name of ['etag', 'last-modified', 'cache-control']) {
    const value = from.get(name)
    if (value !== null) headers.set(name, value)
  }
  if (behaviour.cacheControl !== null) headers.set('cache-control', behaviour.cacheControl)
  if (behaviour.compress) headers.set('vary', 'Accept-Encoding')
  if (age !== null) headers.set('age', String(age))
  return headers
}

async function compressed(ask: Ask, content: Content, gzip: GzipStore): Promise<Bytes | null> {
  const wanted =
    content.all !== null &&
    mayCompress(ask.behaviour, content.headers, content.size) &&
    acceptsGzip(ask.headers.get('accept-encoding'))
  if (!wanted || !content.all) return null
  const held = gzip.read(content)
  if (held !== null) {
    content.leave()
    return held
  }
  const bytes = await compress(await content.all())
  gzip.keep(content, bytes)
  return bytes
}

/** An origin's error goes on as it is, but no browser keeps it. */
async function passError(ask: Ask, content: Content): Promise<Response> {
  const headers = new Headers({ 'cache-control': 'no-store', 'x-cache': 'Error from edge' })
  for (const name of ['content-type', 'retry-after', 'location']) {
    const value = content.headers.get(name)
    if (value !== null) headers.set(name, value)
  }
  if (ask.method === 'GET' && content.size > 0) {
    return new Response(content.read(0, content.size - 1), { status: content.status, headers })
  }
  content.leave()
  return new Response(null, { status: content.status, headers })
}
