// How many parts are on their way at once: begins with few, climbs while the line gets faster by it, steps back when it does not, halves
// when parts fail, down to one. Pure: told of times and bytes, it answers a width. Fewer is better where it costs nothing: less is lost when the line is cut.

export interface WidthLimits {
  /** To begin with, and while nothing fails. */
  least: number
  most: number
  /** Taken at once on a line on which so many parts are short. */
  first: number
  /** Bytes of one part: what a window must have seen before it may be short. */
  partBytes: number
}

export interface Width {
  readonly now: number
  /** What was sent in all, whenever some of it was. `full`: as many parts were on their way as may be. */
  look(atSeconds: number, sentBytes: number, full: boolean): void
  /** A part failed on the way. */
  failed(atSeconds: number): void
  /** The line takes no more than so many (HTTP/1.1). */
  limit(most: number): void
}

/** After a change the line swings in, and new connections swallow what their buffers hold. */
const settle = { seconds: 1.5, shortestSeconds: 0.3, partsEach: 1 }
/** More than any buffer holds has left: the line is fast. */
const opening = { ...settle, shortestSeconds: 0.05 }
const window = { seconds: 2.5, shortestSeconds: 0.7, partsEach: 3 }
/** One more part must bring this much, or it is not worth what it loses in a cut. */
const worthwhileGain = 1.05
/** With one part fewer the line must stay this fast. */
const bearableLoss = 0.97
/** A part is short that takes no longer: not much is lost when the line is cut. */
const shortPartSeconds = 10
/** Windows to stand still after a step that brought nothing; doubled each time. */
const patience = { first: 3, most: 24 }
const patienceAfterFailure = 6
/** Outside of this, the line itself has changed, and what was learnt of it is old. */
const changed = { below: 0.6, above: 1.6 }

export function createWidth({ least, most, first, partBytes }: WidthLimits): Width {
  let top = most
  let width = least
  /** Whether the line has been asked if `first` are short. */
  let opened = false
  /** The step being tried: what it began with. */
  let trial: { from: number; rate: number } | null = null
  let rest = 0
  let restNext = patience.first
  let nextStep = 1
  let usual: number | null = null
  let mark: { at: number; bytes: number; settled: boolean } | null = null
  let failedAt = Number.NEGATIVE_INFINITY

  function clamp(wanted: number) {
    return Math.min(top, Math.max(least, wanted))
  }

  function go(next: number) {
    width = next
    mark = null
  }

  function open(rate: number) {
    opened = true
    if (width < clamp(first) && (first * partBytes) / rate < shortPartSeconds) go(clamp(first))
  }

  function tryStep(rate: number) {
    const next = clamp(width + nextStep)
    if (next === width) {
      nextStep = -nextStep
      return
    }
    trial = { from: width, rate }
    go(next)
  }

  function standStill() {
    rest = restNext
    restNext = Math.min(patience.most, restNext * 2)
    nextStep = -nextStep
  }

  function judge(rate: number, { from, rate: before }: { from: number; rate: number }) {
    trial = null
    const climbing = width > from
    const good = rate >= before * (climbing ? worthwhileGain : bearableLoss)
    usual = good ? rate : before
    if (!good) {
      go(from)
      standStill()
    } else if (clamp(width + nextStep) === width) standStill()
    else tryStep(rate)
  }

  function decide(rate: number) {
    if (trial) return judge(rate, trial)
    if (usual !== null && (rate < usual * changed.below || rate > usual * changed.above)) {
      const slower = rate < usual
      rest = 0
      restNext = patience.first
      nextStep = 1
      usual = null
      if (!slower) return
      opened = false
      return go(least)
    }
    usual = usual === null ? rate : usual + (rate - usual) / 4
    if (rest > 0) rest -= 1
    else tryStep(usual)
  }

  return {
    get now() {
      return width
    },
    look(at, bytes, full) {
      // A line that is not asked for all it may carry says nothing about more.
      if (!full) mark = null
      else if (!mark) mark = { at, bytes, settled: false }
      else {
        const span = mark.settled ? window : opened ? settle : opening
        const seconds = at - mark.at
        const enough = bytes - mark.bytes >= span.partsEach * width * partBytes
        if (seconds < (enough ? span.shortestSeconds : span.seconds)) return
        const rate = (bytes - mark.bytes) / seconds
        const { settled } = mark
        mark = { at, bytes, settled: true }
        if (settled) decide(rate)
        else if (!opened) open(rate)
      }
    },
    failed(at) {
      // The parts of one cut fail together: they count once.
      if (at - failedAt < settle.seconds) return
      failedAt = at
      trial = null
      usual = null
      nextStep = 1
      rest = patienceAfterFailure
      // One alone: on a line that breaks often, the parts that share it are each too long for the time between two breaks.
      go(Math.max(1, Math.floor(width / 2)))
    },
    limit(next) {
      top = Math.max(least, next)
      if (width > top) go(top)
    },
  }
}
