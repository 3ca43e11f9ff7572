// Looks at what is due: sends lost work again, finishes or abandons uploads nobody completes, and goes on with deletions and with the
// ends of accounts. Sends before it says so; every message may be a second one.
import { isWanted } from '#domain/attempts.ts'
import { toMillraceError } from '#domain/errors.ts'
import type { Meta, TaskRecord } from '#domain/item.ts'
import { metricNames } from '#domain/metrics.ts'
import { secondSweepSeconds } from '#domain/timing.ts'
import { readDue } from '#platform/due.ts'
import { type EndAccountDeps, goOnEnding } from '#platform/end-account.ts'
import type { Log } from '#platform/log.ts'
import type { Metrics } from '#platform/metrics.ts'
import { type StartDeps, startProcessing } from '#platform/start-processing.ts'
import type { ObjectStore } from '#platform/store.ts'
import type { Table } from '#platform/table.ts'

export interface ReapDeps extends StartDeps, EndAccountDeps {
  table: Table
  source: ObjectStore
  log: Log
  /** Where there is somebody to watch them. */
  metrics?: Metrics
}

export interface Reaped {
  /** Tasks sent again. */
  resent: number
  /** Tasks of videos that are no longer at work, taken off the list. */
  cleared: number
  /** Uploads that were whole, though nobody had said so. */
  finished: number
  abandoned: number
  swept: number
  /** Accounts that are gone with all they owned. */
  ended: number
  /** Left for the next time. */
  failed: number
}

/** Accounts come last, and have the time up to here: a look takes less than the minute to the next. */
const endingSeconds = 30

export async function reap(deps: ReapDeps): Promise<Reaped> {
  const now = deps.now()
  const due = await readDue(deps.table, now)
  for (const item of due.unreadable) deps.log.error('a due record is of no known form', { item })
  const reaped: Reaped = {
    ...{ resent: 0, cleared: 0, finished: 0, abandoned: 0, swept: 0, ended: 0, failed: 0 },
  }
  const looks = [
    ...due.tasks.map(record => () => reapTask(deps, record)),
    ...due.videos.map(meta => () => reapVideo(deps, meta)),
    ...due.accounts.map(({ userId }) => async () => {
      return (await goOnEnding(deps, userId, now + endingSeconds)) ? 'ended' : null
    }),
  ]
  for (const look of looks) {
    try {
      const outcome = await look()
      if (outcome) reaped[outcome] += 1
    } catch (thrown) {
      const { code, detail } = toMillraceError(thrown)
      deps.log.warn('due work stays due', { code, detail })
      reaped.failed += 1
    }
  }
  if (looks.length > 0) deps.log.info('reaped', { ...reaped })
  deps.metrics?.put(metricNames.tasksResent, reaped.resent)
  deps.metrics?.put(metricNames.reapFailures, reaped.failed)
  const dueAt = [...due.tasks, ...due.videos, ...due.accounts].map(record => record.dueAt ?? now)
  const overdueSeconds = Math.max(0, ...dueAt.map(at => now - at))
  deps.metrics?.put(metricNames.overdueSeconds, overdueSeconds, 'Seconds')
  return reaped
}

/** A video may be ready and still have work: its MP4, or a re-run. */
async function isAtWork(deps: ReapDeps, { task }: TaskRecord): Promise<boolean> {
  const { videoId, attempt } = task
  const meta = await deps.videos.get(videoId)
  if (!meta || !isWanted(task, meta)) return false
  if (task.kind === 'import') return meta.state === 'uploading'
  if (meta.state !== 'queued' && meta.state !== 'processing' && meta.state !== 'ready') return false
  const count = await deps.tasks.readCount(videoId, attempt)
  // Before the plan there are no counters.
  return count?.live ?? true
}

async function reapTask(deps: ReapDeps, record: TaskRecord): Promise<'resent' | 'cleared'> {
  const { task } = record
  if (!(await isAtWork(deps, record))) {
    await deps.tasks.clearDue(task)
    return 'cleared'
  }
  await deps.queue.send(task)
  await deps.tasks.postpone(task, deps.now())
  return 'resent'
}

async function reapVideo(
  deps: ReapDeps,
  stale: Meta,
): Promise<'finished' | 'abandoned' | 'swept' | null> {
  // The index may lag behind.
  const meta = await deps.videos.get(stale.videoId)
  if (!meta) return null
  if (meta.state === 'uploading') return reapUpload(deps, meta)
  if (meta.state === 'deleting') {
    await sendSweep(deps, meta)
    return 'swept'
  }
  if (meta.dueAt === undefined || deps.now() < meta.dueAt) return null
  if (meta.state === 'ready') {
    await deps.queue.send({ kind: 'sweep', videoId: meta.videoId, attempt: meta.liveAttempt })
    return 'swept'
  }
  await deps.videos.clearDue(meta.videoId, meta.dueAt)
  return null
}

async function reapUpload(deps: ReapDeps, meta: Meta): Promise<'finished' | 'abandoned' | null> {
  const object = await deps.source.head(meta.source.key)
  if (object?.sizeBytes === meta.source.sizeBytes) {
    await startProcessing(deps, meta)
    return 'finished'
  }
  const dueAt = deps.now() + secondSweepSeconds
  const stepped = await deps.videos.step(meta.videoId, 'deleting', { dueAt }, meta.attempt)
  if (!stepped.done) return null
  await sendSweep(deps, stepped.meta)
  return 'abandoned'
}

/** The sweep fences, deletes objects and the unfinished upload, and the tombstone once its time has come. */
async function sendSweep(deps: ReapDeps, { videoId, attempt }: Meta): Promise<void> {
  await deps.queue.send({ kind: 'sweep', videoId, attempt: Math.max(1, attempt) })
}
