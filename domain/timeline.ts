// The output timeline of a source: constant rate, zero, number of frames, and where a chunk's decoder must start. Exact
// arithmetic over one packet scan; the rules were proven frame by frame against whole runs. Pure.
import {
  addRational,
  floorRational,
  leastCommonMultiple,
  multiplyRational,
  type Rational,
  rational,
  roundRational,
  subtractRational,
  toNumber,
} from './rational.ts'

/** One scan of a video stream in file order, without discarded packets. All times in ticks of `timebase`. */
export interface PacketTable {
  timebase: Rational
  pts: ArrayLike<number>
  dts: ArrayLike<number>
  /** Duration of the last packet in presentation order; 0 when the container does not say. */
  lastDuration: number
  /** Indexes of keyframe packets, rising. */
  keyframes: ArrayLike<number>
}

export interface Timeline {
  /** Frames a second of the output, constant. */
  rate: Rational
  /** False when frames had to be dropped or repeated to make the rate constant. */
  sourceIsConstant: boolean
  /** The instant of output frame 0 on the source's clock, seconds. */
  zero: Rational
  frames: number
  /** Frames the pictures fill, where sound goes on and the last picture is held for it; absent: all. */
  pictureFrames?: number | undefined
  /** Frames a GOP: round(2 × rate). One GOP is one segment. */
  gopFrames: number
  /** Ticks a second of the filter graph's clock, on which every frame boundary is whole. */
  clock: number
}

/** Common delivery rates; a rate is the first that fits every packet. */
const standardRates: readonly Rational[] = [
  [24, 1],
  [24000, 1001],
  [25, 1],
  [30, 1],
  [30000, 1001],
  [50, 1],
  [60, 1],
  [60000, 1001],
  [48, 1],
  [48000, 1001],
  [15, 1],
  [15000, 1001],
  [12, 1],
  [12000, 1001],
  [25, 2],
  [10, 1],
  [20, 1],
  [8, 1],
  [6, 1],
  [5, 1],
  [90, 1],
  [100, 1],
  [120, 1],
  [120000, 1001],
].map(([num = 0, den = 1]) => rational(num, den))

const sameRate = (a: Rational, b: Rational) => a.num === b.num && a.den === b.den

function nearestStandard(rate: number): Rational {
  const distance = (candidate: Rational) => Math.abs(Math.log(toNumber(candidate) / rate))
  return standardRates.reduce((best, next) => (distance(next) < distance(best) ? next : best))
}

/** Every frame lies within a quarter frame, and within two ticks or 2 ms, of its place at a constant rate. */
function fitsConstant(sortedPts: Float64Array, timebase: Rational, rate: Rational): boolean {
  const seconds = toNumber(timebase)
  const frame = rate.den / rate.num
  const tolerance = Math.min(frame / 4, 2 * Math.max(seconds, 0.001))
  const first = sortedPts[0] ?? 0
  for (let i = 0; i < sortedPts.length; i++) {
    if (Math.abs(((sortedPts[i] ?? 0) - first) * seconds - i * frame) > tolerance) return false
  }
  return true
}

function medianDelta(sortedPts: Float64Array): number {
  const deltas = new Float64Array(Math.max(0, sortedPts.length - 1))
  for (let i = 0; i < deltas.length; i++) deltas[i] = (sortedPts[i + 1] ?? 0) - (sortedPts[i] ?? 0)
  deltas.sort()
  return deltas[deltas.length >> 1] ?? 0
}

/** The output rate. `declared` is the container's own base rate (ffprobe's r_frame_rate), never its average. */
export function detectRate(
  sortedPts: Float64Array,
  timebase: Rational,
  declared: Rational | null,
): { rate: Rational; constant: boolean } {
  const declaredStandard = declared ? standardRates.filter(rate => sameRate(rate, declared)) : []
  // A base rate too fine for half a frame to be whole on any clock (an AVI header may say so) is no rate to keep.
  const fits = declared && declared.num > 0 && 2 * declared.num < maxClock
  const declaredRate = fits ? [declared] : []
  for (const rate of [...declaredStandard, ...standardRates, ...declaredRate]) {
    if (fitsConstant(sortedPts, timebase, rate)) return { rate, constant: true }
  }
  const base = declared ? toNumber(declared) : 0
  if (base >= 5 && base <= 61) return { rate: nearestStandard(base), constant: false }
  const delta = medianDelta(sortedPts) * toNumber(timebase)
  return { rate: nearestStandard(delta > 0 ? 1 / delta : 25), constant: false }
}

/** Parts of a frame in which the phase of a variable film is sought. */
const phaseSteps = 16
/** Of all pictures: for fewer a film's zero is not moved. */
const worthMoving = 0.02

/** How many slots have a picture of their own when the zero lies `phase` ticks after the first. */
function slotsFilled(sortedPts: Float64Array, frameTicks: number, phase: number): number {
  const zero = (sortedPts[0] ?? 0) + phase
  let filled = 0
  let last = Number.NEGATIVE_INFINITY
  for (const ticks of sortedPts) {
    const slot = Math.floor((ticks - zero) / frameTicks + 0.5)
    if (slot !== last) filled += 1
    last = slot
  }
  return filled
}

/**
 * Ticks by which a variable film's zero lies after its first picture; less than half a frame either way. Timestamps jitter: if
 * the first comes early, others fall into each other's slots, one is lost and its neighbour doubled. The nearest phase is taken
 * that gives most pictures a slot of their own. Sound has the same zero, so it stays in sync.
 */
function phaseOf(sortedPts: Float64Array, timebase: Rational, rate: Rational): number {
  const frameTicks = rate.den / rate.num / toNumber(timebase)
  let best = { phase: 0, filled: slotsFilled(sortedPts, frameTicks, 0) }
  if (sortedPts.length - best.filled < worthMoving * sortedPts.length) return 0
  const enough = best.filled + worthMoving * sortedPts.length
  for (let step = 1; step < phaseSteps / 2; step++) {
    for (const sign of [1, -1]) {
      const phase = sign * Math.round((frameTicks * step) / phaseSteps)
      const filled = slotsFilled(sortedPts, frameTicks, phase)
      if (filled >= enough && filled > best.filled) best = { phase, filled }
    }
  }
  return best.phase
}

const maxClock = 2 ** 31

/** lcm(2 × rate.num, timebase.den): half a frame and a tick are both whole. Below 2^31, FFmpeg's limit for a time base. */
function clockFor(rate: Rational, timebase: Rational): number {
  const exact = leastCommonMultiple(2 * rate.num, timebase.den)
  if (exact < maxClock) return exact
  return 2 * rate.num * Math.floor((maxClock - 1) / (2 * rate.num))
}

const atTick = (ticks: number, timebase: Rational) => multiplyRational(rational(ticks), timebase)

/**
 * The output slot of an instant: ⌊(t − zero) · rate + ½⌋.
 */
export function slotOf(
  ticks: number,
  timebase: Rational,
  timeline: Pick<Timeline, 'rate' | 'zero'>,
) {
  const since = subtractRational(atTick(ticks, timebase), timeline.zero)
  return roundRational(multiplyRational(since, timeline.rate))
}

/** Encoders fill their last packet, and the last frame's duration is often a guess: what is no longer than this is not sound. */
export const paddingSeconds = 0.1

/** Frames to the end of the sound, where that is later than the end of the pictures. */
function framesOfSound(
  { rate, zero, frames }: Pick<Timeline, 'rate' | 'zero' | 'frames'>,
  lastSoundSeconds: Rational | null,
): number | null {
  if (!lastSoundSeconds) return null
  const heard = toNumber(multiplyRational(subtractRational(lastSoundSeconds, zero), rate))
  const padding = paddingSeconds * toNumber(rate)
  return heard - frames > padding + 1e-6 ? Math.ceil(heard - 1e-6) : null
}

/**
 * @param firstSoundSeconds the first sound's timestamp on the source's clock; null without sound. Sound that begins before
 *   the picture is kept over a cloned first frame; late sound moves nothing.
 * @param lastSoundSeconds where the last sound ends; the last picture is held that long.
 * @throws RangeError when the table is empty.
 */
export function planTimeline(
  table: PacketTable,
  declaredRate: Rational | null,
  firstSoundSeconds: Rational | null,
  lastSoundSeconds: Rational | null = null,
): Timeline {
  if (table.pts.length === 0) throw new RangeError('a timeline needs at least one packet')
  const sorted = Float64Array.from(table.pts).sort()
  const { timebase } = table
  const { rate, constant } = detectRate(sorted, timebase, declaredRate)
  const firstTicks = sorted[0] ?? 0
  const first = atTick(firstTicks, timebase)
  const early = firstSoundSeconds ? subtractRational(first, firstSoundSeconds) : rational(0)
  const earlyFrames = Math.max(0, Math.floor(toNumber(multiplyRational(early, rate)) + 1e-9))
  const phase = constant ? 0 : phaseOf(sorted, timebase, rate)
  const start = atTick(firstTicks + phase, timebase)
  const zero = subtractRational(start, rational(earlyFrames * rate.den, rate.num))
  const last = sorted[sorted.length - 1] ?? 0
  const pictureFrames = Math.max(
    slotOf(last, timebase, { rate, zero }) + 1,
    slotOf(last + Math.max(0, table.lastDuration), timebase, { rate, zero }),
  )
  const heard = framesOfSound({ rate, zero, frames: pictureFrames }, lastSoundSeconds)
  return {
    rate,
    sourceIsConstant: constant,
    zero,
    frames: heard ?? pictureFrames,
    ...(heard === null ? {} : { pictureFrames }),
    gopFrames: Math.max(1, roundRational({ num: 2 * rate.num, den: rate.den })),
    clock: clockFor(rate, timebase),
  }
}

/** For each output frame how many lie between it and the source's last keyframe before it: what a decoder passes. */
export function passedFrames(table: PacketTable, timeline: Timeline): (frame: number) => number {
  const { timebase, keyframes, pts } = table
  const zero = toNumber(timeline.zero)
  const shown = Float64Array.from(
    keyframes,
    packet => (toNumber(timebase) * (pts[packet] ?? 0) - zero) * toNumber(timeline.rate),
  ).sort()
  return frame => {
    let from = 0
    for (let to = shown.length; from < to; ) {
      const middle = (from + to) >> 1
      if ((shown[middle] ?? 0) < frame + 0.5) from = middle + 1
      else to = middle
    }
    return Math.max(0, frame - (shown[from - 1] ?? 0))
  }
}

/** When the first and the last picture are shown, in ticks; infinitely far apart the wrong way where there is none. */
export function shownBetween({ pts }: Pick<PacketTable, 'pts'>): { first: number; last: number } {
  let first = Number.POSITIVE_INFINITY
  let last = Number.NEGATIVE_INFINITY
  for (let i = 0; i < pts.length; i++) {
    first = Math.min(first, pts[i] ?? first)
    last = Math.max(last, pts[i] ?? last)
  }
  return { first, last }
}

/** How FFmpeg's demuxers seek differs: by which rule `seekMicroseconds` is found. */
export type Demuxer =
  | 'mov'
  | 'matroska'
  | 'avi'
  | 'mpegts'
  | 'mpeg'
  | 'flv'
  | 'asf'
  | 'ogg'
  | SoundDemuxer

/** Of files that hold nothing but sound. */
export type SoundDemuxer = 'mp3' | 'aac' | 'flac' | 'wav' | 'aiff'

export interface ChunkStart {
  /** `-ss` with `-noaccurate_seek -seek_timestamp 1`; null: decode from the start. */
  seekMicroseconds: number | null
  /** What `setpts` subtracts, in ticks of the timeline's clock: half a frame before output frame `firstFrame`. */
  clockOffset: number
}

/** Where the decoder of the chunk that begins at output frame `firstFrame` starts. */
export function chunkStart(
  table: PacketTable,
  timeline: Timeline,
  demuxer: Demuxer,
  firstFrame: number,
): ChunkStart {
  const { rate, zero, clock } = timeline
  const zeroTicks = roundRational(multiplyRational(zero, rational(clock)))
  const frameTicks = multiplyRational(rational(clock), rational(rate.den, rate.num))
  const clockOffset =
    zeroTicks +
    roundRational(multiplyRational(frameTicks, rational(firstFrame))) -
    roundRational(multiplyRational(frameTicks, rational(1, 2)))
  return { seekMicroseconds: seekPoint(table, timeline, demuxer, firstFrame), clockOffset }
}

/** The first tick whose slot lies beyond `frame`: `slotOf` solved once, so that a keyframe costs one comparison. */
function firstTickBeyond(frame: number, { timebase }: PacketTable, timeline: Timeline): number {
  const { rate, zero } = timeline
  const slotEnd = addRational(zero, rational((2 * frame + 1) * rate.den, 2 * rate.num))
  const { num, den } = multiplyRational(slotEnd, rational(timebase.den, timebase.num))
  return -floorRational({ num: -num, den })
}

function anyBefore(ticks: ArrayLike<number>, end: number): boolean {
  for (let i = 0; i < ticks.length; i++) if ((ticks[i] ?? end) < end) return true
  return false
}

function seekPoint(
  table: PacketTable,
  timeline: Timeline,
  demuxer: Demuxer,
  firstFrame: number,
): number | null {
  if (firstFrame === 0) return null
  const { timebase, keyframes, pts, dts } = table
  const beyond = firstTickBeyond(firstFrame, table, timeline)
  let found = -1
  for (let i = keyframes.length - 1; i >= 0 && found < 0; i--) {
    if ((pts[keyframes[i] ?? 0] ?? 0) < beyond) found = i
  }
  // A transport stream has no index: its seek may land after the wanted keyframe, so aim at the one before.
  const aim = demuxer === 'mpegts' ? found - 1 : found
  if (aim < 0) return null
  const packet = keyframes[aim] ?? 0
  const keyPts = pts[packet] ?? 0
  const ticks = demuxer === 'mov' ? keyPts : Math.min(keyPts, dts[packet] ?? keyPts)
  if (!anyBefore(pts, ticks)) return null
  const microseconds = roundRational(multiplyRational(atTick(ticks, timebase), rational(1_000_000)))
  return demuxer === 'mov' ? microseconds + 1 : microseconds
}
