// The list of one track in one generation, for one request: planned over the records, and what is borrowed remembered before
// anyone sees it. A lost race is planned again over what the winner wrote.
import { MillraceError } from '#domain/errors.ts'
import { planListing } from '#domain/growing.ts'
import type { Generation } from '#domain/item.ts'
import type { MediaEntry } from '#domain/playlist.ts'
import type { TrackShape } from '#domain/slots.ts'
import type { Chunks } from '#platform/chunks.ts'
import { firstChance, firstTracks } from './first-chance.ts'
import type { Growth } from './growth.ts'

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

/** Each lost race means that another process has listed more. */
const races = 20

export function createTrackListing(options: TrackListingOptions): TrackListing {
  const { growth, chunks, generation, track, shape } = options
  const { videoId, attempt } = growth.plan
  const tracks = options.borrows ? shape.tracks : [track]
  const mayBorrow = tracks.length > 1
  const read = [...new Set([...tracks, ...(mayBorrow ? firstTracks(growth.plan) : [])])]
  const inGeneration = { videoId, attempt, generation: generation.generation, track }
  /** Own chunks known before the listings were last read. Others that are known by now may have been borrowed for meanwhile. */
  let own: readonly boolean[] = []
  /** Borrowed picks by chunk, as remembered. */
  let listed: ReadonlyMap<number, string[]> | null = null

  /** Records first, then listings: nothing can be borrowed for a chunk any more once it has its own record. */
  async function bringUpToDate(version: number, again: boolean): Promise<void> {
    await growth.refresh(read, version, again)
    const known = growth.known(track)
    const grew = known.some((here, chunk) => here && !own[chunk])
    if (mayBorrow && (again || grew || !listed)) {
      listed = await chunks.listings(videoId, attempt, generation.generation, track)
    }
    own = known
  }

  /** False when another process was first. Own segments need no record. */
  async function remember(grown: ReadonlyMap<number, string[]>): Promise<boolean> {
    for (const [chunk, picks] of grown) {
      const before = listed?.get(chunk)?.length ?? 0
      if (picks.slice(before).every(pick => pick === track)) continue
      if (!(await chunks.remember({ ...inGeneration, chunk }, picks, before))) return false
      listed = new Map(listed).set(chunk, picks)
    }
    return true
  }

  /** Null when another process has listed an object this one has not heard of. */
  function entriesOf(picks: readonly string[]): MediaEntry[] | null {
    const entries: MediaEntry[] = []
    for (const [index, pick] of picks.entries()) {
      const slot = shape.slots[index]
      const chunk = slot && growth.chunkOf(pick, slot.chunk)
      if (!chunk) return null
      entries.push({ chunk, fragment: slot.fragment })
    }
    return entries
  }

  return {
    async list(version, nowSeconds) {
      for (let race = 0; race < races; race++) {
        await bringUpToDate(version, race > 0)
        const { picks, grown } = planListing({
          slots: shape.slots,
          tracks,
          has: (candidate, chunk) =>
            candidate === track
              ? own[chunk] === true
              : growth.chunkOf(candidate, chunk) !== undefined,
          listed: chunk => listed?.get(chunk) ?? [],
          nowSeconds,
          firstChanceSeconds: firstChance(growth, generation) ?? Number.POSITIVE_INFINITY,
        })
        const entries = entriesOf(picks)
        if (entries && (await remember(grown))) {
          return { entries, whole: picks.length === shape.slots.length }
        }
      }
      throw new MillraceError('table-unavailable', { detail: 'lost every race for a listing' })
    },
  }
}
