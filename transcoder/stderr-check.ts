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

type Clock = Pick<Timeline, 'rate' | 'clock' | 'frames' | 'pictureFrames'>

/**
 * The frame of the chunk that must have come from the source. At the end of the timeline the container's last durations are
 * often wrong, so there half a second may be a still picture.
 */
export function tailFrame(
  timeline: Clock,
  chunk: Pick<PlannedChunk, 'firstFrame' | 'frames'>,
): number {
  const left = (timeline.pictureFrames ?? timeline.frames) - chunk.firstFrame
  const atEnd = chunk.frames >= left
  const slack = atEnd ? Math.max(2, Math.ceil(toNumber(timeline.rate) / 2)) : 0
  return Math.max(0, Math.min(chunk.frames, left) - 1 - slack)
}

/** Only FFmpeg's own complaints: titles and tags of the source stand in lines at level info. */
const reading =
  /^.*\[(?:warning|error|fatal)\] .*(?:Stream ends prematurely|Connection (?:refused|reset)|Server returned \d|HTTP error \d|(?:Input\/output error|Operation timed out)$)/m
const complaint = /^(?:\[[^\]]+\] )*\[(?:error|fatal)\] /gm

/** The instant of the frame a `showinfo@name` printed, on the source's clock; null when none came. */
function shownInstant(stderr: string, name: string): Rational | null {
  const line = (pattern: string) =>
    new RegExp(`^\\[showinfo@${name} @ \\w+\\] (?:\\[info\\] )?${pattern}`, 'm').exec(stderr)?.[1]
  const timebase = parseRational(line('config in time_base: (\\d+/\\d+)') ?? '')
  const pts = line('n: *0 pts: *(-?\\d{1,15}) ')
  return timebase && pts !== undefined ? multiplyRational(rational(BigInt(pts)), timebase) : null
}

/** By how many frames an instant lies after the chunk's first; the half frame in `clockOffset` makes floor a rounding. */
function framesAfterStart(instant: Rational, { rate, clock }: Clock, chunk: PlannedChunk): number {
  const ticks = multiplyRational(instant, rational(clock))
  const since = subtractRational(ticks, rational(chunk.clockOffset))
  return floorRational(multiplyRational(since, rational(rate.num, clock * rate.den)))
}

export interface StderrFindings {
  /** Lines at level error: a damaged source plays with its damage, the log knows how much. */
  errorLines: number
}

/**
 * Decoding began at or before the chunk's first frame, reading never failed, and the source reached the chunk's end.
 * @throws MillraceError `check-failed` (worth another try) when reading failed or the seek missed; `source-truncated` when
 *   the source ended before the chunk did.
 */
export function checkStderr(
  stderr: string,
  { timeline, chunk }: { timeline: Clock; chunk: PlannedChunk },
): StderrFindings {
  const failed = (finding: string) =>
    new MillraceError('check-failed', { detail: `chunk ${chunk.index}: ${finding}` })
  const broken = reading.exec(stderr)?.[0]
  if (broken) throw failed(`reading the source failed: ${broken}`)
  if (!shownInstant(stderr, 'last')) {
    throw new MillraceError('source-truncated', {
      detail: `the source gave no frame ${chunk.firstFrame + tailFrame(timeline, chunk)}`,
    })
  }
  if (chunk.seekMicroseconds !== null) {
    const first = shownInstant(stderr, 'first')
    if (!first) throw failed('nothing tells which frame was decoded first')
    const late = framesAfterStart(first, timeline, chunk)
    if (late > 0) throw failed(`decoding began ${late} frames after the chunk's first`)
  }
  return { errorLines: stderr.match(complaint)?.length ?? 0 }
}
