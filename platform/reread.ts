// What others may change while a process lives, as keys are: read when it is first asked for, again every few minutes, and at once for
// whoever misses something in it, though no oftener than every few seconds. A read that fails leaves what is known.

/** What is taken away elsewhere counts here for no longer than this. */
export const rereadEverySeconds = 300
/** Whoever makes up what cannot be known costs no more than one read in this time. */
export const rereadLeastSeconds = 10

export interface Reread<T> {
  get(): Promise<T>
  /** For whoever missed something in `seen`: the same where there is nothing newer, or it was looked for a moment ago. */
  newerThan(seen: T): Promise<T>
}

/** @param now epoch seconds */
export function createReread<T>(read: () => Promise<T>, now: () => number): Reread<T> {
  let known: { value: T } | null = null
  let reading: Promise<T> | null = null
  let triedAt = Number.NEGATIVE_INFINITY
  let failure: { thrown: unknown } | null = null

  /** One for all who ask meanwhile. */
  function again(): Promise<T> {
    triedAt = now()
    reading ??= read()
      .then(
        value => {
          known = { value }
          failure = null
          return value
        },
        thrown => {
          failure = { thrown }
          throw thrown
        },
      )
      .finally(() => {
        reading = null
      })
    return reading
  }

  return {
    async get() {
      if (!known) return again()
      const { value } = known
      const freshSeconds = failure ? rereadLeastSeconds : rereadEverySeconds
      return now() - triedAt < freshSeconds ? value : again().catch(() => value)
    },
    async newerThan(seen) {
      if (known && known.value !== seen) return known.value
      if (reading) return reading
      if (now() - triedAt >= rereadLeastSeconds) return again()
      if (failure) throw failure.thrown
      return seen
    },
  }
}
