// The plan of an attempt: chunks of the timeline, spans of the sound, and the tasks that make them. Pure decisions over the
// probe's answer; the plan is written once as an object and read by every worker of the attempt.
import { type CopyDecision, minCopiedFrames } from './copy-lane.ts'
import { audioTrack } from './keys.ts'
import { h264Codec, type Rung } from './ladder.ts'
import { multiplyRational, type Rational, rational, toNumber } from './rational.ts'
import type { ChunkStart, Demuxer, Timeline } from './timeline.ts'

export interface ChunkSpan {
  index: number
  firstFrame: number
  frames: number
}

export interface PlannedChunk extends ChunkSpan, ChunkStart {}

export interface AudioSpan {
  index: number
  /** AAC packets of 1,024 samples on the track's own grid. */
  firstPacket: number
  packets: number
}

export interface AudioPlan {
  track: string
  /** Index of the stream in the source file. */
  stream: number
  sampleRate: number
  channels: number
  bitsPerSecond: number
  /** BCP 47 or ISO 639 as the file says; null when it does not. */
  language: string | null
  name: string
  packets: number
  /** Packets a segment but the last. */
  segmentPackets: number
  spans: AudioSpan[]
}

export interface VideoPlan {
  /** Means nothing where the picture is drawn. */
  stream: number
  /** The file has sound alone: a plain picture is drawn. `cover`: the stream of the picture on its sleeve. */
  drawn?: { cover: number | null } | undefined
  timeline: Timeline
  /** Upright picture with square pixels. */
  width: number
  height: number
  /** Filters between decoder and ladder, in order (deinterlacing, tone mapping): text FFmpeg reads, made from facts only. */
  filters: string[]
  rungs: Rung[]
  chunks: PlannedChunk[]
  /** Whether a rung is the source's own packets. Plans made before there was a copy lane do not say. */
  copyLane?: CopyDecision | undefined
}

export interface SourceFacts {
  key: string
  etag: string
  sizeBytes: number
  demuxer: Demuxer
}

/** Who makes rungs and sound: our own workers, or a job of AWS Elemental MediaConvert. */
export const engines = ['ffmpeg', 'mediaconvert'] as const
export type Engine = (typeof engines)[number]

export interface Plan {
  videoId: string
  attempt: number
  engine: Engine
  /** The FFmpeg build every worker of this attempt must have: init sections differ between builds. */
  encoder: string
  source: SourceFacts
  durationSeconds: number
  video: VideoPlan
  audio: AudioPlan[]
}

/** About the length of a GOP; of a segment of sound too, so that both playlists have one target duration. */
const segmentSeconds = 2
/** Wanted chunk lengths in GOPs of about 2 s: 2 s for the first picture, 2, 4, 8, 16. */
const openingGops = [1, 1, 2, 4, 8]
/** Of a copied grid's later chunks. */
const maxGops = 15
/**
 * Later chunks, in GOPs: the longest for the first third of a film, then less and less, down to one GOP. Found by simulating hundreds
 * of workers (`npm run bench -- scale --simulated`) with what a chunk costs beside its film, so that one worker loses little.
 */
const longestGops = 10
const gopsOfWhole = 14
const shrinking = 0.7
/** So many chunks are the same whatever the length of a film that has more. */
export const openingChunks = openingGops.length

/** A chunk may be longer or shorter by a quarter of its length, to begin soon after a keyframe of the source. */
const flexibility = 1 / 4
/** It is at least so long, measured by the frames its decoder passes before its own: decoding costs a seventh of encoding. */
const leastLengthOfPassed = 1 / 4
/** But no longer than this for that reason: with one keyframe in two hours, a chunk still ends within an hour. */
const mostGopsForPassed = 300

/** Output frames a decoder passes before it comes to this one: from the last keyframe of the source. */
export type PassedFrames = (frame: number) => number

/**
 * Divides `frames` into chunks of whole GOPs that cover the timeline once, in order. Short ones first, for the first picture;
 * the rest ever shorter, for the workers, and each beginning where little is decoded in vain. A last incomplete GOP belongs to the
 * chunk before it: alone, a chunk of one or two frames would get another init section.
 */
export function planChunks(
  frames: number,
  gopFrames: number,
  passed: PassedFrames = () => 0,
): ChunkSpan[] {
  const wholeGops = Math.max(1, Math.floor(frames / gopFrames))
  const lengths: number[] = []
  let left = wholeGops
  for (const gops of openingGops) {
    if (left > 0) lengths.push(Math.min(gops, left))
    left -= Math.min(gops, left)
  }
  const passedGops = (left: number) => passed((wholeGops - left) * gopFrames) / gopFrames
  lengths.push(...shrinkingLengths(left, passedGops))
  const chunks: ChunkSpan[] = []
  let gop = 0
  for (const [index, length] of lengths.entries()) {
    const firstFrame = gop * gopFrames
    gop += length
    const end = index === lengths.length - 1 ? frames : gop * gopFrames
    chunks.push({ index, firstFrame, frames: end - firstFrame })
  }
  return chunks
}

/**
 * However many workers share a film, they end together when the last chunks are short; and however few, most chunks are long: each
 * costs two thirds of a GOP by itself (starts, decoding up to its first frame, checks).
 * @param passedGops GOPs decoded in vain by a chunk that begins where so many are left
 */
function shrinkingLengths(whole: number, passedGops: (left: number) => number): number[] {
  const lengths: number[] = []
  for (let left = whole; left > 0; left -= lengths.at(-1) ?? left) {
    const share = Math.round(gopsOfWhole * (left / whole) ** shrinking)
    const least = Math.ceil(leastLengthOfPassed * passedGops(left))
    const wanted = Math.max(1, Math.min(longestGops, share), Math.min(mostGopsForPassed, least))
    lengths.push(wanted < left ? bestLength(left, wanted, passedGops) : left)
  }
  return lengths
}

/** About as long as wanted, so that the next chunk decodes least in vain; the nearest of equals, and never all that is left. */
function bestLength(left: number, wanted: number, passedGops: (left: number) => number): number {
  const around = 2 * Math.floor(wanted * flexibility) + 1
  return Array.from({ length: around }, (_, at) => wanted + Math.ceil(at / 2) * (-1) ** at)
    .filter(length => length < left)
    .map(length => ({ length, passed: passedGops(left - length) }))
    .reduce((best, next) => (next.passed < best.passed ? next : best)).length
}

/** Divides a copied grid into chunks of whole segments, about as long. An end under a second belongs to the chunk before it. */
export function planCopiedChunks(
  frames: number,
  cuts: readonly number[],
  rate: Rational,
): ChunkSpan[] {
  const chunks: ChunkSpan[] = []
  const least = minCopiedFrames(rate)
  let firstFrame = 0
  for (let at = 1; at <= cuts.length; at++) {
    const end = cuts[at] ?? frames
    const next = cuts[at + 1] ?? frames
    const most = (openingGops[chunks.length] ?? maxGops) * segmentSeconds
    const isFull = framesToSeconds(next - firstFrame, rate) > most
    if (end < frames && (!isFull || frames - end < least)) continue
    chunks.push({ index: chunks.length, firstFrame, frames: end - firstFrame })
    firstFrame = end
  }
  return chunks
}

/** AAC: «1024 samples per frame» (ISO/IEC 14496-3). */
export const samplesPerPacket = 1024
/** Longer than chunk 0: it costs a tenth of a second more, and the next span is a minute long. */
export const firstSpanSeconds = 10
const laterSpanSeconds = [60, 300] as const
/** So many spans, too. */
export const openingSpans = 2
/** A film of this length has more than these of both. */
export const openedFilmSeconds = 120
const audioBitsPerSecond = 128_000

/** A short first span (rounded up to a segment), then one of 60 s, then 5 minutes each. */
export function planAudioSpans(
  packets: number,
  segmentPackets: number,
  sampleRate: number,
  firstSeconds: number,
): AudioSpan[] {
  const inSegments = (seconds: number) =>
    Math.max(1, Math.ceil((seconds * sampleRate) / samplesPerPacket / segmentPackets - 0.02)) *
    segmentPackets
  const spans: AudioSpan[] = []
  let next = 0
  while (next < packets) {
    const index = spans.length
    const wanted = index === 0 ? firstSeconds : (laterSpanSeconds[index - 1] ?? 300)
    let length = Math.min(inSegments(wanted), packets - next)
    // A remainder shorter than a segment stays with the span before it.
    if (packets - next - length < segmentPackets) length = packets - next
    spans.push({ index, firstPacket: next, packets: length })
    next += length
  }
  return spans
}

export interface AudioSource {
  stream: number
  sampleRate: number
  language: string | null
  name: string | null
}

/** AAC rates every player decodes; anything else is resampled to 48 kHz. */
const keptSampleRates = [44_100, 48_000]

export function planAudio(
  sources: readonly AudioSource[],
  durationSeconds: Rational,
  firstSeconds = firstSpanSeconds,
): AudioPlan[] {
  return sources.map((source, index) => {
    const sampleRate = keptSampleRates.includes(source.sampleRate) ? source.sampleRate : 48_000
    const samples = toNumber(multiplyRational(durationSeconds, rational(sampleRate)))
    // The encoder's first packet primes the decoder and is not heard: one more than the samples fill.
    const packets = Math.max(1, Math.ceil(samples / samplesPerPacket - 1e-9)) + 1
    const segmentPackets = Math.round((segmentSeconds * sampleRate) / samplesPerPacket)
    return {
      track: audioTrack(index),
      stream: source.stream,
      sampleRate,
      channels: 2,
      bitsPerSecond: audioBitsPerSecond,
      language: source.language,
      name: source.name ?? (sources.length > 1 ? `Audio ${index + 1}` : 'Audio'),
      packets,
      segmentPackets,
      spans: planAudioSpans(packets, segmentPackets, sampleRate, firstSeconds),
    }
  })
}

/** Frames of each segment of a chunk: GOPs, the last one what is left. */
export function segmentFrames(frames: number, gopFrames: number): number[] {
  const segments: number[] = []
  for (let left = frames; left > 0; left -= gopFrames) segments.push(Math.min(gopFrames, left))
  return segments
}

/** Frames of each segment of a chunk of the picture: every rung is cut alike. */
export function segmentsOf(
  { timeline, copyLane }: Pick<VideoPlan, 'timeline' | 'copyLane'>,
  { firstFrame, frames }: Pick<ChunkSpan, 'firstFrame' | 'frames'>,
): number[] {
  if (!copyLane?.copied) return segmentFrames(frames, timeline.gopFrames)
  const { cuts } = copyLane
  const end = firstFrame + frames
  const segments: number[] = []
  let start = firstFrame
  for (let next = cuts.indexOf(firstFrame) + 1; start < end; next++) {
    const cut = Math.min(cuts[next] ?? end, end)
    segments.push(cut - start)
    start = cut
  }
  return segments
}

/** RFC 6381 string of a rung, known before it is made. */
export const plannedCodec = ({ copyLane }: VideoPlan, rung: Rung): string =>
  copyLane?.copied && copyLane.track === rung.track ? copyLane.codec : h264Codec(rung.level)

/** Packets of each segment of a span. */
export const segmentPacketsOf = (span: AudioSpan, segmentPackets: number): number[] =>
  segmentFrames(span.packets, segmentPackets)

export const framesToSeconds = (frames: number, rate: Rational): number =>
  (frames * rate.den) / rate.num

/** EXT-X-TARGETDURATION of all playlists of the attempt: the longest planned segment of all tracks, rounded (RFC 8216 §4.3.3.1). */
export function targetDuration(plan: Plan): number {
  const { timeline } = plan.video
  const longest = segmentsOf(plan.video, { firstFrame: 0, frames: timeline.frames }).reduce(
    (most, frames) => Math.max(most, frames),
    0,
  )
  const video = framesToSeconds(longest, timeline.rate)
  const audio = plan.audio.map(
    track => (Math.min(track.segmentPackets, track.packets) * samplesPerPacket) / track.sampleRate,
  )
  return Math.max(1, Math.round(Math.max(video, ...audio)))
}
