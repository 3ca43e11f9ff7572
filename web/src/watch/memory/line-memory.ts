// What the viewer's line carried the last time, by the kind of connection, so that the next film begins with the quality it deserves.
import { recallEntries, remember, type Store } from '../../memory.ts'

export interface Line {
  bitsPerSecond: number
  /** Milliseconds since the epoch. */
  at: number
}

const key = 'line'
const hourMs = 3_600_000
/** Somebody who moved house has another line. */
const forgottenAfterMs = 14 * 24 * hourMs
/** An older measurement is believed less. */
const oldAfterMs = 6 * hourMs
const oldShare = 0.7

function readLine(value: unknown): Line | null {
  if (typeof value !== 'object' || value === null) return null
  if (!('bitsPerSecond' in value && 'at' in value)) return null
  const { bitsPerSecond, at } = value
  if (typeof bitsPerSecond !== 'number' || typeof at !== 'number') return null
  return bitsPerSecond > 0 ? { bitsPerSecond, at } : null
}

/** Bits a second of a connection of this kind («wifi», «cellular», «any»); null: not known, or too long ago. */
export function recallLine(store: Store, kind: string, nowMs: number): number | null {
  const found = recallEntries(store, key).find(([name]) => name === kind)
  const line = readLine(found?.[1])
  const age = line ? nowMs - line.at : Number.NaN
  if (!line || !(age >= 0 && age < forgottenAfterMs)) return null
  return age < oldAfterMs ? line.bitsPerSecond : line.bitsPerSecond * oldShare
}

export function rememberLine(store: Store, kind: string, line: Line): void {
  const others = recallEntries(store, key).filter(([name]) => name !== kind)
  const rounded = { ...line, bitsPerSecond: Math.round(line.bitsPerSecond) }
  remember(store, key, Object.fromEntries([...others.slice(-4), [kind, rounded]]))
}
