// What a task's handler is given. Types only: the handlers act, work.ts claims and commits.
import type { SourceLimits } from '#domain/limits.ts'
import type { Engine } from '#domain/plan.ts'
import type { Task } from '#domain/task.ts'
import type { Builds } from '#platform/builds.ts'
import type { Chunks } from '#platform/chunks.ts'
import type { Log } from '#platform/log.ts'
import type { Multipart } from '#platform/multipart.ts'
import type { PublicFetch } from '#platform/public-fetch.ts'
import type { TaskQueue } from '#platform/queue.ts'
import type { Quotas } from '#platform/quota.ts'
import type { ObjectStore } from '#platform/store.ts'
import type { Tasks } from '#platform/tasks.ts'
import type { Videos } from '#platform/videos.ts'
import type { Conversions } from './conversions.ts'
import type { Ffmpeg } from './ffmpeg.ts'
import type { Plans } from './plans.ts'
import type { Scratch } from './scratch.ts'
import type { SourceServer } from './source-server.ts'

/** Where a worker can be cut off between a commit and what it owes: tests stop it there. */
export type FaultPoint =
  | 'claimed'
  | 'recorded'
  | 'partly-sent'
  | 'opened'
  | 'scanned'
  | 'planned'
  | 'sent'
  | 'uploaded'
  | 'committed'
  | 'flipped'
  | 'paid'

/** The task is somebody else's from here on, and will be completed or failed by them. */
export type HandedOver = 'handed-over'

export interface WorkerDeps {
  /** Names this process in leases and progress shards. */
  workerId: string
  videos: Videos
  tasks: Tasks
  chunks: Chunks
  queue: TaskQueue
  source: ObjectStore
  media: ObjectStore
  /** Of the source bucket: imports send parts, a deletion aborts what is still being sent. */
  multipart: Multipart
  /** Reaches addresses of the public internet alone. */
  fetchPublic: PublicFetch
  /** How long a website may send nothing. */
  importSilenceSeconds: number
  /** What it must send at least. */
  importLeast: { bytes: number; seconds: number }
  /** What an import may bring. Null: as much as there is room for. */
  quotas: Pick<Quotas, 'bytesFor'> | null
  ffmpeg: Ffmpeg
  /** Ranges of the source bucket for FFmpeg. */
  sources: SourceServer
  plans: Plans
  /** Who makes the attempts that are planned from now on. */
  engine: Engine
  /** Which FFmpeg builds have a worker. */
  builds: Builds
  /** Null where this worker has no MediaConvert. */
  conversions: Conversions | null
  scratch: Scratch
  limits: SourceLimits
  /** `untilReady`: the uploaded file goes when the video plays. A number: it stays (lifecycle rules count the days). */
  keepSource: 'untilReady' | number
  /** Sources that are already good are published by their own packets. */
  copyLane: boolean
  /** A film whose MP4 would be larger has none. */
  maxMp4Bytes: number
  /** Its cores are its own: what is owed is sent while it encodes the first picture, so that all others begin sooner. */
  sendsAhead: boolean
  /** A source without an index that is larger is not read whole before its first picture. */
  readFirstBytes: number
  /** How long a claimed task and its message are hidden from others at a time. */
  leaseSeconds: number
  /** Epoch seconds. */
  now(): number
  /** Does nothing outside tests. */
  fault(point: FaultPoint, task: Task): Promise<void>
  log: Log
}

/** One claimed task at work. */
export interface TaskRun<T extends Task = Task> {
  task: T
  /** Stands in the keys of the objects this claim writes: a zombie can't overwrite a winner. */
  nonce: string
  /** Nobody has claimed it before: there is nothing that an earlier try has left. */
  isFirst: boolean
  /** Fires when the lease is lost or the worker stops. */
  signal: AbortSignal
  log: Log
  /** Work done so far, in the unit of `workOf`. */
  progress(done: number): void
  /** Ends a step: its time since the last mark stands in the log beside the task's. */
  mark(step: string): void
  /** CPU seconds of FFmpeg that this task has cost. */
  spent(cpuSeconds: number): void
}
