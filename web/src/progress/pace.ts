// How fast something grows and how long it still takes, from what was seen of it in the last seconds. Pure but for its memory.

export interface Pace {
  /** A value that never falls (bytes, a ratio) at a time in seconds. Lower values and earlier times are ignored. */
  add(atSeconds: number, value: number): void
  /** Growth a second, or null while too little was seen. */
  rate(nowSeconds: number): number | null
  /** Seconds until `target`, or null while nobody can say. */
  secondsLeft(nowSeconds: number, target: number): number | null
  /** Begins anew, after a pause: standing still on purpose is no slowness. */
  reset(): void
}

/** Less than this says nothing about a rate. */
const leastSpanSeconds = 1.5

/**
 * @param windowSeconds how far back the rate looks: long for what comes in jumps, short for what flows
 * @param share and at least so much of all the time since it began: what lasts long is not judged by its last minute
 */
export function createPace(windowSeconds: number, share = 0): Pace {
  let samples: { at: number; value: number }[] = []
  let beganAt = 0

  function rate(now: number): number | null {
    const first = samples[0]
    const last = samples.at(-1)
    if (!first || !last) return null
    // Time without a sample counts: what stands still gets slower on the screen too.
    const span = Math.max(now, last.at) - first.at
    return span < leastSpanSeconds ? null : (last.value - first.value) / span
  }

  return {
    add(at, value) {
      const last = samples.at(-1)
      if (last && (value <= last.value || at < last.at)) return
      if (!last) beganAt = at
      samples.push({ at, value })
      const from = at - Math.max(windowSeconds, share * (at - beganAt))
      // The sample just outside the window stays: it is where the window's growth began.
      while (samples.length > 2 && (samples[1]?.at ?? at) <= from) samples.shift()
    },
    rate,
    secondsLeft(now, target) {
      const last = samples.at(-1)
      const perSecond = rate(now)
      if (!last || !perSecond) return null
      return Math.max(0, (target - last.value) / perSecond - Math.max(0, now - last.at))
    },
    reset() {
      samples = []
    },
  }
}
