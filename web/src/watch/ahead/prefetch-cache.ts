// What was fetched before the player asked for it: pieces of films by their address, each fetched once, the oldest thrown away first.
import type { Piece } from './playlist-reading.ts'

export interface Prefetched {
  bytes: ArrayBuffer
  /** Where it came from at last; relative addresses inside are relative to it. */
  url: string
  /** How long it was on its way, and until its first byte. */
  milliseconds: number
  firstByteMilliseconds: number
}

export interface PrefetchCacheDeps {
  request(url: string, init: RequestInit): Promise<Response>
  nowMs(): number
}

interface Entry extends Piece {
  answer: Promise<Prefetched>
  /** Not given out after this; playlists that grow are soon out of date. */
  freshUntilMs: number
}

/** A few beginnings of films; the browser's own cache holds the rest. */
const mostPieces = 24

export type PrefetchCache = ReturnType<typeof createPrefetchCache>

export function createPrefetchCache({ request, nowMs }: PrefetchCacheDeps) {
  let entries: Entry[] = []

  const find = (url: string, from: number, to: number | null) =>
    entries.findLast(
      entry =>
        entry.url === url &&
        entry.from <= from &&
        (entry.to === null || (to !== null && to <= entry.to)) &&
        nowMs() <= entry.freshUntilMs,
    )

  async function fetchPiece({ url, from, to }: Piece, signal: AbortSignal): Promise<Prefetched> {
    const startedMs = nowMs()
    const whole = from === 0 && to === null
    const range = `bytes=${from}-${to === null ? '' : to - 1}`
    const response = await request(url, { signal, ...(whole ? {} : { headers: { range } }) })
    const firstByteMilliseconds = nowMs() - startedMs
    if (!response.ok) throw new Error(`answered ${response.status}`)
    const all = await response.arrayBuffer()
    // An answer to a range that is the whole object all the same (RFC 9110 §14.2: a server may ignore it).
    const bytes = !whole && response.status === 200 ? all.slice(from, to ?? undefined) : all
    return {
      bytes,
      url: response.url || url,
      milliseconds: nowMs() - startedMs,
      firstByteMilliseconds,
    }
  }

  return {
    /** Fetches a piece, unless it is there or on its way. `freshMs`: how long it may be given out. */
    fetch(
      piece: Piece,
      signal: AbortSignal,
      freshMs = Number.POSITIVE_INFINITY,
    ): Promise<Prefetched> {
      const there = find(piece.url, piece.from, piece.to)
      if (there) return there.answer
      const answer = fetchPiece(piece, signal)
      const entry = { ...piece, answer, freshUntilMs: nowMs() + freshMs }
      entries = [...entries, entry].slice(-mostPieces)
      // What did not come is not there: the next one to ask fetches it.
      answer.catch(() => {
        entries = entries.filter(other => other !== entry)
      })
      return answer
    },
    /** What is there of an address, or on its way; null: nothing. */
    take(url: string, from: number, to: number | null): Promise<Prefetched> | null {
      const entry = find(url, from, to)
      if (!entry) return null
      return entry.answer.then(fetched => {
        const [start, end] = [from - entry.from, to === null ? undefined : to - entry.from]
        return { ...fetched, bytes: fetched.bytes.slice(start, end) }
      })
    },
  }
}
