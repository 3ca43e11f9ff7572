// Task messages: one schema for both queues, ids and lanes of tasks, and which tasks a plan owes. Messages carry ids, never
// plans; a message of any other form is refused with `message-unreadable`, never cast.
import * as z from 'zod/mini'
import { copyParts } from './copy-parts.ts'
import { MillraceError } from './errors.ts'
import type { Plan } from './plan.ts'
import { framesToSeconds, samplesPerPacket } from './plan.ts'
import { videoIdPattern } from './video.ts'

const ids = {
  videoId: z.string().check(z.regex(videoIdPattern)),
  attempt: z.int().check(z.positive()),
}
const count = z.int().check(z.nonnegative())

export const Task = z.discriminatedUnion('kind', [
  /**
   * Fetches the source of a video from the web. `bulk`: by workers whose time is not limited; begun on a function, it would be cut
   * off, and a second of waiting for a slow website costs as much as one of work.
   */
  z.object({ kind: z.literal('import'), ...ids, lane: z.enum(['fast', 'bulk']) }),
  z.object({ kind: z.literal('inspect'), ...ids }),
  /** `lead`: the lowest rung alone, ahead of everything. `ladder`: the rungs that have no record yet. */
  z.object({ kind: z.literal('encode'), ...ids, chunk: count, lane: z.enum(['lead', 'ladder']) }),
  /** Some chunks of the rung that is the source's own packets (`copyParts`). */
  z.object({ kind: z.literal('copy'), ...ids, part: count }),
  z.object({
    kind: z.literal('audio'),
    ...ids,
    track: z.string().check(z.regex(/^audio\d+$/)),
    span: count,
  }),
  /** Of an attempt whose engine is MediaConvert: one job makes all rungs and all sound. */
  z.object({ kind: z.literal('convert'), ...ids }),
  z.object({ kind: z.literal('pictures'), ...ids }),
  z.object({ kind: z.literal('finish'), ...ids }),
  z.object({ kind: z.literal('mp4'), ...ids }),
  z.object({ kind: z.literal('sweep'), ...ids }),
])
export type Task = z.infer<typeof Task>
export type ImportTask = Extract<Task, { kind: 'import' }>
export type EncodeTask = Extract<Task, { kind: 'encode' }>
export type CopyTask = Extract<Task, { kind: 'copy' }>
export type AudioTask = Extract<Task, { kind: 'audio' }>
export type ConvertTask = Extract<Task, { kind: 'convert' }>
export type QueueName = 'fast' | 'bulk'

export function writeTask(task: Task): string {
  return JSON.stringify(Task.parse(task))
}

/** @throws MillraceError `message-unreadable` for anything that is not a task. */
export function readTask(body: string): Task {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch (cause) {
    throw new MillraceError('message-unreadable', { cause })
  }
  const parsed = Task.safeParse(value)
  if (!parsed.success) {
    throw new MillraceError('message-unreadable', { detail: z.prettifyError(parsed.error) })
  }
  return parsed.data
}

/** Unique within an attempt; the same work has the same id. */
export function taskId(task: Task): string {
  switch (task.kind) {
    case 'encode':
      return task.lane === 'lead' ? `lead-${task.chunk}` : `encode-${task.chunk}`
    case 'copy':
      return `copy-${task.part}`
    case 'audio':
      return `${task.track}-${task.span}`
    default:
      return task.kind
  }
}

/** Sound costs a hundredth of a ladder, and without it no picture is shown: its first six minutes go with the lead. */
const lastFastSpan = 2
/** About an hour at 6 Mb/s. More would keep the queue full for minutes, and another person's upload behind it. */
const lastFastPart = 24

/** The attempt in the record of a video that a task works for: an import makes the source of the first one. */
export const attemptAtWork = (task: Task): number => (task.kind === 'import' ? 0 : task.attempt)

/** `fast`: what a person waits for. `bulk`: the rest. */
export function queueOf(task: Task): QueueName {
  switch (task.kind) {
    case 'inspect':
    case 'convert':
    case 'pictures':
    case 'finish':
      return 'fast'
    case 'import':
      return task.lane
    case 'encode':
      return task.lane === 'lead' ? 'fast' : 'bulk'
    case 'audio':
      return task.span <= lastFastSpan ? 'fast' : 'bulk'
    case 'copy':
      return task.part <= lastFastPart ? 'fast' : 'bulk'
    default:
      return 'bulk'
  }
}

/** What a person who has just uploaded waits for, and what ends their wait. */
export function beginsVideo(task: Task): boolean {
  switch (task.kind) {
    case 'inspect':
    case 'finish':
      return true
    case 'encode':
      return task.lane === 'lead' && task.chunk <= 1
    case 'audio':
      return task.span === 0
    default:
      return false
  }
}

/** Failing these leaves the video without a convenience, not without itself. */
export function isOptional(task: Task): boolean {
  return task.kind === 'pictures' || task.kind === 'mp4'
}

/** Every chunk that starts before this is led from the start; later ones as long as the ladder lags behind. */
export const leadSeconds = 60

export function startsInLead(plan: Plan, chunk: number): boolean {
  const planned = plan.video.chunks[chunk]
  if (!planned) return false
  return framesToSeconds(planned.firstFrame, plan.video.timeline.rate) < leadSeconds
}

const copiedTrack = ({ copyLane }: Plan['video']): string | null =>
  copyLane?.copied ? copyLane.track : null

/** All rungs but the one that is copied. */
function encodedTracks({ video }: Plan): string[] {
  const copied = copiedTrack(video)
  return video.rungs.map(rung => rung.track).filter(track => track !== copied)
}

/** The tracks an encode task owes a record for, before asking which exist. */
export function encodeTracks(plan: Plan, task: Pick<EncodeTask, 'chunk' | 'lane'>): string[] {
  const tracks = encodedTracks(plan)
  if (task.lane === 'lead') return tracks.slice(0, 1)
  return startsInLead(plan, task.chunk) ? tracks.slice(1) : tracks
}

/**
 * The tasks an attempt must complete before `finish`, in the order they are queued: leads and sound as a viewer needs them,
 * pictures, then the ladder. Later leads are extra: queued one by one, never counted.
 */
export function owedTasks(plan: Plan): Task[] {
  const ids = { videoId: plan.videoId, attempt: plan.attempt }
  if (plan.engine === 'mediaconvert') {
    return [
      { kind: 'convert', ...ids },
      { kind: 'pictures', ...ids },
    ]
  }
  const { chunks, timeline } = plan.video
  const leads = chunks
    .filter(chunk => startsInLead(plan, chunk.index))
    .map(chunk => ({
      startSeconds: framesToSeconds(chunk.firstFrame, timeline.rate),
      task: { kind: 'encode', ...ids, chunk: chunk.index, lane: 'lead' } satisfies Task,
    }))
  const copies = copyParts(plan).map((part, index) => ({
    startSeconds: framesToSeconds(part[0]?.firstFrame ?? 0, timeline.rate),
    task: { kind: 'copy', ...ids, part: index } satisfies Task,
  }))
  const spans = plan.audio.flatMap(({ track, spans, sampleRate }) =>
    spans.map(span => ({
      startSeconds: (span.firstPacket * samplesPerPacket) / sampleRate,
      task: { kind: 'audio', ...ids, track, span: span.index } satisfies Task,
    })),
  )
  const ladder = chunks
    .map(chunk => ({
      startSeconds: framesToSeconds(chunk.firstFrame, timeline.rate),
      task: { kind: 'encode', ...ids, chunk: chunk.index, lane: 'ladder' } satisfies Task,
    }))
    .filter(({ task }) => encodeTracks(plan, task).length > 0)
  const inTime = (entries: { startSeconds: number; task: Task }[]) =>
    entries.sort((a, b) => a.startSeconds - b.startSeconds).map(({ task }) => task)
  const beside = [...copies, ...spans]
  const ahead = [...leads, ...beside.filter(({ task }) => queueOf(task) === 'fast')]
  const later = [
    // Far before the chunks they belong to: the ladder may fall behind a viewer, and sound must not.
    ...beside
      .filter(({ task }) => queueOf(task) === 'bulk')
      .map(({ startSeconds, task }) => ({ startSeconds: startSeconds / 4, task })),
    ...ladder,
  ]
  return [...inTime(ahead), { kind: 'pictures', ...ids }, ...inTime(later)]
}

/** What an attempt owes as long as only the opening of its film is planned: all that a viewer needs for it. */
export const openingTasks = (plan: Plan): Task[] =>
  owedTasks(plan).filter(
    task => task.kind === 'audio' || (task.kind === 'encode' && task.lane === 'lead'),
  )

/** Fixed shares of progress, in the unit of `workOf`: seconds of 1080p. */
const smallShare = 0.5
const audioCost = 0.02
/** Of each `encode`: FFmpeg's start, the check, the way into store and table (docs/figures.md). */
const chunkShare = 0.4
/** Of a second of the source, beside its rungs: whatever is decoded, and then by its pixels and its bits (docs/figures.md). */
const decodeCosts = { least: 0.02, of1080p: 0.15, ofMegabit: 0.011 }

/** Of a copied second: its bits are read, written and checked. */
const copyCosts = { least: 0.01, ofMegabit: 0.001 }

const megabitsASecond = ({ source, durationSeconds }: Plan): number =>
  (source.sizeBytes * 8) / 1e6 / durationSeconds

function decodeCost(plan: Plan): number {
  const { width, height } = plan.video
  const { least, of1080p, ofMegabit } = decodeCosts
  return least + (of1080p * (width * height)) / (1920 * 1080) + ofMegabit * megabitsASecond(plan)
}

/** The work of a task in seconds of 1080p encoding: the unit of progress. Leads past the first minute are extra: no work. */
export function workOf(plan: Plan, task: Task): number {
  const { rungs, chunks, timeline } = plan.video
  if (task.kind === 'encode') {
    const seconds = framesToSeconds(chunks[task.chunk]?.frames ?? 0, timeline.rate)
    const tracks = encodeTracks(plan, task)
    const cost = rungs
      .filter(rung => tracks.includes(rung.track))
      .reduce((sum, rung) => sum + rung.cost, 0)
    if (task.lane === 'lead' && !startsInLead(plan, task.chunk)) return 0
    return chunkShare + seconds * (cost + decodeCost(plan))
  }
  if (task.kind === 'copy') {
    const part = copyParts(plan)[task.part] ?? []
    const frames = part.reduce((sum, chunk) => sum + chunk.frames, 0)
    const cost = copyCosts.least + copyCosts.ofMegabit * megabitsASecond(plan)
    return framesToSeconds(frames, timeline.rate) * cost
  }
  if (task.kind === 'audio') {
    const track = plan.audio.find(({ track }) => track === task.track)
    const packets = track?.spans[task.span]?.packets ?? 0
    return track ? ((packets * samplesPerPacket) / track.sampleRate) * audioCost : 0
  }
  if (task.kind === 'convert') return convertWork(plan)
  return task.kind === 'inspect' || task.kind === 'pictures' || task.kind === 'finish'
    ? smallShare
    : 0
}

/** All rungs and all sound at once. */
export function convertWork({ durationSeconds, video, audio }: Plan): number {
  const cost = video.rungs.reduce((sum, rung) => sum + rung.cost, audio.length * audioCost)
  return durationSeconds * cost
}

/** What ratio 1 stands for: the work of everything owed, with inspect and finish. */
export function totalWork(plan: Plan): number {
  return owedTasks(plan).reduce((sum, task) => sum + workOf(plan, task), 2 * smallShare)
}

/** The later lead after `chunk`, if there is one; null inside the first minute, where all leads are owed from the start. */
export function nextLead(plan: Plan, chunk: number): EncodeTask | null {
  const next = plan.video.chunks[chunk + 1]
  if (!next || startsInLead(plan, next.index) || encodedTracks(plan).length < 2) return null
  return {
    kind: 'encode',
    videoId: plan.videoId,
    attempt: plan.attempt,
    chunk: next.index,
    lane: 'lead',
  }
}
