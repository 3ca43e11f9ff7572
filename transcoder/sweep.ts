// Removes everything of a deleted video: fence its workers, then objects, unfinished upload, records. The tombstone stays until
// a second sweep has removed what a worker wrote while it was being cut off. Of a video that plays it removes what the attempts
// before have left. Safe to run any number of times.
import { isRerun } from '#domain/attempts.ts'
import { convertTask } from '#domain/conversion.ts'
import { toMillraceError } from '#domain/errors.ts'
import type { Meta } from '#domain/item.ts'
import { attemptPrefix, openingKey, planKey, sourcePrefixes, videoPrefix } from '#domain/keys.ts'
import type { Task } from '#domain/task.ts'
import type { WorkerDeps } from './worker.ts'

type SweepDeps = Pick<
  WorkerDeps,
  'videos' | 'tasks' | 'multipart' | 'source' | 'media' | 'conversions' | 'now' | 'log'
>

export async function sweep(
  deps: SweepDeps,
  { videoId }: Extract<Task, { kind: 'sweep' }>,
): Promise<void> {
  const meta = await deps.videos.get(videoId)
  if (meta?.state === 'ready') await sweepLeftovers(deps, meta)
  // An import that failed where nobody could abort it.
  if (meta?.state === 'failed') await abortUpload(deps, meta)
  if (meta?.state !== 'deleting') return
  if (meta.attempt > 0) {
    await deps.tasks.fence(videoId, meta.attempt)
    await cancelConversion(deps, videoId, meta.attempt)
  }
  await abortUpload(deps, meta)
  for (const prefix of sourcePrefixes(videoId)) await deps.source.removePrefix(prefix)
  const objects = await deps.media.removePrefix(videoPrefix(videoId))
  const records = await deps.videos.removeRecords(videoId)
  await deps.videos.removeUploadPointer(meta)
  const last = meta.dueAt !== undefined && deps.now() >= meta.dueAt
  if (last) await deps.videos.removeMeta(videoId)
  deps.log.info(last ? 'video gone' : 'video swept', { video: videoId, objects, records })
}

async function abortUpload({ multipart }: SweepDeps, { source }: Meta): Promise<void> {
  const { key, uploadId } = source
  if (uploadId) await multipart.abort({ key, uploadId })
}

/** Objects, plans and records of attempts that neither play nor are at work, once their time has come. */
async function sweepLeftovers(deps: SweepDeps, meta: Meta): Promise<void> {
  const { videoId, attempt, liveAttempt, dueAt } = meta
  const atWork = isRerun(meta) ? attempt : liveAttempt
  if (dueAt === undefined || deps.now() < dueAt) return
  let objects = 0
  let records = 0
  for (let old = 1; old <= attempt; old++) {
    if (old === liveAttempt || old === atWork) continue
    objects += await deps.media.removePrefix(attemptPrefix(videoId, old))
    await deps.source.remove([planKey(videoId, old), openingKey(videoId, old)])
    records += await deps.videos.removeAttempt(videoId, old)
  }
  await deps.videos.clearDue(videoId, dueAt)
  deps.log.info('leftovers swept', { video: videoId, objects, records })
}

/** Money saved, not a condition: what a job still writes is removed when its last event comes. */
async function cancelConversion(
  { conversions, tasks, log }: SweepDeps,
  videoId: string,
  attempt: number,
): Promise<void> {
  if (!conversions) return
  const record = await tasks.read(convertTask({ videoId, attempt }))
  if (!record?.job || record.state === 'done') return
  await conversions.cancel(record.job.id).catch(thrown => {
    log.warn('a job was not cancelled', { video: videoId, error: toMillraceError(thrown).detail })
  })
}
