// The list of one track in one generation: goes on from what this process has listed, over what it asks for just ahead. What is
// borrowed is remembered before anyone sees it; a lost race is planned again over what the winner wrote.
import { MillraceError } from '#domain/errors.ts'
import { planListing } from '#domain/growing.ts'
import type { Generation } from '#domain/item.ts'
import type { MediaEntry } from '#domain/playlist.ts'
import type { TrackShape } from '#domain/slots.ts'
import type { Chunks } from '#platform/chunks.ts'
import { firstChance, firstChunks } from './first-chance.ts'
import type { ChunkRef, Growth } from './growth.ts'

export interface Listing {
  entries: MediaEntry[]
  /** Everything planned is listed: the list may be closed. */
  whole: boolean
}

export interface TrackListing {
  /** @param version the attempt's counter, read before */
  list(version: number, nowSeconds: number): Promise<Listing>
}

export interface TrackListingOptions {
  growth: Growth
  chunks: Chunks
  generation: Generation
  track: string
  shape: TrackShape
  /** False for players with native HLS. */
  borrows: boolean
}

/** What lies ahead of the list, as read at one moment. */
interface Ahead {
  version: number
  first: number
  /** Chunks from `first` on. */
  count: number
  /** Those the track had its own record of, before the listings were read: for them nothing more can be borrowed. */
  own: ReadonlySet<number>
  remembered: Map<number, readonly string[]>
}

/** Chunks asked for at first; twice as many each time the list runs through all of them. */
const leastAhead = 3
const mostAhead = 48
/** Lower rungs are asked for only so far: further on, only the track's own chunks can be listed yet. */
const borrowAhead = 3
/** Each lost race means that another process has listed more. */
const races = 20

export function createTrackListing(options: TrackListingOptions): TrackListing {
  const { growth, chunks, generation, track, shape, borrows } = options
  const { slots } = shape
  const { videoId, attempt } = growth.plan
  const [, ...lower] = borrows ? shape.tracks : [track]
  const inGeneration = { videoId, attempt, generation: generation.generation, track }
  const listName = `${generation.generation}/${track}/${borrows}`
  const said = () => growth.said.get(listName) ?? []
  let ahead: Ahead | null = null

  /** Records first, then listings. */
  async function lookAhead(version: number, first: number, count: number): Promise<Ahead> {
    const last = Math.min(first + count, shape.chunks)
    const numbers = Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i)
    const wanted: ChunkRef[] = numbers.map(chunk => ({ track, chunk }))
    for (const chunk of numbers.slice(0, borrowAhead)) {
      for (const other of lower) wanted.push({ track: other, chunk })
    }
    if (lower.length > 0) wanted.push(...firstChunks(growth.plan))
    await growth.learn(wanted)
    const own = new Set(numbers.filter(chunk => growth.chunkOf(track, chunk)))
    const remembered: Ahead['remembered'] =
      lower.length > 0
        ? await chunks.listings(videoId, attempt, generation.generation, track, numbers)
        : new Map()
    return { version, first, count, own, remembered }
  }

  /** Goes on from what is said, as far as `view` reaches. Null when another process was first. */
  async function goOn(view: Ahead, nowSeconds: number): Promise<readonly string[] | null> {
    const before = said()
    const spoken = new Map<number, string[]>()
    for (const [index, pick] of before.entries()) {
      const chunk = slots[index]?.chunk ?? 0
      if (chunk >= view.first) spoken.set(chunk, [...(spoken.get(chunk) ?? []), pick])
    }
    const listed = (chunk: number) => {
      const remembered = view.remembered.get(chunk) ?? []
      const known = spoken.get(chunk) ?? []
      return known.length > remembered.length ? known : remembered
    }
    const { picks, grown } = planListing({
      slots: slots.slice(before.length).filter(({ chunk }) => chunk < view.first + view.count),
      tracks: [track, ...lower],
      has: (candidate, chunk) =>
        candidate === track ? view.own.has(chunk) : growth.chunkOf(candidate, chunk) !== undefined,
      listed,
      nowSeconds,
      firstChanceSeconds: firstChance(growth, generation) ?? Number.POSITIVE_INFINITY,
    })
    for (const [chunk, all] of grown) {
      const known = view.remembered.get(chunk)?.length ?? 0
      // Own segments need no record.
      if (all.slice(known).every(pick => pick === track)) continue
      if (!(await chunks.remember({ ...inGeneration, chunk }, all, known))) return null
      view.remembered.set(chunk, all)
    }
    const now = [...before, ...picks]
    // Another request of this process may have said more meanwhile.
    return now.length > said().length ? growth.said.set(listName, now) : said()
  }

  async function entriesOf(picks: readonly string[]): Promise<MediaEntry[]> {
    const refs = picks.map((pick, index) => ({ track: pick, chunk: slots[index]?.chunk ?? 0 }))
    // What another process has borrowed may be an object this one has not heard of.
    await growth.learn(refs)
    return refs.flatMap(({ track, chunk }, index) => {
      const record = growth.chunkOf(track, chunk)
      return record ? [{ chunk: record, fragment: slots[index]?.fragment ?? 0 }] : []
    })
  }

  return {
    async list(version, nowSeconds) {
      let count = leastAhead
      for (let lost = 0; lost < races; ) {
        const first = slots[said().length]?.chunk
        if (first === undefined) break
        const seen = ahead?.version === version && ahead.first === first ? ahead : null
        const view = seen ?? (await lookAhead(version, first, count))
        ahead = view
        const picks = await goOn(view, nowSeconds)
        if (!picks) {
          ahead = null
          lost += 1
          continue
        }
        const next = slots[picks.length]?.chunk
        if (next === undefined || next < first + Math.min(view.count, borrowAhead)) break
        count = next >= first + view.count ? Math.min(mostAhead, count * 2) : leastAhead
      }
      const picks = said()
      const entries = await entriesOf(picks)
      if (entries.length < picks.length) {
        throw new MillraceError('table-unavailable', { detail: 'a listed record is not there' })
      }
      return { entries, whole: !growth.isOpening && picks.length === slots.length }
    },
  }
}
