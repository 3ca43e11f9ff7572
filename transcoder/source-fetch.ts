// Bytes of stored objects as one stream: a range or several ranges one after the other, each tried again from the byte where
// it broke off.
import { addAbortSignal, Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { MillraceError, toMillraceError } from '#domain/errors.ts'
import type { Log } from '#platform/log.ts'

/** A range of an object, both ends inclusive. */
export type ReadRange = (
  key: string,
  range: { start: number; end: number; etag?: string; signal?: AbortSignal },
) => Promise<AsyncIterable<Uint8Array>>

/** Bytes `start` to `end` (inclusive) of one object. */
export interface SourcePart {
  key: string
  start: number
  end: number
  etag?: string
}

export interface Counts {
  /** Requests made to the store. */
  requests: number
  /** Bytes that came from the store. */
  bytes: number
}

const tries = 3
const backoffMilliseconds = 100
/** A body that brings nothing for so long is cut and asked for again. */
const stallMilliseconds = 20_000

export interface FetchDeps {
  readRange: ReadRange
  /** Grow as the store answers. */
  counts: Counts
  log: Log
}

/**
 * Bytes from `start` to before `end` of the parts put one after the other.
 * @throws MillraceError what is left when trying again did not help; anything once `signal` has fired.
 */
export async function* fetchParts(
  deps: FetchDeps,
  parts: readonly SourcePart[],
  { start, end, signal }: { start: number; end: number; signal: AbortSignal },
): AsyncGenerator<Uint8Array> {
  let before = 0
  for (const part of parts) {
    const length = part.end - part.start + 1
    const from = Math.max(start - before, 0)
    const to = Math.min(end - before, length)
    if (from < to) {
      const wanted = { ...part, start: part.start + from, end: part.start + to - 1 }
      yield* fetchPart(deps, wanted, signal)
    }
    before += length
  }
}

async function* fetchPart(
  deps: FetchDeps,
  part: SourcePart,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let next = part.start
  let left = tries
  while (next <= part.end) {
    try {
      for await (const piece of fetchOnce(deps, { ...part, start: next }, signal)) {
        next += piece.byteLength
        left = tries
        yield piece
      }
      if (next <= part.end) throw new MillraceError('store-unavailable', { detail: 'cut short' })
    } catch (thrown) {
      if (signal.aborted) throw thrown
      const error = toMillraceError(thrown)
      left -= 1
      if (!error.retryable || left === 0) throw asFailure(error)
      const detail = error.detail ?? error.message
      deps.log.warn('reading the source again', { at: next, code: error.code, detail })
      await sleep(backoffMilliseconds * 4 ** (tries - left - 1), undefined, { signal })
    }
  }
}

async function* fetchOnce(
  { readRange, counts }: FetchDeps,
  { key, start, end, etag }: SourcePart,
  outer: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const stalled = new AbortController()
  const timer = setTimeout(() => stalled.abort(), stallMilliseconds)
  const signal = AbortSignal.any([outer, stalled.signal])
  let left = end - start + 1
  try {
    counts.requests += 1
    const range = etag === undefined ? { start, end, signal } : { start, end, etag, signal }
    const body = await readRange(key, range)
    // A client may forget the signal once its answer has begun.
    if (body instanceof Readable) addAbortSignal(signal, body)
    for await (const piece of body) {
      timer.refresh()
      counts.bytes += piece.byteLength
      left -= piece.byteLength
      if (left < 0) {
        throw new MillraceError('store-unavailable', { detail: 'more bytes than asked for' })
      }
      if (piece.byteLength > 0) yield piece
    }
  } finally {
    clearTimeout(timer)
  }
}

/** An object that is gone is the source gone; an error nobody named is the store's. */
function asFailure(error: MillraceError): MillraceError {
  if (error.code === 'not-found') return new MillraceError('source-gone', { cause: error })
  if (error.code !== 'internal') return error
  return new MillraceError('store-unavailable', { cause: error, detail: error.detail ?? '' })
}
