// How often a player picks itself up after a fatal error before it says so: for about as long as a server restarts, never far from the
// moment it is back. Pure but for its count.

const pausesMs = [0, 2_000, ...Array.from({ length: 9 }, () => 3_000)]
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
