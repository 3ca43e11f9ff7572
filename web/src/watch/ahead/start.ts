// With which quality a film begins: the best that the line carried last time, with room to spare. Pure.

export interface Offered {
  /** Short side of the picture. */
  height: number
  bitsPerSecond: number
}

export interface StartWishes {
  /** What the line is known to carry; null: nothing is known of it. */
  bitsPerSecond: number | null
  /** No higher than this; null: no limit. */
  maxHeight: number | null
  /** What the viewer chose the last time; null: automatic. */
  chosenHeight: number | null
}

/** The first segment must not take longer than it lasts, also on a line that has become somewhat slower. */
const shareOfLine = 0.6

/** The highest rung not above a height, or the lowest there is. */
export function rungWithin(offered: readonly Offered[], maxHeight: number): number {
  let best = -1
  let lowest = 0
  for (const [index, { height }] of offered.entries()) {
    if (height < (offered[lowest]?.height ?? 0)) lowest = index
    if (height <= maxHeight && height > (offered[best]?.height ?? -1)) best = index
  }
  return best < 0 ? lowest : best
}

/** An index into what is offered, or -1 when nothing is. A line nobody knows begins with the lowest: its first frame is the soonest. */
export function chooseStart(
  offered: readonly Offered[],
  { bitsPerSecond, maxHeight, chosenHeight }: StartWishes,
): number {
  if (offered.length === 0) return -1
  if (chosenHeight !== null) return rungWithin(offered, chosenHeight)
  const affordable = offered
    .filter(rung => rung.bitsPerSecond <= (bitsPerSecond ?? 0) * shareOfLine)
    .map(({ height }) => height)
  const height = affordable.length > 0 ? Math.max(...affordable) : 0
  return rungWithin(offered, Math.min(height, maxHeight ?? height))
}
