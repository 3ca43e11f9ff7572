// The plan as an object in the store, both ways. Workers read it; a plan of another form is refused, never cast.
import * as z from 'zod/mini'
import { MillraceError } from './errors.ts'
import { engines, type Plan } from './plan.ts'
import { videoIdPattern } from './video.ts'

const int = z.int()
const count = z.int().check(z.nonnegative())
const fraction = z.object({ num: int, den: int })

const PlanObject = z.object({
  videoId: z.string().check(z.regex(videoIdPattern)),
  attempt: count,
  /** Plans of attempts begun before there was a second engine name none. */
  engine: z._default(z.enum(engines), 'ffmpeg'),
  encoder: z.string(),
  source: z.object({
    key: z.string(),
    etag: z.string(),
    sizeBytes: count,
    demuxer: z.enum([
      ...(['mov', 'matroska', 'avi', 'mpegts', 'mpeg', 'flv', 'asf', 'ogg'] as const),
      ...(['mp3', 'aac', 'flac', 'wav', 'aiff'] as const),
    ]),
  }),
  durationSeconds: z.number(),
  video: z.object({
    stream: count,
    drawn: z.optional(z.object({ cover: z.nullable(count) })),
    timeline: z.object({
      rate: fraction,
      sourceIsConstant: z.boolean(),
      zero: fraction,
      frames: count,
      pictureFrames: z.optional(count),
      gopFrames: count,
      clock: count,
    }),
    width: count,
    height: count,
    filters: z.array(z.string()),
    rungs: z.array(
      z.object({
        height: count,
        track: z.string(),
        pictureWidth: count,
        pictureHeight: count,
        maxBitsPerSecond: count,
        level: count,
        cost: z.number(),
      }),
    ),
    chunks: z.array(
      z.object({
        index: count,
        firstFrame: count,
        frames: count,
        seekMicroseconds: z.nullable(int),
        clockOffset: int,
      }),
    ),
    copyLane: z.optional(
      z.discriminatedUnion('copied', [
        z.object({
          copied: z.literal(true),
          reason: z.string(),
          track: z.string(),
          codec: z.string(),
          cuts: z.array(count),
          peakBitsPerSecond: count,
          ticksAFrame: count,
          zeroTicks: int,
          reorderFrames: count,
        }),
        z.object({ copied: z.literal(false), reason: z.string() }),
      ]),
    ),
  }),
  audio: z.array(
    z.object({
      track: z.string(),
      stream: count,
      sampleRate: count,
      channels: count,
      bitsPerSecond: count,
      language: z.nullable(z.string()),
      name: z.string(),
      packets: count,
      segmentPackets: count,
      spans: z.array(z.object({ index: count, firstPacket: count, packets: count })),
    }),
  ),
})

export const writePlan = (plan: Plan): string => JSON.stringify(PlanObject.parse(plan))

/** @throws MillraceError `record-unreadable` */
export function readPlan(body: string): Plan {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch (cause) {
    throw new MillraceError('record-unreadable', { cause, detail: 'the plan is not JSON' })
  }
  const parsed = PlanObject.safeParse(value)
  if (!parsed.success) {
    throw new MillraceError('record-unreadable', { detail: z.prettifyError(parsed.error) })
  }
  return parsed.data
}
