// What FFmpeg said about a chunk: did decoding begin early enough, did the source reach to the chunk's end, did reading
// fail. Pure; tpad would hide a missing tail and a wrong seek, these lines do not.
import { MillraceError } from '#domain/errors.ts'
import type { PlannedChunk } from '#domain/plan.ts'
import {
  floorRational,
  multiplyRational,
  parseRational,
  type Rational,
  rational,
  subtractRational,
  toNumber,
} from '#domain/rational.ts'
import type { Timeline } from '#domain/timeline.ts'

type Clock = Pick<Timeline, 'rate' | 'clock' | 'frames'>

/**
 * The frame of the chunk that must have come from the source. At the end of the timeline the container's last durations are
 * often wrong, so there half a second may be a still picture.
 */
export function tailFrame(
  timeline: Clock,
  chunk: Pick<PlannedChunk, 'firstFrame' | 'frames'>,
): number {
  const atEnd = chunk.firstFrame + chunk.frames >= timeline.frames
  const slack = atEnd ? Math.max(2, Math.ceil(toNumber(timeline.rate) / 2)) : 0
  return Math.max(0, chunk.frames - 1 - slack)
}

const reading =
  /Stream ends prematurely|Connection (?:refused|reset)|Server returned \d|HTTP error \d|(?:Input\/output error|Operation timed out)$/m
const decoding = /^\[[^\]]+\] \[(?:error|fatal)\] |^\[error\] Error while decoding/gm

/** The instant of the frame a `showinfo@name` printed, on the source's clock; null when none came. */
function shownInstant(stderr: string, name: string): Rational | null {
  const line = (pattern: string) =>
    new RegExp(`\\[showinfo@${name} @ [^\\]]+\\] (?:\\[info\\] )?${pattern}`).exec(stderr)?.[1]
  const timebase = parseRational(line('config in time_base: (\\d+/\\d+)') ?? '')
  const pts = line('n: *0 pts: *(-?\\d{1,15}) ')
  return timebase && pts !== undefined ? multiplyRational(rational(BigInt(pts)), timebase) : null
}

/**
 * The first decoded frame of a chunk that seeks lies at or before the chunk's first output frame.
 * @throws MillraceError `check-failed`
 */
export function checkGuard(
  stderr: string,
  { timeline, chunk }: { timeline: Clock; chunk: PlannedChunk },
): void {
  if (chunk.seekMicroseconds === null) return
  const instant = shownInstant(stderr, 'first')
  if (!instant) throw failed(`chunk ${chunk.index}: the decoder gave no first frame`)
  const ticks = multiplyRational(instant, rational(timeline.clock))
  const since = subtractRational(ticks, rational(chunk.clockOffset))
  const { rate, clock } = timeline
  const slot = floorRational(multiplyRational(since, rational(rate.num, clock * rate.den)))
  if (slot > 0) {
    throw failed(
      `chunk ${chunk.index}: decoding began ${slot} frames after the chunk's first frame`,
    )
  }
}

export interface StderrFindings {
  /** Lines at level error: a damaged source plays with its damage, the log knows how much. */
  errorLines: number
}

/**
 * @throws MillraceError `check-failed` (worth another try) when reading failed or the seek missed; `source-truncated` when
 *   the source ended before the chunk did.
 */
export function checkStderr(
  stderr: string,
  run: { timeline: Clock; chunk: PlannedChunk },
): StderrFindings {
  const { chunk } = run
  const read = reading.exec(stderr)?.[0]
  if (read) throw failed(`chunk ${chunk.index}: reading the source failed: ${read}`)
  checkGuard(stderr, run)
  if (!shownInstant(stderr, 'last')) {
    throw new MillraceError('source-truncated', {
      detail: `chunk ${chunk.index}: the source gave no frame ${chunk.firstFrame + tailFrame(run.timeline, chunk)}`,
    })
  }
  return { errorLines: stderr.match(decoding)?.length ?? 0 }
}

const failed = (detail: string) => new MillraceError('check-failed', { detail })
