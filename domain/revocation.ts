// From which epoch on a video's links open it, as the gate keeps it until every older link has ended by itself. Plain values:
// the keeper of the gate's keys writes it, the laptop's edge keeps it in a file.
import { defaultLimits } from './limits.ts'
import { publicTokenExpiry, tokenExpiry } from './timing.ts'

export interface Revocation {
  /** Links of lower epochs are refused. */
  lowestEpoch: number
  /** Epoch seconds: no link of a lower epoch is good for longer. */
  until: number
}

/** Of a video that is deleted: no epoch is as high. */
export const noEpoch = Number.MAX_SAFE_INTEGER

/** What ends every link of lower epochs that may be out there now. */
export const revocationFrom = (lowestEpoch: number, now: number): Revocation => ({
  lowestEpoch,
  until: Math.max(tokenExpiry(now, defaultLimits.maxDurationSeconds), publicTokenExpiry(now)),
})

/** Said late or twice, it opens nothing again. */
export const strictest = (one: Revocation, other: Revocation | null): Revocation =>
  other
    ? {
        lowestEpoch: Math.max(one.lowestEpoch, other.lowestEpoch),
        until: Math.max(one.until, other.until),
      }
    : one

/** `<lowest epoch>.<until>`: the gate reads the number in front. */
export const writeRevocation = ({ lowestEpoch, until }: Revocation): string =>
  `${lowestEpoch}.${until}`

/** Null for what is none. A number alone is the end of a deleted video's links. */
export function readRevocation(text: string): Revocation | null {
  const [, lowest, until] = /^(?:(\d+)\.)?(\d+)$/.exec(text) ?? []
  if (until === undefined) return null
  return { lowestEpoch: lowest === undefined ? noEpoch : Number(lowest), until: Number(until) }
}
