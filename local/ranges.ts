// Which part of an object a request asks for, and whether the asker holds it already: RFC 9110 §13 and §14. Pure.

export type ByteRange = { first: number; last: number } | { suffix: number }

/** Both ends included, as in Content-Range. */
export interface Span {
  start: number
  end: number
}

/** What is known of an object without its bytes. */
export interface Validators {
  size: number
  etag: string | null
  lastModified: string | null
}

/**
 * A Range header with one range, or null: the whole is asked for. Null too for another unit, for what is not of the
 * grammar, and for several ranges at once, all of which a server may answer with the whole (§14.2); players ask for one.
 */
export function readRange(header: string | null): ByteRange | null {
  const match = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(header ?? '')
  if (!match) return null
  const [, first = '', last = ''] = match
  if (first === '') return last === '' ? null : { suffix: Number(last) }
  const range = {
    first: Number(first),
    last: last === '' ? Number.POSITIVE_INFINITY : Number(last),
  }
  return range.first > range.last ? null : range
}

/** The range as one writes it, in one spelling only. */
export function writeRange(range: ByteRange): string {
  if ('suffix' in range) return `bytes=-${range.suffix}`
  return `bytes=${range.first}-${Number.isFinite(range.last) ? range.last : ''}`
}

/** The span of an object of that size, clipped to its end; null when there is none (416). */
export function resolveRange(range: ByteRange, size: number): Span | null {
  if ('suffix' in range) {
    const length = Math.min(range.suffix, size)
    return length > 0 ? { start: size - length, end: size - 1 } : null
  }
  if (range.first >= size) return null
  return { start: range.first, end: Math.min(range.last, size - 1) }
}

export const contentRange = (span: Span, size: number): string =>
  `bytes ${span.start}-${span.end}/${size}`

/** An origin's Content-Range, or null. `bytes *\/7` (416) gives only the size. */
export function readContentRange(
  header: string | null,
): { span: Span | null; size: number } | null {
  const match = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+)$/.exec(header ?? '')
  if (!match) return null
  const [, start, end, size] = match
  return {
    span: start === undefined ? null : { start: Number(start), end: Number(end) },
    size: Number(size),
  }
}

const opaque = (etag: string): string => etag.replace(/^W\//, '')

/** If-None-Match, weak comparison (§13.1.2): true when the asker's copy is the current one. */
export function matchesAny(header: string | null, etag: string | null): boolean {
  if (header === null || etag === null) return false
  if (header.trim() === '*') return true
  const given = header.match(/(?:W\/)?"[^"]*"/g) ?? []
  return given.some(one => opaque(one) === opaque(etag))
}

/** If-Range, strong comparison (§13.1.5): false means that the Range header is to be ignored. */
function rangeHolds(header: string | null, { etag, lastModified }: Validators): boolean {
  if (header === null) return true
  if (header.startsWith('"')) return header === etag
  if (header.startsWith('W/')) return false
  return lastModified !== null && header === lastModified
}

function unmodifiedSince(header: string | null, lastModified: string | null): boolean {
  if (header === null || lastModified === null) return false
  const [since, changed] = [Date.parse(header), Date.parse(lastModified)]
  return !Number.isNaN(since) && !Number.isNaN(changed) && changed <= since
}

export type Decision =
  | { status: 200 }
  | { status: 206; span: Span }
  | { status: 304 }
  | { status: 416 }

/** What to answer, once the object is known. In the order of RFC 9110 §13.2.2; If-Match is not looked at: nothing is written here. */
export function decide(method: string, headers: Headers, known: Validators): Decision {
  const ifNoneMatch = headers.get('if-none-match')
  const held =
    ifNoneMatch === null
      ? unmodifiedSince(headers.get('if-modified-since'), known.lastModified)
      : matchesAny(ifNoneMatch, known.etag)
  if (held) return { status: 304 }
  // §14.2: a Range header means something with GET only.
  const range = method === 'GET' ? readRange(headers.get('range')) : null
  if (!range || !rangeHolds(headers.get('if-range'), known)) return { status: 200 }
  const span = resolveRange(range, known.size)
  return span ? { status: 206, span } : { status: 416 }
}
