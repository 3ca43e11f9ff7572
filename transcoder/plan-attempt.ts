// The probe's answer as a plan, or a refusal in words: limits first, then timeline, ladder, chunks and sound. Pure.
import { decideCopyLane } from '#domain/copy-lane.ts'
import { MillraceError } from '#domain/errors.ts'
import { planLadder, type Rung } from '#domain/ladder.ts'
import type { SourceLimits } from '#domain/limits.ts'
import {
  type AudioPlan,
  type ChunkSpan,
  type Engine,
  framesToSeconds,
  openingChunks,
  type Plan,
  type PlannedChunk,
  planAudio,
  planChunks,
  planCopiedChunks,
  type SourceFacts,
} from '#domain/plan.ts'
import {
  multiplyRational,
  type Rational,
  rational,
  roundRational,
  subtractRational,
  toNumber,
} from '#domain/rational.ts'
import {
  chunkStart,
  type Demuxer,
  type PacketTable,
  passedFrames,
  planTimeline,
  shownBetween,
  slotOf,
  type Timeline,
} from '#domain/timeline.ts'
import { planDrawn } from './drawn-picture.ts'
import { isHdr, isInterlaced, pictureFilters } from './picture-filters.ts'
import type { SourceProbe } from './probe.ts'
import type { SoundFacts, VideoFacts } from './stream-facts.ts'

export interface AttemptFacts {
  videoId: string
  attempt: number
  engine: Engine
  /** The FFmpeg build every worker of the attempt must have. */
  encoder: string
  source: SourceFacts
  probe: SourceProbe
  limits: SourceLimits
  /** A source that is already good is a rung of its own. */
  copyLane: boolean
  /** Why it is none all the same, found by an attempt before. */
  uncopyable?: string | undefined
  /** How long the film is said to be, where only the table of its opening is known: the plan of that alone is made. */
  saidSeconds?: number
}

/**
 * @throws MillraceError `too-many-streams`, `no-video`, `picture-too-large`, `rate-too-high`, `too-long`,
 *   `unsupported-source`
 */
export function planAttempt(facts: AttemptFacts): Plan {
  const { videoId, attempt, engine, encoder, source, probe, limits, saidSeconds } = facts
  if (probe.streams > limits.maxStreams) throw new MillraceError('too-many-streams')
  const { video } = probe
  if (!video) return planSoundAlone(facts)
  refuseHdr(video, probe.canToneMap)
  const { width, height } = uprightSize(video, limits)
  const known = timelineOf(video, probe.audio, facts)
  const timeline = saidSeconds === undefined ? known : lasting(saidSeconds, known)
  const rungs = planLadder(width, height, timeline.rate)
  const copyLane = decideCopyLane({
    enabled: facts.copyLane && engine === 'ffmpeg',
    spoiled: facts.uncopyable ?? null,
    picture: video,
    table: video.table,
    index: video.copyIndex ?? null,
    timeline,
    rungs,
  })
  const spans = copyLane.copied
    ? planCopiedChunks(timeline.frames, copyLane.cuts, timeline.rate)
    : planChunks(timeline.frames, timeline.gopFrames, passedFrames(video.table, timeline)).slice(
        0,
        saidSeconds === undefined ? undefined : openingChunks,
      )
  const chunks = planPieces(video, timeline, source.demuxer, spans)
  return {
    videoId,
    attempt,
    engine,
    encoder,
    source: {
      key: source.key,
      etag: source.etag,
      sizeBytes: source.sizeBytes,
      demuxer: source.demuxer,
    },
    durationSeconds: framesToSeconds(timeline.frames, timeline.rate),
    video: {
      stream: video.stream,
      timeline,
      width,
      height,
      filters: pictureFilters(video, probe.canToneMap),
      rungs: copyLane.copied ? withCopied(rungs, copyLane.track) : rungs,
      chunks,
      copyLane,
    },
    audio: soundOf(probe, timeline),
  }
}

const lasting = (seconds: number, timeline: Timeline): Timeline => ({
  ...timeline,
  frames: Math.floor(seconds * toNumber(timeline.rate)),
})

/** A picture is drawn; also where another engine makes films, for it takes none without a picture. */
function planSoundAlone({ videoId, attempt, encoder, source, probe, limits }: AttemptFacts): Plan {
  if (probe.audio.length === 0) throw new MillraceError('no-video')
  const video = planDrawn(earliest(probe.audio), latest(probe.audio), probe.cover)
  const { frames, rate } = video.timeline
  const durationSeconds = framesToSeconds(frames, rate)
  refuseTooLong(durationSeconds, limits)
  const { key, etag, sizeBytes, demuxer } = source
  return {
    videoId,
    attempt,
    engine: 'ffmpeg',
    encoder,
    source: { key, etag, sizeBytes, demuxer },
    durationSeconds,
    video,
    audio: soundOf(probe, video.timeline),
  }
}

const soundOf = ({ audio }: SourceProbe, { frames, rate }: Timeline): AudioPlan[] =>
  planAudio(
    audio.map(({ stream, sampleRate, language, title }) => ({
      stream,
      sampleRate,
      language,
      name: title,
    })),
    rational(frames * rate.den, rate.num),
  )

function refuseTooLong(seconds: number, { maxDurationSeconds }: SourceLimits): void {
  if (seconds > maxDurationSeconds) throw new MillraceError('too-long', { detail: `${seconds} s` })
}

/** A copy costs about what reading it costs. */
const copyCost = 0.01

const withCopied = (rungs: readonly Rung[], copied: string): Rung[] =>
  rungs.map(rung => (rung.track === copied ? { ...rung, cost: copyCost } : rung))

function refuseHdr(video: VideoFacts, canToneMap: boolean): void {
  if (video.dolbyVisionOnly) {
    throw new MillraceError('unsupported-source', { detail: 'Dolby Vision without a base layer' })
  }
  if (isHdr(video) && !canToneMap) {
    throw new MillraceError('unsupported-source', { detail: 'HDR, and FFmpeg has no zscale' })
  }
}

/** Square pixels, upright; the coded height is kept, so that no line is invented. */
function uprightSize(video: VideoFacts, limits: SourceLimits): { width: number; height: number } {
  const square = Math.max(1, Math.round(video.width * toNumber(video.pixelAspect)))
  // FFmpeg turns by quarters; other angles keep the picture's size.
  const turns = Math.abs(video.rotationDegrees / 90) % 2
  const lying = Math.abs(turns - 1) < 1 / 90
  const size = lying
    ? { width: video.height, height: square }
    : { width: square, height: video.height }
  for (const [one, other] of [
    [video.width, video.height],
    [size.width, size.height],
  ] as const) {
    const [long, short] = [Math.max(one, other), Math.min(one, other)]
    if (long > limits.maxLongSide || short > limits.maxShortSide) {
      throw new MillraceError('picture-too-large', { detail: `${one} × ${other}` })
    }
  }
  return size
}

function timelineOf(
  video: NonNullable<SourceProbe['video']>,
  audio: readonly SoundFacts[],
  { engine, limits }: Pick<AttemptFacts, 'engine' | 'limits'>,
): Timeline {
  let timeline: Timeline
  try {
    // The other engine's picture ends where it ends.
    const heardTo = engine === 'ffmpeg' ? latest(audio) : null
    timeline = planTimeline(video.table, video.declaredRate, earliest(audio), heardTo)
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new MillraceError('unsupported-source', { cause, detail: cause.message })
  }
  const { rate, frames } = timeline
  if (toNumber(rate) > limits.maxFramesPerSecond) {
    throw new MillraceError('rate-too-high', { detail: `${rate.num}/${rate.den} frames a second` })
  }
  refuseTooLong(framesToSeconds(frames, rate), limits)
  return timeline
}

const byTime = (a: Rational, b: Rational) => subtractRational(a, b).num

/** When the first of all sounds begins. */
const earliest = (audio: readonly SoundFacts[]): Rational | null =>
  audio.flatMap(({ firstSeconds }) => firstSeconds ?? []).sort(byTime)[0] ?? null

/** Where the last of all sounds ends, as far as that is known. */
const latest = (audio: readonly SoundFacts[]): Rational | null =>
  audio
    .flatMap(({ lastSeconds }) => lastSeconds ?? [])
    .sort(byTime)
    .at(-1) ?? null

/** A deinterlacer looks at the frame before: its chunks decode from a keyframe that is a little earlier. */
const framesLookedBack = 2
/** Chunks decode from the last keyframe; with hardly any keyframes that is the same film again and again. */
const maxRedecoding = 20
const hardlyAnyKeyframes =
  'The video has hardly any keyframes, so almost all of it would have to be read again for each of its parts. Export it again with a keyframe at least every ten seconds.'

function planPieces(
  video: NonNullable<SourceProbe['video']>,
  timeline: Timeline,
  demuxer: Demuxer,
  spans: readonly ChunkSpan[],
): PlannedChunk[] {
  const { table, decoderDelay } = video
  const back = isInterlaced(video) ? framesLookedBack : 0
  // Frames come out of the decoder that much later than the table says; no keyframe is shown later than that.
  const late = decoderDelay === 0 ? table : { ...table, pts: delayed(table.pts, decoderDelay) }
  const delayTicks = roundRational(
    multiplyRational(rational(decoderDelay * timeline.clock), table.timebase),
  )
  const start = (frame: number) => chunkStart(late, timeline, demuxer, frame)
  const lastShown = lastPicture(table, timeline)
  const chunks = spans.map(chunk => {
    const shown = Math.min(chunk.firstFrame, lastShown)
    const clockOffset = start(shown).clockOffset + delayTicks
    const { seekMicroseconds } = start(Math.max(0, shown - back))
    return { ...chunk, seekMicroseconds, clockOffset }
  })
  const zero = toNumber(timeline.zero)
  let redecoded = 0
  for (const { firstFrame, seekMicroseconds } of chunks) {
    const from = Math.max(0, (seekMicroseconds ?? 0) / 1e6 - zero)
    const shown = Math.min(firstFrame, lastShown)
    redecoded += framesToSeconds(shown, timeline.rate) - (seekMicroseconds === null ? 0 : from)
  }
  if (redecoded > maxRedecoding * framesToSeconds(timeline.frames, timeline.rate)) {
    throw new MillraceError('unsupported-source', {
      message: hardlyAnyKeyframes,
      detail: `${video.table.keyframes.length} keyframes are too few`,
    })
  }
  return chunks
}

/** The output frame of the last picture: a chunk that begins after it, where sound goes on alone, begins with it all the same. */
function lastPicture(table: PacketTable, timeline: Timeline): number {
  if (timeline.pictureFrames === undefined) return timeline.frames
  return slotOf(shownBetween(table).last, table.timebase, timeline)
}

const delayed = (pts: ArrayLike<number>, by: number): Float64Array =>
  Float64Array.from(pts, ticks => ticks + by)
