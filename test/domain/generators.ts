// Generated ids, tracks, packet tables and plans that the tests of the domain share. Asserts nothing.
import fc from 'fast-check'
import { planLadder } from '#domain/ladder.ts'
import { type Engine, type Plan, planAudio, planChunks, planCopiedChunks } from '#domain/plan.ts'
import { type Rational, rational } from '#domain/rational.ts'
import { chunkStart, type Demuxer, type PacketTable, planTimeline } from '#domain/timeline.ts'

export const videoIds = fc.stringMatching(/^v_[0-9A-Za-z]{22}$/)
export const attempts = fc.integer({ min: 1, max: 1_000_000 })
export const tracks = fc.oneof(
  fc.constantFrom('240p', '360p', '480p', '720p', '1080p', '1440p', '2160p', '150p'),
  fc.nat(15).map(index => `audio${index}`),
)
export const nonces = fc.stringMatching(/^[0-9A-Za-z]{1,20}$/)

/** The rates people film at. */
export const rates: readonly Rational[] = [
  rational(24),
  rational(24000, 1001),
  rational(25),
  rational(30),
  rational(30000, 1001),
  rational(50),
  rational(60000, 1001),
  rational(60),
]

export interface ConstantClip {
  rate: Rational
  timebase: Rational
  frames: number
  startTicks?: number
  /** Frames from keyframe to keyframe. */
  keyEvery?: number
  /** B-frames between two references: decoded after the later one. */
  bFrames?: number
}

/** The packets of a clip at a constant rate as its container holds them: ticks rounded, in decoding order. */
export function constantTable(clip: ConstantClip): PacketTable {
  const { rate, timebase, frames, startTicks = 0, keyEvery = 12, bFrames = 0 } = clip
  const tickOf = (frame: number) =>
    startTicks + Math.round((frame * rate.den * timebase.den) / (rate.num * timebase.num))
  const order: number[] = []
  const keyframes: number[] = []
  for (let key = 0; key < frames; key += keyEvery) {
    const end = Math.min(key + keyEvery, frames)
    keyframes.push(order.length)
    order.push(key)
    for (let next = key + 1; next < end; next += bFrames + 1) {
      const reference = Math.min(next + bFrames, end - 1)
      order.push(reference)
      for (let frame = next; frame < reference; frame++) order.push(frame)
    }
  }
  return {
    timebase,
    pts: order.map(tickOf),
    dts: order.map((_, index) => tickOf(index - (bFrames > 0 ? 1 : 0))),
    lastDuration: tickOf(frames) - tickOf(frames - 1),
    keyframes,
  }
}

export const timebases = [12_800, 24_000, 90_000, 1000].map(den => rational(1, den))
const startsSeconds = [0, 0.08, 5]

/** Clips of up to 1,500 frames that begin at 0, a little later or at 5 s. */
export const clips = fc
  .record({
    rate: fc.constantFrom(...rates),
    timebase: fc.constantFrom(...timebases),
    start: fc.constantFrom(...startsSeconds),
    frames: fc.integer({ min: 1, max: 1500 }),
    keyEvery: fc.integer({ min: 1, max: 300 }),
    bFrames: fc.nat(3),
  })
  .map(clip => ({ ...clip, startTicks: Math.round(clip.start * clip.timebase.den) }))

export interface PlanFacts {
  videoId?: string
  attempt?: number
  engine?: Engine
  rate?: Rational
  frames: number
  width?: number
  height?: number
  demuxer?: Demuxer
  /** Sample rates of the sound tracks. */
  sounds?: readonly number[]
  names?: readonly (string | null)[]
}

/** A plan as `inspect` makes it, from a clip that is not there. */
export function planOf(facts: PlanFacts): Plan {
  const { rate = rational(25), frames, width = 1920, height = 1080, demuxer = 'mov' } = facts
  const table = constantTable({ rate, timebase: rational(1, 90_000), frames, bFrames: 2 })
  const timeline = planTimeline(table, rate, null)
  const chunks = planChunks(timeline.frames, timeline.gopFrames)
  const duration = rational(timeline.frames * rate.den, rate.num)
  const sources = (facts.sounds ?? []).map((sampleRate, index) => ({
    stream: index + 1,
    sampleRate,
    language: index === 0 ? 'en' : null,
    name: facts.names?.[index] ?? null,
  }))
  return {
    videoId: facts.videoId ?? 'v_0123456789abcdefghijAB',
    attempt: facts.attempt ?? 1,
    engine: facts.engine ?? 'ffmpeg',
    encoder: '9.0.2-0123456789ab',
    source: { key: 'drop/film.mov', etag: '"e"', sizeBytes: 1_000_000, demuxer },
    durationSeconds: (timeline.frames * rate.den) / rate.num,
    video: {
      stream: 0,
      timeline,
      width,
      height,
      filters: [],
      rungs: planLadder(width, height, rate),
      chunks: chunks.map(chunk => ({
        ...chunk,
        ...chunkStart(table, timeline, demuxer, chunk.firstFrame),
      })),
    },
    audio: planAudio(sources, duration),
  }
}

/** The same film with its highest rung copied, cut at a keyframe every two seconds; as it is where it has one rung. */
export function withCopiedRung(plan: Plan, peakBitsPerSecond = 4_000_000): Plan {
  const { rungs, timeline } = plan.video
  const copied = rungs.at(-1)
  if (!copied || rungs.length < 2) return plan
  const every = Math.round((2 * timeline.rate.num) / timeline.rate.den)
  const cuts = Array.from({ length: Math.ceil(timeline.frames / every) }, (_, at) => at * every)
  const spans = planCopiedChunks(timeline.frames, cuts, timeline.rate)
  return {
    ...plan,
    video: {
      ...plan.video,
      chunks: spans.map(span => ({ ...span, seekMicroseconds: null, clockOffset: 0 })),
      copyLane: {
        ...{ copied: true, reason: 'It is good.', track: copied.track, codec: 'avc1.640028', cuts },
        ...{ peakBitsPerSecond, ticksAFrame: 512, zeroTicks: 0, reorderFrames: 2 },
      },
    },
  }
}

/** Plans of clips from one frame to half an hour, every rate, with up to three sound tracks. */
export const plans: fc.Arbitrary<Plan> = fc
  .record({
    videoId: videoIds,
    attempt: attempts,
    rate: fc.constantFrom(...rates),
    frames: fc.oneof(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 500, max: 45_000 })),
    size: fc.constantFrom([1920, 1080], [720, 1280], [3840, 2160], [200, 150]),
    demuxer: fc.constantFrom<Demuxer>('mov', 'mpegts', 'matroska'),
    sounds: fc.array(fc.constantFrom(8_000, 44_100, 48_000, 96_000), { maxLength: 3 }),
  })
  .map(({ size: [width = 0, height = 0], ...facts }) => planOf({ ...facts, width, height }))
