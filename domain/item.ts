// The table's items, both ways: `to…Item` adds keys and index attributes, `from…Item` parses what was read and refuses
// anything of another form with `record-unreadable`. No other file but account-item.ts spells partition and sort keys.
import * as z from 'zod/mini'
import { errorCodes } from './error-codes.ts'
import { MillraceError } from './errors.ts'
import { importReasons } from './import-reasons.ts'
import type { ListedVideo } from './listing.ts'
import { engines } from './plan.ts'
import { dueIndex, duePartition, ownerIndex } from './table-facts.ts'
import { Task, taskId } from './task.ts'
import { videoIdPattern, videoStates, visibilities } from './video.ts'

export interface ItemKey {
  pk: string
  sk: string
}

const padded = (index: number) => String(index).padStart(6, '0')
const videoPk = (videoId: string) => `VIDEO#${videoId}`

export const metaKey = (videoId: string): ItemKey => ({ pk: videoPk(videoId), sk: 'META' })
export const countKey = (videoId: string, attempt: number): ItemKey => ({
  pk: videoPk(videoId),
  sk: `COUNT#${attempt}`,
})
/** A partition of their own: read many times a second by watchers, written by every worker, beside thousands of records. */
export const progressPartition = (videoId: string): string => `${videoPk(videoId)}#PROGRESS`
/** A re-run starts at 0 again, so shards are kept an attempt. */
export const progressPrefix = (attempt: number): string => `PROGRESS#${attempt}#`
export const progressKey = (videoId: string, attempt: number, shard: string): ItemKey => ({
  pk: progressPartition(videoId),
  sk: `${progressPrefix(attempt)}${shard}`,
})
export const taskKey = (task: Task): ItemKey => ({
  pk: videoPk(task.videoId),
  sk: `TASK#${task.attempt}#${taskId(task)}`,
})
export const chunkPrefix = (attempt: number, track?: string): string =>
  track === undefined ? `CHUNK#${attempt}#` : `CHUNK#${attempt}#${track}#`
export const chunkRecordKey = (
  videoId: string,
  attempt: number,
  track: string,
  index: number,
): ItemKey => ({ pk: videoPk(videoId), sk: `${chunkPrefix(attempt, track)}${padded(index)}` })
export const generationPrefix = (attempt: number): string => `GENERATION#${attempt}#`
export const generationKey = (videoId: string, attempt: number, generation: number): ItemKey => ({
  pk: videoPk(videoId),
  sk: `${generationPrefix(attempt)}${padded(generation)}`,
})
export const listPrefix = (attempt: number, generation: number, track: string): string =>
  `LIST#${attempt}#${generation}#${track}#`
export const listKey = (
  videoId: string,
  attempt: number,
  generation: number,
  track: string,
  chunk: number,
): ItemKey => ({
  pk: videoPk(videoId),
  sk: `${listPrefix(attempt, generation, track)}${padded(chunk)}`,
})
/** Of all records of an attempt in its video's own partition, but its counters, whose key is whole. */
export const attemptPrefixes = (attempt: number): string[] =>
  ['TASK', 'CHUNK', 'GENERATION', 'LIST'].map(kind => `${kind}#${attempt}#`)

/** What failed, of all videos, in its order. */
export const failurePartition = 'FAILURES'
export const failureKey = (at: number, videoId: string, attempt: number): ItemKey => ({
  pk: failurePartition,
  sk: `${at.toFixed(3).padStart(14, '0')}#${videoId}#${attempt}`,
})

export const sharePrefix = 'SHARE#'
export const shareKey = (videoId: string, shareId: string): ItemKey => ({
  pk: videoPk(videoId),
  sk: `${sharePrefix}${shareId}`,
})
export const uploadKey = (ownerId: string, fingerprintHash: string): ItemKey => ({
  pk: `USER#${ownerId}`,
  sk: `UPLOAD#${fingerprintHash}`,
})
/** Which videos of somebody are on their way, by how they come. */
export const unfinishedKey = (ownerId: string, kind: 'imports' | 'uploads'): ItemKey => ({
  pk: `USER#${ownerId}`,
  sk: `UNFINISHED#${kind}`,
})
/** An FFmpeg build by the name it has in plans. */
export const buildKey = (encoder: string): ItemKey => ({ pk: `BUILD#${encoder}`, sk: 'TOLD' })
export const ownerPartition = (ownerId: string): string => `USER#${ownerId}`
/** By date, to the millisecond. */
export const ownerSortKey = (createdAt: number, videoId: string): string =>
  `VIDEO#${createdAt.toFixed(3).padStart(14, '0')}#${videoId}`

const nonNegative = z.number().check(z.nonnegative())
const count = z.int().check(z.nonnegative())
const videoId = z.string().check(z.regex(videoIdPattern))

const Words = z.object({
  code: z.enum(errorCodes),
  message: z.string(),
  reason: z.optional(z.enum(importReasons)),
})

const Meta = z.object({
  videoId,
  ownerId: z.string(),
  title: z.string(),
  /** Default: private. */
  visibility: z.optional(z.enum(visibilities)),
  /** Playback links carry it; they end when it is raised. Default: 0. */
  epoch: z.optional(count),
  /** Share links ever made: of two made at the same time, the later counts again. */
  sharesMade: z.optional(count),
  state: z.enum(videoStates),
  /** The attempt at work; 0 while uploading. */
  attempt: count,
  /** The attempt that plays; 0 before the first is ready. */
  liveAttempt: count,
  /** +1 with every write of this item. */
  version: count,
  /** Epoch seconds, milliseconds as decimals. */
  createdAt: nonNegative,
  source: z.object({
    key: z.string(),
    sizeBytes: count,
    /** Set while parts may still arrive; gone when the object is whole. */
    uploadId: z.optional(z.string()),
    fingerprintHash: z.optional(z.string()),
    partBytes: z.optional(count),
    /** The source object was deleted after the video became ready. */
    gone: z.optional(z.boolean()),
  }),
  /** Where it is fetched from, and how far that is; without it the source comes by an upload. */
  import: z.optional(
    z.object({
      /** May hold a secret of whoever gave it: never logged, never shown. */
      url: z.string(),
      receivedBytes: count,
      /** As the website says; without it, it does not say. */
      totalBytes: z.optional(count),
      /** What the website calls this very file (strong ETag or Last-Modified): without it, it can't be gone on with. */
      validator: z.optional(z.string()),
      /** Epoch seconds. */
      startedAt: z.optional(nonNegative),
    }),
  ),
  /** Asked for by whoever uploaded it; without it the worker that plans decides. */
  engine: z.optional(z.enum(engines)),
  /** Known once planned. */
  facts: z.optional(
    z.object({
      durationSeconds: nonNegative,
      width: count,
      height: count,
      rungs: z.array(count),
      audioTracks: count,
      totalWork: nonNegative,
      /** It has no picture of its own. */
      soundOnly: z.optional(z.boolean()),
      /** Whether a rung is the source's own packets, and why. */
      copied: z.optional(z.boolean()),
      because: z.optional(z.string()),
    }),
  ),
  failure: z.optional(Words),
  /** Why the last re-run made nothing: what played before goes on playing. */
  rerunFailure: z.optional(z.extend(Words, { attempt: count })),
  /** How often it was begun anew since the attempt that plays, and why. */
  begunAgain: z.optional(
    z.object({ since: count, gate: count, copy: count, build: count, opening: count }),
  ),
  /** Why the source's own packets are no rung, whatever its index says. */
  uncopyable: z.optional(z.string()),
  /** The attempt before the one at work: what viewers have seen of it is the least they see from then on. */
  earlier: z.optional(z.object({ attempt: count, totalWork: nonNegative, ratio: nonNegative })),
  /** When the reaper looks: an upload nobody finishes, a deletion's second sweep. */
  dueAt: z.optional(nonNegative),
})
export type Meta = z.infer<typeof Meta>

const Count = z.object({
  tasksLeft: z.int(),
  /** Of `tasksLeft` as long as only the film's opening is planned: its tasks, and one for all that is not known yet. */
  opening: z.optional(z.int()),
  /** False fences every worker of the attempt: cancelled, deleted or failed. */
  live: z.boolean(),
  version: count,
  /** Finished seconds of each track. */
  seconds: z.record(z.string(), nonNegative),
  firstPicture: z.boolean(),
  firstSound: z.boolean(),
  poster: z.boolean(),
  /** Its mean, #rrggbb. */
  posterColor: z.optional(z.string().check(z.regex(/^#[0-9a-f]{6}$/))),
  storyboard: z.boolean(),
  mp4: z.boolean(),
})
export type Count = z.infer<typeof Count>

/** Of an attempt of which nothing is made yet. */
export const newCount = (tracks: readonly string[], tasksLeft: number): Count => ({
  tasksLeft,
  live: true,
  version: 0,
  seconds: Object.fromEntries(tracks.map(track => [track, 0])),
  firstPicture: false,
  firstSound: false,
  poster: false,
  storyboard: false,
  mp4: false,
})

const Failure = z.extend(Words, {
  videoId,
  /** 0: an import. */
  attempt: count,
  /** Epoch seconds, milliseconds as decimals. */
  at: nonNegative,
  expiresAt: count,
})
export type Failure = z.infer<typeof Failure>

const Progress = z.object({ done: z.number(), version: count })

export const taskStates = ['ready', 'leased', 'done', 'failed'] as const
const TaskRecord = z.object({
  task: Task,
  state: z.enum(taskStates),
  owner: z.optional(z.string()),
  leaseUntil: z.optional(nonNegative),
  /** Real failures so far; receives burnt by kills do not count. */
  tries: count,
  /** Work reported to progress by all tries together. */
  reported: nonNegative,
  /** How often the task was begun: kills show here. */
  claims: count,
  dueAt: z.optional(nonNegative),
  /** The job of MediaConvert that works on a `convert` task, and where it writes (`conversionPrefix`). */
  job: z.optional(z.object({ id: z.string(), folder: z.string() })),
})
export type TaskRecord = z.infer<typeof TaskRecord>

const Fragment = z.object({
  /** Duration on the track's timescale. */
  ticks: count,
  bytes: count,
  /** Bytes from the start of the fragment to the end of its first sample: the I-frame's range. */
  keyframeBytes: count,
})
export type Fragment = z.infer<typeof Fragment>

const Chunk = z.object({
  track: z.string(),
  index: count,
  key: z.string(),
  initBytes: count,
  /** SHA-256 of the init section, hex: a playlist names a new EXT-X-MAP wherever it changes. */
  initHash: z.string(),
  /** RFC 6381, read from the init section. */
  codec: z.string(),
  timescale: count,
  /** Decode time of the first fragment (tfdt). */
  startTicks: count,
  /** Samples in all fragments: frames, or AAC packets. */
  samples: count,
  fragments: z.array(Fragment),
  /** As the store named it once it had all of it; records made before this was kept do not say. */
  etag: z.optional(z.string()),
  /** Positions of the fragments that were decoded as they stand in the store, every sample. */
  decoded: z.optional(z.array(count)),
  createdAt: nonNegative,
})
export type Chunk = z.infer<typeof Chunk>

const Generation = z.object({ generation: count, openedAt: nonNegative })
export type Generation = z.infer<typeof Generation>

/** Which track's segment stands for each segment of a chunk, for ever in that generation; only ever appended to. */
const Listing = z.object({ chunk: count, picks: z.array(z.string()) })
export type Listing = z.infer<typeof Listing>

const UploadPointer = z.object({ videoId })

const Share = z.object({
  shareId: z.string(),
  /** In clear: its owner may copy the link again. It opens one video, and is good for nothing else. */
  secret: z.string(),
  label: z.optional(z.string()),
  createdAt: nonNegative,
  /** Epoch seconds; without it the link holds until it is taken back. The table removes it some time after. */
  expiresAt: z.optional(count),
})
export type Share = z.infer<typeof Share>

/** @throws MillraceError `record-unreadable` */
export function read<T>(schema: z.ZodMiniType<T>, item: unknown): T {
  const parsed = schema.safeParse(item)
  if (!parsed.success) {
    throw new MillraceError('record-unreadable', { detail: z.prettifyError(parsed.error) })
  }
  return parsed.data
}

const due = (dueAt: number | undefined) =>
  dueAt === undefined ? {} : { [dueIndex.partition]: duePartition, [dueIndex.sort]: dueAt }

export const toMetaItem = (meta: Meta) => ({
  ...metaKey(meta.videoId),
  ...meta,
  [ownerIndex.partition]: ownerPartition(meta.ownerId),
  [ownerIndex.sort]: ownerSortKey(meta.createdAt, meta.videoId),
  ...due(meta.dueAt),
})
export const fromMetaItem = (item: unknown): Meta => read(Meta, item)

const Listed = z.object({
  videoId,
  title: z.string(),
  state: z.enum(videoStates),
  createdAt: nonNegative,
  source: z.object({ sizeBytes: count }),
  import: z.optional(z.object({ receivedBytes: z.optional(count), totalBytes: z.optional(count) })),
  facts: z.optional(z.object({ durationSeconds: nonNegative })),
})
/** What a query of META items asks for to list them: DynamoDB's ProjectionExpression and the names in it. */
export const listedFields = {
  projection:
    'videoId, title, #state, createdAt, #source.sizeBytes, #import.receivedBytes, #import.totalBytes, facts.durationSeconds',
  names: { '#state': 'state', '#source': 'source', '#import': 'import' },
}
export function fromListedItem(item: unknown): ListedVideo {
  const { source, import: imported, facts, ...listed } = read(Listed, item)
  // How large an import is stands in its source once it is whole. Until then what is known of it counts.
  const { receivedBytes = 0, totalBytes = receivedBytes } = imported ?? {}
  const comingBytes = listed.state === 'uploading' ? totalBytes : 0
  return {
    ...listed,
    sizeBytes: Math.max(source.sizeBytes, comingBytes),
    durationSeconds: facts?.durationSeconds ?? null,
  }
}

export const toCountItem = (videoId: string, attempt: number, counters: Count) => ({
  ...countKey(videoId, attempt),
  ...counters,
})
export const fromCountItem = (item: unknown): Count => read(Count, item)

/** A set; the last to leave takes the attribute along. */
const Unfinished = z.object({ videoIds: z.optional(z.set(videoId)) })
export const fromUnfinishedItem = (item: unknown): { videoIds: string[] } => ({
  videoIds: [...(read(Unfinished, item).videoIds ?? [])],
})

export const fromProgressItem = (item: unknown) => read(Progress, item)

/** When a worker last told of a build, epoch seconds. */
const Build = z.object({ toldAt: nonNegative })
export const fromBuildItem = (item: unknown) => read(Build, item)

export const toTaskItem = (record: TaskRecord) => ({
  ...taskKey(record.task),
  ...record,
  ...due(record.dueAt),
})
export const fromTaskItem = (item: unknown): TaskRecord => read(TaskRecord, item)

export const toChunkItem = (videoId: string, attempt: number, chunk: Chunk) => ({
  ...chunkRecordKey(videoId, attempt, chunk.track, chunk.index),
  ...chunk,
})
export const fromChunkItem = (item: unknown): Chunk => read(Chunk, item)

export const toGenerationItem = (videoId: string, attempt: number, generation: Generation) => ({
  ...generationKey(videoId, attempt, generation.generation),
  ...generation,
})
export const fromGenerationItem = (item: unknown): Generation => read(Generation, item)

export const fromListingItem = (item: unknown): Listing => read(Listing, item)

export const toShareItem = (videoId: string, share: Share) => ({
  ...shareKey(videoId, share.shareId),
  ...share,
})
export const fromShareItem = (item: unknown): Share => read(Share, item)

export const toFailureItem = (failure: Failure) => ({
  ...failureKey(failure.at, failure.videoId, failure.attempt),
  ...failure,
})
export const fromFailureItem = (item: unknown): Failure => read(Failure, item)

export const toUploadItem = (ownerId: string, fingerprintHash: string, videoId: string) => ({
  ...uploadKey(ownerId, fingerprintHash),
  videoId,
})
export const fromUploadItem = (item: unknown) => read(UploadPointer, item)
