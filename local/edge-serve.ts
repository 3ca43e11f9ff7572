// Answers requests for objects that may be kept: from the cache, or from the origin, asked once for all who want the same.
import { type Behaviour, errorCacheSeconds } from '#domain/delivery.ts'
import { problem } from './edge-answers.ts'
import type { CachedObject, EdgeCache } from './edge-cache.ts'
import type { Fetched, Flights, Landing } from './edge-flights.ts'
import { type Ask, type Content, type GzipStore, respond } from './edge-respond.ts'
import type { ObjectOrigin } from './origins.ts'
import {
  type Decision,
  decide,
  readRange,
  type Span,
  type Validators,
  writeRange,
} from './ranges.ts'
import type { Bytes } from './shared-body.ts'

export interface ServeOptions {
  cache: EdgeCache
  flights: Flights
  /** Milliseconds. */
  now: () => number
}

/** The origin's name stands in the key: two behaviours never share an object. */
export const cacheKey = (origin: string, path: string, search = ''): string =>
  `${origin} ${path}${search}`

export type Serve = (ask: Ask, origin: ObjectOrigin) => Promise<Response>

export function createServe({ cache, flights, now }: ServeOptions): Serve {
  return async (ask, origin) => {
    const key = cacheKey(ask.behaviour.origin, ask.path, ask.search)
    const gzip: GzipStore = {
      read: object => cache.readGzip(key, object),
      keep: (object, bytes) => cache.addGzip(key, object, bytes),
    }
    const held = cache.get(key)
    if (held && now() < held.freshUntil) {
      const decision = decide(ask.method, ask.headers, held)
      const piece = readPiece(key, held, neededSpan(ask, held, decision))
      if (piece) return respond(ask, fromCache(held, piece, 'Hit'), decision, gzip)
      return fetchFrom(ask, origin, key, { known: held, stale: null, gzip })
    }
    const piece = held?.status === 200 && held.etag ? readPiece(key, held, wholeOf(held)) : null
    const stale = held && piece ? { object: held, piece } : null
    return fetchFrom(ask, origin, key, { known: null, stale, gzip })
  }

  interface Piece {
    start: number
    bytes: Bytes
  }

  function readPiece(key: string, object: CachedObject, span: Span | null): Piece | null {
    if (span === null || object.size === 0) return { start: 0, bytes: new Uint8Array() }
    const bytes = cache.read(key, span)
    return bytes && { start: span.start, bytes }
  }

  function fromCache(object: CachedObject, piece: Piece, source: Content['source']): Content {
    return {
      ...object,
      source,
      age: Math.max(0, Math.floor((now() - object.storedAt) / 1000)),
      read: (start, end) =>
        asStream(piece.bytes.subarray(start - piece.start, end + 1 - piece.start)),
      all: async () => piece.bytes,
      leave() {},
    }
  }

  interface Known {
    /** The object as it is now, when that is known: then the range asked for is exact. */
    known: Validators | null
    /** A whole copy that may still be good. */
    stale: { object: CachedObject; piece: Piece } | null
    gzip: GzipStore
  }

  async function fetchFrom(
    ask: Ask,
    origin: ObjectOrigin,
    key: string,
    { known, stale, gzip }: Known,
    last = false,
  ): Promise<Response> {
    const range = stale ? null : rangeFor(ask, known)
    const ifNoneMatch = stale?.object.etag ?? null
    const { method, path, search } = ask
    const landing = await flights.join(
      [method, key, range, ifNoneMatch].join(' '),
      ask.signal,
      signal => origin({ method, path, search, range, ifNoneMatch, signal }),
      fetched => keep(ask.behaviour, key, fetched),
    )
    const { fetched } = landing
    if (fetched.status === 304 && stale) {
      landing.leave()
      const renewed = { ...stale.object, storedAt: now() }
      renewed.freshUntil = freshUntil(ask.behaviour, stale.object) ?? 0
      cache.put(key, renewed)
      const decision = decide(method, ask.headers, renewed)
      return respond(ask, fromCache(renewed, stale.piece, 'RefreshHit'), decision, gzip)
    }
    const content = fromLanding(landing)
    const decision = decide(method, ask.headers, fetched)
    if (content.status !== 200 || holds(ask, fetched, decision)) {
      return respond(ask, content, decision, gzip)
    }
    if (last) {
      // A store that gives no ranges: the whole is a right answer to any of them (RFC 9110 §14.2).
      if (fetched.start === 0 && fetched.length === fetched.size) {
        return respond(ask, content, { status: 200 }, gzip)
      }
      landing.leave()
      return problem(502, 'store-unavailable')
    }
    landing.leave()
    return fetchFrom(ask, origin, key, { known: fetched, stale: null, gzip }, true)
  }

  function keep(behaviour: Behaviour, key: string, fetched: Fetched): void {
    const { status, headers, etag, lastModified, size, start, body } = fetched
    const until = freshUntil(behaviour, fetched)
    const lasting = status === 200 || status === 206 || (status >= 400 && status !== 416)
    if (until === null || !lasting) return
    const object = {
      status: status === 206 ? 200 : status,
      headers,
      etag,
      lastModified,
      size,
      storedAt: now(),
      freshUntil: until,
    }
    cache.put(key, object)
    if (!('all' in body)) return
    // A failure is told to those who wait for the bytes.
    body.all.then(
      bytes => cache.add(key, object, start, bytes),
      () => {},
    )
  }

  /** When an answer stops being fresh; null when it must not be kept. */
  function freshUntil(
    { cacheSeconds }: Behaviour,
    { status, headers }: { status: number; headers: Headers },
  ): number | null {
    const control = headers.get('cache-control') ?? ''
    if (cacheSeconds === null || headers.has('set-cookie')) return null
    if (/\b(?:no-store|private)\b/i.test(control)) return null
    const said = /\bs-maxage=(\d+)/i.exec(control) ?? /\bmax-age=(\d+)/i.exec(control)
    const atMost = status >= 400 ? Math.min(cacheSeconds, errorCacheSeconds) : cacheSeconds
    if (/\bno-cache\b/i.test(control)) return now()
    return now() + 1000 * (said ? Math.min(atMost, Number(said[1])) : atMost)
  }
}

/** A Response made of bytes copies them twice; made of a stream, not at all. */
function asStream(bytes: Bytes): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        controller.enqueue(bytes)
        controller.close()
      },
    },
    { highWaterMark: 0 },
  )
}

const wholeOf = ({ size }: Validators): Span => ({ start: 0, end: size - 1 })

/** The bytes an answer needs; null: none. */
function neededSpan(ask: Ask, object: CachedObject, decision: Decision): Span | null {
  if (ask.method === 'HEAD') return null
  if (object.status !== 200 || decision.status === 200) return wholeOf(object)
  return decision.status === 206 ? decision.span : null
}

/** What to ask the origin for. With If-Range on an unknown object: the whole, to learn which it is. */
function rangeFor(ask: Ask, known: Validators | null): string | null {
  if (ask.method === 'HEAD') return null
  if (known) {
    const decision = decide(ask.method, ask.headers, known)
    return decision.status === 206
      ? writeRange({ first: decision.span.start, last: decision.span.end })
      : null
  }
  if (ask.headers.has('if-range')) return null
  const range = readRange(ask.headers.get('range'))
  return range && writeRange(range)
}

/** True when what was fetched is enough to answer with. */
function holds(ask: Ask, fetched: Fetched, decision: Decision): boolean {
  const { start, length, size, body } = fetched
  if (ask.method === 'HEAD' || decision.status === 304 || decision.status === 416) return true
  const whole = start === 0 && length === size
  if (decision.status === 200) return whole
  const { span } = decision
  if ('all' in body) return span.start >= start && span.end < start + length
  return span.start === start && span.end === start + length - 1
}

function fromLanding({ fetched, read, all, leave }: Landing): Content {
  const { status, headers, etag, lastModified, size } = fetched
  // 206 and 416 speak of an object that is there; what the viewer gets is decided anew.
  const there = status === 206 || status === 416
  return {
    status: there ? 200 : status,
    headers,
    etag,
    lastModified,
    size,
    source: 'Miss',
    age: null,
    read,
    all,
    leave,
  }
}
