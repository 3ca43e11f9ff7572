// One film through the worker's own plan and arguments, chunk by chunk and span by span, without loss: which of its pictures
// came out where, and how far sound lies from picture beside the source's own.
import { mkdir } from 'node:fs/promises'
import { framesToSeconds, type Plan } from '#domain/plan.ts'
import { toNumber } from '#domain/rational.ts'
import { joinPacked, lossless, type Picture, picturesOf } from '../test/support/media.ts'
import { ffmpeg } from '../test/support/reading.ts'
import { lagAt, soundOf } from '../test/support/sound.ts'
import { anchorArgs, audioArgs, readAnchor } from '../transcoder/audio-args.ts'
import { encodeArgs } from '../transcoder/ffmpeg-args.ts'
import { type Packed, packAudio, packVideo } from '../transcoder/pack.ts'
import { checkStderr } from '../transcoder/stderr-check.ts'
import { median } from './figures.ts'

export interface Exactness {
  frames: number
  chunks: number
  /** Pictures of the source that are due and never shown. */
  lost: number
  /** Frames that show a picture again beside those the source's clock asks for. */
  doubled: number
  /** Frames that show another picture than the source does at that instant. */
  misplaced: number
  /** By how many milliseconds sound is late against the picture beside the source, at both ends; null without sound. */
  offsets: readonly [start: number, end: number] | null
}

const timeoutSeconds = 300

async function encodePicture(plan: Plan, input: string, work: string): Promise<string> {
  const rung = plan.video.rungs.at(-1)
  if (!rung) throw new RangeError('a plan without a rung')
  const packed: Packed[] = []
  for (const chunk of plan.video.chunks) {
    const cwd = `${work}/${chunk.index}`
    await mkdir(cwd, { recursive: true })
    const args = lossless(encodeArgs({ plan, chunk, rungs: [rung], input, threads: 1 }))
    const { stderr } = await ffmpeg.run({ args, cwd, timeoutSeconds })
    checkStderr(stderr, { timeline: plan.video.timeline, chunk })
    packed.push(await packVideo(cwd, rung.track))
  }
  return joinPacked(packed, `${work}/picture.mp4`)
}

async function encodeSound(plan: Plan, input: string, work: string): Promise<string | null> {
  const audio = plan.audio[0]
  if (!audio) return null
  const asked = anchorArgs({ plan, audio, input })
  const anchor = asked && readAnchor(await ffmpeg.probe({ args: asked, timeoutSeconds }))
  const packed: Packed[] = []
  for (const span of audio.spans) {
    const cwd = `${work}/sound-${span.index}`
    await mkdir(cwd, { recursive: true })
    await ffmpeg.run({
      args: audioArgs({ plan, audio, span, input, anchor }),
      cwd,
      timeoutSeconds,
    })
    packed.push(await packAudio(cwd, audio, span))
  }
  return joinPacked(packed, `${work}/sound.mp4`)
}

/** For each frame of the output the picture the source shows then: the last that is due, or the first. */
function duePictures(source: readonly Picture[], { video }: Plan): string[] {
  const { rate, zero, frames } = video.timeline
  const slots = source.map(({ seconds }) =>
    Math.floor((seconds - toNumber(zero)) * toNumber(rate) + 0.5 + 1e-4),
  )
  let at = 0
  return Array.from({ length: frames }, (_, frame) => {
    while (at + 1 < slots.length && (slots[at + 1] ?? 0) <= frame) at += 1
    return source[at]?.hash ?? ''
  })
}

const countsOf = (hashes: readonly string[]) => {
  const counts = new Map<string, number>()
  for (const hash of hashes) counts.set(hash, (counts.get(hash) ?? 0) + 1)
  return counts
}

/** By how many seconds pictures come later than in the source; a first one that stands still for early sound is one of many. */
function pictureDelay(
  source: readonly Picture[],
  shown: readonly Picture[],
  { video }: Plan,
): number {
  const zero = toNumber(video.timeline.zero)
  const times = new Map(shown.toReversed().map(({ hash, seconds }) => [hash, seconds]))
  return median(
    source.flatMap(({ hash, seconds }) => {
      const time = times.get(hash)
      return time === undefined ? [] : [time - (seconds - zero)]
    }),
  )
}

/** Of the sound that is compared at either end. */
const heardSeconds = 0.5

export async function measureExactness(
  plan: Plan,
  input: string,
  work: string,
): Promise<Exactness> {
  const source = await picturesOf(input)
  if (countsOf(source.map(({ hash }) => hash)).size < source.length) {
    throw new RangeError(`${input} shows a picture twice`)
  }
  const shown = await picturesOf(await encodePicture(plan, input, work))
  const due = duePictures(source, plan)
  const [wanted, found] = [countsOf(due), countsOf(shown.map(({ hash }) => hash))]
  const isDue = [...wanted].filter(([hash]) => !found.has(hash))
  let doubled = 0
  for (const [hash, count] of found) doubled += Math.max(0, count - (wanted.get(hash) ?? 0))
  const misplaced = due.filter((hash, frame) => hash !== shown[frame]?.hash).length
  return {
    frames: plan.video.timeline.frames,
    chunks: plan.video.chunks.length,
    lost: isDue.length,
    doubled,
    misplaced: misplaced + Math.abs(due.length - shown.length),
    offsets: await soundOffsets(plan, input, work, source, shown),
  }
}

async function soundOffsets(
  plan: Plan,
  input: string,
  work: string,
  source: readonly Picture[],
  shown: readonly Picture[],
): Promise<Exactness['offsets']> {
  const { timeline } = plan.video
  const path = await encodeSound(plan, input, work)
  const rate = plan.audio[0]?.sampleRate
  if (path === null || rate === undefined) return null
  const [wanted, found] = await Promise.all([
    soundOf(input, rate, toNumber(timeline.zero)),
    soundOf(path, rate),
  ])
  const length = heardSeconds * rate
  const end = Math.min(
    wanted.length,
    Math.floor(framesToSeconds(timeline.frames, timeline.rate) * rate),
  )
  const some = Math.round(heardSeconds * toNumber(timeline.rate))
  const ends = [
    { at: Math.round(rate / 4), pictures: source.slice(0, some) },
    { at: end - length - Math.round(rate / 4), pictures: source.slice(-some) },
  ]
  const [start = 0, last = 0] = ends.map(({ at, pictures }) => {
    const sound = lagAt(wanted, found, at, length) / rate
    return (sound - pictureDelay(pictures, shown, plan)) * 1000
  })
  return [start, last]
}
