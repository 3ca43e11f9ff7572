// A plan written by hand: 24 fps, three rungs, five chunks (the fourth is frames 192 … 383), one sound track. Every number in it is easy to check.
import { planLadder } from '#domain/ladder.ts'
import { type Plan, planAudio, planChunks } from '#domain/plan.ts'
import { rational } from '#domain/rational.ts'

const rate = rational(24)
const frames = 680
const clock = 48_000
const ticksAFrame = clock / 24

export function smallPlan(): Plan {
  const chunks = planChunks(frames, 48).map(chunk => ({
    ...chunk,
    // A keyframe one frame before each chunk.
    seekMicroseconds:
      chunk.firstFrame === 0 ? null : Math.round(((chunk.firstFrame - 1) * 1e6) / 24) + 1,
    clockOffset: chunk.firstFrame * ticksAFrame - ticksAFrame / 2,
  }))
  return {
    videoId: 'v_0000000000000000000000',
    attempt: 1,
    engine: 'ffmpeg',
    encoder: 'test',
    source: { key: 'k', etag: 'e', sizeBytes: 1, demuxer: 'mov' },
    durationSeconds: frames / 24,
    video: {
      stream: 0,
      timeline: {
        ...{ rate, sourceIsConstant: true, zero: rational(0) },
        ...{ frames, gopFrames: 48, clock },
      },
      ...{ width: 854, height: 480, filters: [] },
      rungs: planLadder(854, 480, rate),
      chunks,
    },
    audio: planAudio(
      [{ stream: 1, sampleRate: 48_000, language: null, name: null }],
      rational(frames, 24),
    ),
  }
}
