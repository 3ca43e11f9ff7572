// The picture of a recording that has none: how large, how often, how long, and what it looks like. Pure.
import { MillraceError } from '#domain/errors.ts'
import { planLadder, type Rung } from '#domain/ladder.ts'
import { type ChunkSpan, type PlannedChunk, planChunks, type VideoPlan } from '#domain/plan.ts'
import {
  multiplyRational,
  type Rational,
  rational,
  subtractRational,
  toNumber,
} from '#domain/rational.ts'

/** The lowest rung's own size: a plain picture gains nothing from more. */
const width = 426
const height = 240
/** Enough that sound ends within a tenth of a second of it, few enough that an hour costs seconds. */
const rate = rational(10)
/** Near the portal's own ground, so that a cover laid over it has no frame. */
const colour = '0x0b1117'

/** FFmpeg's source of the picture. */
export const drawnSource = ({ timeline }: VideoPlan): string =>
  `color=c=${colour}:s=${width}x${height}:r=${timeline.rate.num}/${timeline.rate.den}`

/**
 * @param first where the first sound begins, seconds on the source's clock; `last` where the last one ends.
 * @throws MillraceError `source-unreadable` when there is no sound between them.
 */
export function planDrawn(
  first: Rational | null,
  last: Rational | null,
  cover: number | null,
): VideoPlan {
  const zero = first ?? rational(0)
  const seconds = last ? toNumber(subtractRational(last, zero)) : 0
  if (seconds <= 0) throw new MillraceError('source-unreadable', { detail: 'no sound was found' })
  const frames = Math.max(1, Math.ceil(seconds * toNumber(rate) - 1e-6))
  const gopFrames = 2 * toNumber(rate)
  // Half a frame is a whole tick.
  const clock = toNumber(multiplyRational(rational(2), rate))
  const rungs: Rung[] = planLadder(width, height, rate).slice(0, 1)
  return {
    stream: 0,
    drawn: { cover },
    timeline: { rate, sourceIsConstant: true, zero, frames, gopFrames, clock },
    width,
    height,
    filters: [],
    rungs,
    chunks: planChunks(frames, gopFrames).map(drawnChunk),
    copyLane: { copied: false, reason: 'It has no picture.' },
  }
}

/** Each chunk is drawn anew: nothing is sought, no clock is subtracted. */
const drawnChunk = (chunk: ChunkSpan): PlannedChunk => ({
  ...chunk,
  seekMicroseconds: null,
  clockOffset: 0,
})
