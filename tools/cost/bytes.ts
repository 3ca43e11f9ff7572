// How large things are: objects of a ladder, and what a viewer fetches in a second. Pure.
import type { Plan } from '#domain/plan.ts'

/** Measured: 30.9 MB of 1080p in 60 s, of a cap of 5 Mb/s. The other rungs are taken to be alike. */
export const shareOfCap = 0.82

const rungBits = (maxBitsPerSecond: number) => maxBitsPerSecond * shareOfCap
const soundBits = ({ audio }: Plan) =>
  audio.reduce((sum, { bitsPerSecond }) => sum + bitsPerSecond, 0)

/** Largest rung of the file people download, as the transcoder makes it. */
const mp4Height = 1080

export function mp4Bytes(plan: Plan): number {
  const rung = plan.video.rungs.findLast(({ height }) => height <= mp4Height) ?? plan.video.rungs[0]
  return ((rungBits(rung?.maxBitsPerSecond ?? 0) + soundBits(plan)) * plan.durationSeconds) / 8
}

/** Ladder and sound, without the MP4. */
export function ladderBytes(plan: Plan): number {
  const rungs = plan.video.rungs.reduce((sum, rung) => sum + rungBits(rung.maxBitsPerSecond), 0)
  return ((rungs + soundBits(plan)) * plan.durationSeconds) / 8
}

/** How viewers are taken to watch: shares of their time by rung. A rung that a film has not goes to its highest. */
export const watchedShares: readonly { height: number; share: number }[] = [
  { height: 360, share: 0.05 },
  { height: 480, share: 0.15 },
  { height: 720, share: 0.3 },
  { height: 1080, share: 0.5 },
]

/** Sound included. */
export function watchedBitsPerSecond(plan: Plan): number {
  const { rungs } = plan.video
  const picture = watchedShares.reduce((sum, { height, share }) => {
    const rung = rungs.find(rung => rung.height === height) ?? rungs.at(-1)
    return sum + share * rungBits(rung?.maxBitsPerSecond ?? 0)
  }, 0)
  const [sound] = plan.audio
  return picture + (sound?.bitsPerSecond ?? 0)
}
