// How often a player picks itself up after a fatal error before it says so: a few times, with growing pauses. Pure but for its count.

const pausesMs = [0, 2_000, 5_000, 10_000, 15_000] as const
/** After this long without an error the count begins anew. */
const forgottenAfterSeconds = 60

export interface Patient {
  /** Milliseconds to wait before the next attempt, or null: give up. */
  next(): number | null
}

export function createPatient(nowSeconds: () => number): Patient {
  let count = 0
  let lastAt = Number.NEGATIVE_INFINITY
  return {
    next() {
      const now = nowSeconds()
      if (now - lastAt > forgottenAfterSeconds) count = 0
      lastAt = now
      const pause = pausesMs[count] ?? null
      count += 1
      return pause
    },
  }
}
