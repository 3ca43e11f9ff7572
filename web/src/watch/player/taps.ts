// What a finger on the picture means: one tap brings the controls or sends them away, two at a side go back or forth. Pure but for the
// tap before.

export type Tap = { do: 'controls' } | { do: 'seekBy'; seconds: number }

/** Two taps within this time belong together. */
const togetherMs = 320
/** Whoever is stepping needs one more tap for one more step. */
const onwardMs = 700
const stepSeconds = 10

export function createTaps() {
  let last = { side: '', at: Number.NEGATIVE_INFINITY }
  let stepping = false
  return {
    /** `x`: across the picture, 0 at its left. The film's time runs from left to right in every language. */
    tap(x: number, atMs: number): Tap {
      const side = x < 1 / 3 ? 'start' : x > 2 / 3 ? 'end' : 'middle'
      const sinceMs = atMs - last.at
      const again = side === last.side && sinceMs <= (stepping ? onwardMs : togetherMs)
      last = { side, at: atMs }
      stepping = again && side !== 'middle'
      if (!stepping || side === 'middle') return { do: 'controls' }
      return { do: 'seekBy', seconds: side === 'start' ? -stepSeconds : stepSeconds }
    },
  }
}
