// Answers of a probe as tests want them: one film of even frames, changed where it matters, and the plan over it.
import { defaultLimits, type SourceLimits } from '#domain/limits.ts'
import type { Plan } from '#domain/plan.ts'
import { rational } from '#domain/rational.ts'
import type { Demuxer } from '#domain/timeline.ts'
import { type AttemptFacts, planAttempt } from '../../transcoder/plan-attempt.ts'
import type { SourceProbe } from '../../transcoder/probe.ts'
import type { SoundFacts, VideoFacts } from '../../transcoder/stream-facts.ts'

const facts: VideoFacts = {
  stream: 0,
  codec: 'h264',
  timebase: rational(1, 1000),
  width: 1920,
  height: 1080,
  pixelAspect: rational(1),
  rotationDegrees: 0,
  declaredRate: rational(25),
  fieldOrder: 'progressive',
  pixelFormat: 'yuv420p',
  range: 'tv',
  matrix: 'bt709',
  transfer: 'bt709',
  primaries: 'bt709',
  dolbyVisionOnly: false,
}

export const sound: SoundFacts = {
  stream: 1,
  codec: 'aac',
  timebase: rational(1, 48_000),
  sampleRate: 48_000,
  channels: 2,
  language: 'en',
  title: null,
  firstSeconds: rational(0),
  lastSeconds: null,
}

export interface Shape {
  video?: Partial<VideoFacts>
  frames?: number
  frameTicks?: number
  keyframeEvery?: number
  firstTicks?: number
  decoderDelay?: number
  audio?: SoundFacts[]
  streams?: number
  canToneMap?: boolean
  demuxer?: Demuxer
  limits?: Partial<SourceLimits>
}

export const planOf = (shape: Shape = {}): Plan => planFor(probeOf(shape), shape)

export function probeOf(shape: Shape = {}): SourceProbe {
  const { frames = 250, frameTicks = 40, keyframeEvery = 50, firstTicks = 0 } = shape
  const pts = Float64Array.from({ length: frames }, (_, i) =>
    Math.round(firstTicks + i * frameTicks),
  )
  const audio = shape.audio ?? [sound]
  const table = {
    timebase: rational(1, 1000),
    pts,
    dts: pts,
    lastDuration: Math.round(frameTicks),
    keyframes: [...pts.keys()].filter(i => i % keyframeEvery === 0),
  }
  return {
    streams: shape.streams ?? 1 + audio.length,
    video: { ...facts, ...shape.video, table, decoderDelay: shape.decoderDelay ?? 0 },
    audio,
    cover: null,
    canToneMap: shape.canToneMap ?? true,
  }
}

export const attemptOf = (
  probe: SourceProbe,
  { demuxer = 'mov', limits = {} }: Shape = {},
): AttemptFacts => ({
  copyLane: false,
  videoId: 'v_0123456789abcdefghijkl',
  attempt: 1,
  engine: 'ffmpeg',
  encoder: '7.1',
  source: { key: 'uploads/v/source', etag: '"1"', sizeBytes: 1000, demuxer },
  probe,
  limits: { ...defaultLimits, ...limits },
})

export const planFor = (probe: SourceProbe, shape: Shape = {}): Plan =>
  planAttempt(attemptOf(probe, shape))
