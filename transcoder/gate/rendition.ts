// A rendition as the gate sees it: its playlist, and what is known of the objects behind each segment. Times in seconds are
// decode times; composition times have the edit list taken off.
import type { FragmentFacts, InitFacts } from '../fragments.ts'
import type { MediaPlaylist, Multivariant, Segment, Variant } from './m3u8.ts'

export interface SegmentFacts {
  listed: Segment
  init: InitFacts | null
  /** Null where only the playlist was looked at. */
  fragment: FragmentFacts | null
  /** Of the segment; null where nobody knows. */
  bytes: number | null
}

export interface Rendition {
  url: string
  path: string
  playlist: MediaPlaylist
  /** What the multivariant playlist says of it. */
  variants: Variant[]
  /** GROUP-ID of a rendition group; null for a variant. */
  group: string | null
  segments: SegmentFacts[]
}

export interface Presentation {
  path: string
  multivariant: Multivariant | null
  renditions: Rendition[]
  iframes: Rendition[]
}

export const kindOf = ({ segments }: Rendition): InitFacts['kind'] | null =>
  segments.find(({ init }) => init)?.init?.kind ?? null

/** True when nothing will be added to it any more. */
export const isWhole = ({ playlist }: Rendition): boolean => playlist.ended

export const initsOf = ({ segments }: Rendition): InitFacts[] => [
  ...new Set(segments.flatMap(({ init }) => init ?? [])),
]

/** What a segment lasts: by its samples where they are known. */
export const lengthOf = ({ listed, init, fragment }: SegmentFacts): number =>
  fragment && init ? fragment.ticks / init.timescale : listed.seconds

/** When each segment is decoded: by its tfdt, or after the one before. Null before the first known one. */
export function startsOf({ segments }: Rendition): (number | null)[] {
  let next: number | null = null
  return segments.map(segment => {
    const { init, fragment } = segment
    const start: number | null = fragment && init ? fragment.startTicks / init.timescale : next
    next = start === null ? null : start + lengthOf(segment)
    return start
  })
}

/** When the first is seen or heard: what the edit list takes off is neither. */
export function shownFrom({ segments: [first] }: Rendition): number | null {
  if (!first?.init || !first.fragment) return null
  const { timescale, editTicks } = first.init
  const ticks = first.fragment.compositionStart - editTicks
  return (editTicks > 0 ? Math.max(0, ticks) : ticks) / timescale
}

export function shownUntil({ segments }: Rendition): number | null {
  const last = segments.at(-1)
  if (!last?.init || !last.fragment) return null
  return (last.fragment.compositionEnd - last.init.editTicks) / last.init.timescale
}
