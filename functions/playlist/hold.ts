// Holds a request until there is something to answer, the time is up, or the client is gone.
import { setTimeout as wait } from 'node:timers/promises'

export interface Holding {
  seconds: number
  /** Between two looks. */
  pollSeconds: number
  signal: AbortSignal
}

/**
 * Looks until `look` gives something other than null. Null when the time is up: `look` has then been asked at the very end.
 * @throws whatever `look` throws, at once; the signal's reason when the client is gone
 */
export async function hold<Found>(
  look: () => Promise<Found | null>,
  { seconds, pollSeconds, signal }: Holding,
): Promise<Found | null> {
  const end = performance.now() + seconds * 1000
  for (;;) {
    signal.throwIfAborted()
    const found = await look()
    const left = end - performance.now()
    if (found !== null || left <= 0) return found
    await wait(Math.min(pollSeconds * 1000, left), undefined, { signal })
  }
}
