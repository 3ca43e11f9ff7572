// Bytes of one stored source by blocks: fetched in runs that grow while reading goes straight on, retried from where a
// stream was cut, kept a while for whoever reads the same blocks next. Memory is bounded however large the source is.
import { MillraceError, toMillraceError } from '#domain/errors.ts'
import type { Log } from '#platform/log.ts'
import { type Counts, fetchParts, type ReadRange, type SourcePart } from './source-fetch.ts'

export const blockBytes = 256 * 1024
/**
 * FFmpeg asks for «everything from here» and leaves when it has enough, after a few KiB or a chunk's megabytes: a run is half
 * as long as what was read so far, at least 1 MiB and at most 8, so that little is fetched in vain.
 */
const firstRunBlocks = 4
const longestRunBlocks = 32
/** Where headers and indexes are: the first 8 MiB and the last 24 MiB are kept apart, or a long read would push them out. */
const headBytes = 8 * 1024 * 1024
const tailBytes = 24 * 1024 * 1024
const keptEdgeBlocks = 128
const keptRecentBlocks = 64

export interface BlockCache {
  get(id: string, index: number): Uint8Array | undefined
  set(id: string, index: number, block: Uint8Array, edge: boolean): void
}

export function createBlockCache(): BlockCache {
  const edges = new Map<string, Uint8Array>()
  const recents = new Map<string, Uint8Array>()
  return {
    get(id, index) {
      const name = `${index} ${id}`
      for (const blocks of [edges, recents]) {
        const block = blocks.get(name)
        if (!block) continue
        blocks.delete(name)
        blocks.set(name, block)
        return block
      }
      return undefined
    },
    set(id, index, block, edge) {
      const blocks = edge ? edges : recents
      blocks.set(`${index} ${id}`, block)
      if (blocks.size <= (edge ? keptEdgeBlocks : keptRecentBlocks)) return
      const [oldest] = blocks.keys()
      if (oldest !== undefined) blocks.delete(oldest)
    },
  }
}

export interface SourceBlocks {
  readonly sizeBytes: number
  /**
   * Bytes from `start` to before `end`, in pieces. `whole`: all of them will be read.
   * @throws MillraceError when reading failed for good.
   */
  stream(start: number, end: number, whole?: boolean): AsyncGenerator<Uint8Array, void, undefined>
  counts(): Counts
  /** Why reading failed for good; null as long as it has not. */
  failure(): MillraceError | null
  /** Cuts what is still under way. */
  close(): void
}

/** Consecutive blocks fetched by one request (or one a part). */
interface Run {
  first: number
  blocks: Promise<Uint8Array>[]
  abandon(): void
}

export function createSourceBlocks(deps: {
  /** The same for everyone who reads the same bytes. */
  id: string
  parts: readonly SourcePart[]
  readRange: ReadRange
  cache: BlockCache
  log: Log
}): SourceBlocks {
  const { id, parts, readRange, cache, log } = deps
  const sizeBytes = parts.reduce((sum, { start, end }) => sum + end - start + 1, 0)
  const counts: Counts = { requests: 0, bytes: 0 }
  const closing = new AbortController()
  const inFlight = new Map<number, Promise<Uint8Array>>()
  let failure: MillraceError | null = null

  const isEdge = (index: number) =>
    index * blockBytes < headBytes || (index + 1) * blockBytes > sizeBytes - tailBytes

  function startRun(first: number, wanted: number, end: number): Run {
    const last = Math.ceil(end / blockBytes)
    let count = 1
    while (count < wanted && first + count < last) {
      const index = first + count
      if (inFlight.has(index) || cache.get(id, index)) break
      count += 1
    }
    const cut = new AbortController()
    const waiting = Array.from({ length: count }, () => Promise.withResolvers<Uint8Array>())
    for (const [i, { promise }] of waiting.entries()) {
      promise.catch(() => undefined)
      inFlight.set(first + i, promise)
    }
    const fill = async () => {
      const stop = Math.min((first + count) * blockBytes, sizeBytes)
      let index = first
      let block = Buffer.allocUnsafeSlow(Math.min(blockBytes, stop - index * blockBytes))
      let filled = 0
      const signal = AbortSignal.any([cut.signal, closing.signal])
      const wanted = { start: first * blockBytes, end: stop, signal }
      for await (const piece of fetchParts({ readRange, counts, log }, parts, wanted)) {
        for (let taken = 0; taken < piece.byteLength; ) {
          const part = piece.subarray(taken, taken + block.byteLength - filled)
          block.set(part, filled)
          filled += part.byteLength
          taken += part.byteLength
          if (filled < block.byteLength) continue
          cache.set(id, index, block, isEdge(index))
          inFlight.delete(index)
          waiting[index - first]?.resolve(block)
          index += 1
          block = Buffer.allocUnsafeSlow(
            Math.max(0, Math.min(blockBytes, stop - index * blockBytes)),
          )
          filled = 0
        }
      }
    }
    fill().catch(thrown => {
      const aborted = cut.signal.aborted || closing.signal.aborted
      if (!aborted) failure ??= toMillraceError(thrown)
      for (const [i, { promise, reject }] of waiting.entries()) {
        if (inFlight.get(first + i) === promise) inFlight.delete(first + i)
        reject(aborted ? new MillraceError('cancelled') : toMillraceError(thrown))
      }
    })
    return {
      first,
      blocks: waiting.map(({ promise }) => promise),
      abandon() {
        // A short run ends by itself: its blocks are often wanted next, and the connection stays usable.
        if (count > firstRunBlocks) cut.abort()
      },
    }
  }

  async function* stream(start: number, end: number, whole = false) {
    const begun = Math.floor(start / blockBytes)
    let mine: Run[] = []
    const begin = (index: number) => {
      const half = Math.floor((index - begun) / 2)
      const grown = Math.min(Math.max(half, firstRunBlocks), longestRunBlocks)
      const run = startRun(index, whole ? longestRunBlocks : grown, end)
      mine.push(run)
      return run
    }
    const take = async (index: number): Promise<Uint8Array> => {
      const kept = cache.get(id, index)
      mine = mine.filter(run => index < run.first + run.blocks.length)
      const run = mine.find(run => index >= run.first)
      // Past its middle: the next run comes while this one is being read.
      if (run && mine.length === 1 && index - run.first >= run.blocks.length / 2) {
        const next = run.first + run.blocks.length
        if (next * blockBytes < end && !inFlight.has(next) && !cache.get(id, next)) begin(next)
      }
      const own = run?.blocks[index - run.first]
      if (own) return own
      if (kept) return kept
      const others = inFlight.get(index)
      // Whoever fetches it may leave; then it is ours to fetch.
      const theirs = await others?.catch(() => undefined)
      if (theirs) return theirs
      if (failure) throw failure
      return begin(index).blocks[0] ?? take(index)
    }
    try {
      for (let position = start; position < end; ) {
        const index = Math.floor(position / blockBytes)
        const block = await take(index)
        const from = position - index * blockBytes
        const piece = block.subarray(from, Math.min(block.byteLength, end - index * blockBytes))
        position += piece.byteLength
        yield piece
      }
    } finally {
      for (const run of mine) run.abandon()
    }
  }

  return {
    sizeBytes,
    stream,
    counts: () => ({ ...counts }),
    failure: () => failure,
    close: () => closing.abort(),
  }
}
