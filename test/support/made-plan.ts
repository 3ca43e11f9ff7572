// The plan of a film of any length in 1080p with one sound track, for films that are written box by box and never encoded.
import { planLadder } from '#domain/ladder.ts'
import { type Plan, planAudio, planChunks } from '#domain/plan.ts'
import { rational } from '#domain/rational.ts'
import { smallPlan } from './small-plan.ts'

export function madePlan(seconds: number, framesASecond: number, gopFrames: number): Plan {
  const plan = smallPlan()
  const rate = rational(framesASecond)
  const frames = seconds * framesASecond
  return {
    ...plan,
    durationSeconds: seconds,
    video: {
      ...plan.video,
      ...{ width: 1920, height: 1080, rungs: planLadder(1920, 1080, rate) },
      timeline: { ...plan.video.timeline, rate, frames, gopFrames },
      chunks: planChunks(frames, gopFrames).map(chunk => ({
        ...chunk,
        ...{ seekMicroseconds: null, clockOffset: 0 },
      })),
    },
    audio: planAudio(
      [{ stream: 1, sampleRate: 48_000, language: null, name: null }],
      rational(seconds),
    ),
  }
}
