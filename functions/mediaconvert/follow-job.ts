// A job of MediaConvert has told something: its task's lease, progress and end, as a worker would report them. Events come twice,
// late and out of order; one that no longer holds its task changes nothing, and what it has made goes.
import { convertTask, isCreator, jobOwner } from '#domain/conversion.ts'
import { MillraceError } from '#domain/errors.ts'
import type { TaskRecord } from '#domain/item.ts'
import { conversionPrefix } from '#domain/keys.ts'
import { progressDelta } from '#domain/progress.ts'
import type { Log } from '#platform/log.ts'
import type { TaskQueue } from '#platform/queue.ts'
import type { ObjectStore } from '#platform/store.ts'
import type { Tasks } from '#platform/tasks.ts'
import type { Videos } from '#platform/videos.ts'
import type { JobEvent } from './job-event.ts'

export interface FollowDeps {
  videos: Videos
  /** With leases of `conversionLeaseSeconds`. */
  tasks: Tasks
  queue: TaskQueue
  media: ObjectStore
  log: Log
  /** Epoch seconds. */
  now(): number
}

export type Followed =
  /** Not one of our jobs, or one that holds no task and still works. */
  | 'ignored'
  | 'working'
  | 'complete'
  | 'failed'
  /** The objects of a job that holds no task any more. */
  | 'removed'

/** @throws MillraceError `lease-held`: a worker looks at the same job at this very moment; to be told again. */
export async function followJob(deps: FollowDeps, event: JobEvent | null): Promise<Followed> {
  // Another stage's: it hears of it, too.
  if (event?.mediaBucket !== deps.media.bucket) return 'ignored'
  if (event.warning)
    deps.log.warn('MediaConvert warns', { ...about(event), warning: event.warning })
  const standing = await standingOf(deps, event)
  switch (standing) {
    case 'stray':
      if (isWorking(event)) return 'ignored'
      await removeObjects(deps, event)
      return 'removed'
    case 'undecided':
      if (isWorking(event)) return 'ignored'
      throw new MillraceError('lease-held')
    case 'done':
      // What was owed may not have been sent.
      if (event.complete) await queueFinish(deps, event)
      return event.complete ? 'complete' : 'ignored'
    default:
      return act(deps, event, standing)
  }
}

const isWorking = ({ complete, failure }: JobEvent) => !complete && failure === null

const about = ({ videoId, jobId }: JobEvent) => ({ video: videoId, job: jobId })

/** The record of a task that this job holds, or how else it stands to it. */
async function standingOf(
  deps: FollowDeps,
  event: JobEvent,
): Promise<TaskRecord | 'done' | 'stray' | 'undecided'> {
  const { tasks, now } = deps
  const { jobId, folder } = event
  const task = convertTask(event)
  const owner = jobOwner(jobId)
  const record = await tasks.read(task)
  if (record?.state === 'done' && record.job?.id === jobId) return 'done'
  if (!record || record.state === 'done' || record.state === 'failed') return 'stray'
  if ((record.job && record.job.id !== jobId) || !(await isLive(deps, event))) return 'stray'
  if (record.state === 'leased' && record.owner === owner) return record
  // The worker that created it has not written that down yet, or never will.
  const holds = record.state === 'leased' && isCreator(record.owner, folder)
  const from = holds ? record.owner : owner
  if (!holds && (await tasks.claim(task, owner, now())).outcome !== 'claimed') return 'undecided'
  const taken = await tasks.handOver(task, from ?? owner, { id: jobId, folder }, now())
  return taken ? record : 'undecided'
}

async function isLive(deps: FollowDeps, { videoId, attempt }: JobEvent): Promise<boolean> {
  const [meta, count] = await Promise.all([
    deps.videos.get(videoId),
    deps.tasks.readCount(videoId, attempt),
  ])
  if (meta?.attempt !== attempt || !count?.live) return false
  return meta.state === 'processing' || meta.state === 'ready'
}

async function act(deps: FollowDeps, event: JobEvent, record: TaskRecord): Promise<Followed> {
  const task = convertTask(event)
  const owner = jobOwner(event.jobId)
  if (event.failure) {
    await fail(deps, event, event.failure)
    return 'failed'
  }
  await report(deps, event, record, event.complete ? 1 : (event.ratio ?? 0))
  if (!event.complete) {
    await deps.tasks.renew(task, owner, deps.now())
    return 'working'
  }
  const completed = await deps.tasks.complete(task, owner, { chunks: [], counted: true })
  // Taken over between two looks, or the attempt has just ended: told again, it is one or the other.
  if (completed.outcome !== 'done') throw new MillraceError('lease-held')
  await queueFinish(deps, event)
  deps.log.info('MediaConvert is done', about(event))
  return 'complete'
}

/** One shard a video: only one job works on it. */
const shard = 'mediaconvert'

async function report(
  { tasks }: FollowDeps,
  event: JobEvent,
  { reported }: TaskRecord,
  ratio: number,
): Promise<void> {
  const task = convertTask(event)
  const delta = progressDelta(reported, ratio * event.work, event.work)
  if (delta === 0) return
  const mine = await tasks.report(task, jobOwner(event.jobId), reported + delta, reported)
  if (mine) await tasks.addProgress(task, shard, delta)
}

async function queueFinish(
  { tasks, queue }: FollowDeps,
  { videoId, attempt }: JobEvent,
): Promise<void> {
  const count = await tasks.readCount(videoId, attempt)
  if (!count?.live || count.tasksLeft > 0) return
  await queue.send({ kind: 'finish', videoId, attempt })
}

async function fail(deps: FollowDeps, event: JobEvent, failure: MillraceError): Promise<void> {
  const { videoId, attempt, jobId } = event
  const { code, message, detail } = failure
  await deps.videos.fail({ videoId, attempt }, { code, message }, deps.now())
  await deps.tasks.fence(videoId, attempt)
  await deps.tasks.fail(convertTask(event), jobOwner(jobId))
  await removeObjects(deps, event)
  deps.log.warn('MediaConvert failed', { ...about(event), code, detail })
}

async function removeObjects(
  deps: FollowDeps,
  { videoId, attempt, folder, jobId }: JobEvent,
): Promise<void> {
  const objects = await deps.media.removePrefix(conversionPrefix(videoId, attempt, folder))
  if (objects > 0)
    deps.log.info('removed what a job had made', { video: videoId, job: jobId, objects })
}
