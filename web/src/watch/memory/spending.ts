// What may be spent on a viewer's connection. Pure.
import type { Connection } from '../../connection.ts'

export interface Spending {
  /** Short side of the best picture that may be loaded by itself; null: no limit. */
  maxHeight: number | null
  /** How much is loaded ahead at least, and at most where the pictures are small. */
  aheadSeconds: number
  mostAheadSeconds: number
}

/** As 3G: below it the lowest rungs are what plays without a pause. */
const slowBitsPerSecond = 2_000_000
const slowest = ['slow-2g', '2g']

/** `bitsPerSecond`: measured; it is believed before the browser's guess. `saver`: the viewer's own switch. */
export function planSpending(
  { effectiveType, saveData }: Pick<Connection, 'effectiveType' | 'saveData'>,
  bitsPerSecond: number | null,
  saver: boolean,
): Spending {
  // Data saved: what is not watched is not loaded either.
  if (saver || saveData) return { maxHeight: 480, aheadSeconds: 10, mostAheadSeconds: 20 }
  if (bitsPerSecond === null && slowest.includes(effectiveType ?? ''))
    return { maxHeight: 240, aheadSeconds: 60, mostAheadSeconds: 120 }
  const slow = bitsPerSecond === null ? effectiveType === '3g' : bitsPerSecond < slowBitsPerSecond
  // A slow line that pauses now and then: a long stock is what keeps the picture moving.
  if (slow) return { maxHeight: 360, aheadSeconds: 60, mostAheadSeconds: 120 }
  return { maxHeight: null, aheadSeconds: 30, mostAheadSeconds: 90 }
}
