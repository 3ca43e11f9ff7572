// When another quality can take the place of the one that plays: which of its segments is here before the film has passed it, and
// the one after it in time, so that nothing stands still. Pure.
import { type Segment, segmentAt } from '../ahead/playlist-reading.ts'

/** What is known of the line. */
export interface Line {
  bitsPerSecond: number
  /** From asking to the first byte of an answer. */
  firstByteSeconds: number
}

/** Where the film stands, and how many of its seconds pass in one; 0: it is paused. */
export interface Moment {
  seconds: number
  speed: number
}

export interface Takeover {
  /** The segment to begin with. */
  segment: Segment
  /** The one after it; null: there is none. */
  next: Segment | null
  /** How soon that is to be asked for, so that its first byte comes when the first segment is here. */
  nextAfterSeconds: number
}

/** `bitsPerSecond`: of the quality, for a segment whose bytes its list does not tell. Null: none comes in time. */
export function planTakeover(
  segments: readonly Segment[],
  { seconds, speed }: Moment,
  line: Line,
  bitsPerSecond: number,
): Takeover | null {
  const carried = ({ from, to, startSeconds, endSeconds }: Segment) =>
    (to === null ? bitsPerSecond * (endSeconds - startSeconds) : (to - from) * 8) /
    line.bitsPerSecond
  for (let at = segmentAt(segments, seconds); at >= 0 && at < segments.length; at++) {
    const segment = segments[at]
    const next = segments[at + 1] ?? null
    if (!segment) break
    const own = carried(segment)
    const both = own + (next ? carried(next) : 0)
    const passed = seconds + speed * (line.firstByteSeconds + both)
    if (passed <= segment.endSeconds) return { segment, next, nextAfterSeconds: own }
  }
  return null
}
