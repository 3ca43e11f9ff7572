// What the edge keeps in memory: objects, whole or in pieces, least recently used ones first to go. Bounded in bytes.
import type { Span, Validators } from './ranges.ts'

interface Piece {
  start: number
  bytes: Uint8Array<ArrayBuffer>
}

export interface CachedObject extends Validators {
  status: number
  headers: Headers
  /** Milliseconds. */
  storedAt: number
  freshUntil: number
}

interface Entry {
  object: CachedObject
  pieces: Piece[]
  gzip: Uint8Array<ArrayBuffer> | null
  bytes: number
}

/** What an entry costs beside its bytes: bounds their number, too. */
const entryBytes = 1024

export interface EdgeCache {
  get(key: string): CachedObject | null
  /** Keeps an object without its bytes. Pieces are kept when it is the same one as before (same tag and size). */
  put(key: string, object: CachedObject): void
  /** Adds bytes to a kept object; nothing happens when another one is kept by now, or none. */
  add(key: string, object: Validators, start: number, bytes: Uint8Array<ArrayBuffer>): void
  /** The bytes of a span, when one piece holds all of them. */
  read(key: string, span: Span): Uint8Array<ArrayBuffer> | null
  /** Its compressed whole. Only objects with a tag have one: without, two could be taken for each other. */
  readGzip(key: string, object: Validators): Uint8Array<ArrayBuffer> | null
  addGzip(key: string, object: Validators, bytes: Uint8Array<ArrayBuffer>): void
  /** Forgets every key that begins so. */
  remove(prefix: string): void
  /** Bytes held, for tests and status. */
  size(): number
}

const sameObject = (a: Validators, b: Validators): boolean =>
  a === b || (a.etag !== null && a.etag === b.etag && a.size === b.size)

export function createEdgeCache(maxBytes: number): EdgeCache {
  // A Map iterates in order of insertion: a key that is used is inserted anew, so the first is the least recently used.
  const entries = new Map<string, Entry>()
  let total = 0

  function use(key: string): Entry | undefined {
    const entry = entries.get(key)
    if (entry) {
      entries.delete(key)
      entries.set(key, entry)
    }
    return entry
  }

  function drop(key: string): void {
    total -= entries.get(key)?.bytes ?? 0
    entries.delete(key)
  }

  function grow(entry: Entry, bytes: number): void {
    entry.bytes += bytes
    total += bytes
    for (const [key, oldest] of entries) {
      if (total <= maxBytes) return
      if (oldest !== entry) drop(key)
    }
    // The object alone is more than there is room for: its oldest pieces go.
    while (total > maxBytes && entry.pieces.length > 1) dropPiece(entry, 0)
  }

  function dropPiece(entry: Entry, index: number): void {
    const [piece] = entry.pieces.splice(index, 1)
    entry.bytes -= piece?.bytes.length ?? 0
    total -= piece?.bytes.length ?? 0
  }

  /** The kept entry, if it is still of that object and the bytes have room at all. */
  function roomFor(key: string, object: Validators, bytes: Uint8Array): Entry | null {
    const entry = entries.get(key)
    if (!entry || !sameObject(entry.object, object) || bytes.length > maxBytes / 2) return null
    return entry
  }

  return {
    get: key => use(key)?.object ?? null,
    put(key, object) {
      const known = use(key)
      if (known && sameObject(known.object, object)) {
        known.object = object
        return
      }
      drop(key)
      const entry = { object, pieces: [], gzip: null, bytes: 0 }
      entries.set(key, entry)
      grow(entry, entryBytes)
    },
    add(key, object, start, bytes) {
      const entry = roomFor(key, object, bytes)
      if (!entry || bytes.length === 0) return
      const end = start + bytes.length
      const within = (piece: Piece) =>
        start <= piece.start && piece.start + piece.bytes.length <= end
      for (let i = entry.pieces.length - 1; i >= 0; i--) {
        const piece = entry.pieces[i]
        if (piece && within(piece)) dropPiece(entry, i)
      }
      entry.pieces.push({ start, bytes })
      grow(entry, bytes.length)
    },
    read(key, { start, end }) {
      const piece = use(key)?.pieces.find(
        one => one.start <= start && end < one.start + one.bytes.length,
      )
      return piece?.bytes.subarray(start - piece.start, end + 1 - piece.start) ?? null
    },
    readGzip(key, object) {
      const entry = use(key)
      return entry && sameObject(entry.object, object) ? entry.gzip : null
    },
    addGzip(key, object, bytes) {
      const entry = roomFor(key, object, bytes)
      if (!entry || entry.gzip || object.etag === null) return
      entry.gzip = bytes
      grow(entry, bytes.length)
    },
    remove(prefix) {
      for (const key of [...entries.keys()]) if (key.startsWith(prefix)) drop(key)
    },
    size: () => total,
  }
}
