// Which object stands for each segment of a playlist that still grows: a rung's own where it exists, else, just in time for
// a viewer who started at the first chance, the best lower rung's. What was listed never changes in a generation. Pure.
import { borrowLeadSeconds } from './timing.ts'

/** One segment of the timeline, as every rung cuts it. */
export interface SegmentSlot {
  chunk: number
  /** Index of the segment in its chunk's object. */
  fragment: number
  startSeconds: number
}

export interface GrowingState {
  /** All segments of the timeline, in order. */
  slots: readonly SegmentSlot[]
  /** The rung's own track, then those it may borrow from, best first. */
  tracks: readonly string[]
  /** True when the track has a record of the chunk. */
  has(track: string, chunk: number): boolean
  /** What this generation has listed for a chunk so far: a track for each of its first segments. */
  listed(chunk: number): readonly string[]
  nowSeconds: number
  /** When a viewer of this generation could first play: its opening or the first playable chunk, whichever is later. */
  firstChanceSeconds: number
}

export interface GrowingListing {
  /** The track that stands for each slot, from the first to the frontier. */
  picks: string[]
  /** Chunks whose listing grew, with all their picks: to be remembered before anyone sees them. */
  grown: Map<number, string[]>
}

/** The list of a rung as it stands now. Once every slot is picked the list can be closed. */
export function planListing(state: GrowingState): GrowingListing {
  const picks: string[] = []
  const grown = new Map<number, string[]>()
  for (const slot of state.slots) {
    const before = state.listed(slot.chunk)[slot.fragment]
    const pick = before ?? pickFor(state, slot)
    if (pick === null) break
    picks.push(pick)
    if (before === undefined) {
      const chunkPicks = grown.get(slot.chunk) ?? [...state.listed(slot.chunk)]
      chunkPicks[slot.fragment] = pick
      grown.set(slot.chunk, chunkPicks)
    }
  }
  return { picks, grown }
}

function pickFor(state: GrowingState, slot: SegmentSlot): string | null {
  const [own = '', ...lower] = state.tracks
  if (state.has(own, slot.chunk)) return own
  const shownAt = state.firstChanceSeconds + slot.startSeconds
  if (state.nowSeconds < shownAt - borrowLeadSeconds) return null
  return lower.find(track => state.has(track, slot.chunk)) ?? null
}
