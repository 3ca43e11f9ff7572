// A new attempt in the place of one that can't be brought to its end, while the source is still there. Cut off anywhere, the
// reaper sends the task that was recorded with it.
import { type BeginReason, nextAttempt } from '#domain/attempts.ts'
import type { Task } from '#domain/task.ts'
import { ratioOf } from '#domain/view.ts'
import type { WorkerDeps } from './worker.ts'

/**
 * False when it was begun again often enough for this reason, or there is nothing to make it from.
 * @param because of `copy`: one sentence for the video's record
 */
export async function beginAgain(
  { videos, queue, now, log }: Pick<WorkerDeps, 'videos' | 'queue' | 'now' | 'log'>,
  { videoId, attempt }: Pick<Task, 'videoId' | 'attempt'>,
  why: { reason: BeginReason; because?: string },
): Promise<boolean> {
  const records = await videos.records(videoId)
  // Deleted, or begun again by another worker: this attempt is nobody's any more.
  if (records?.meta.attempt !== attempt) return true
  const next = nextAttempt(records.meta, { ...why, ratio: ratioOf(records) })
  if (!next) return false
  if (!(await videos.beginAttempt(records.meta, next, now()))) {
    const meta = await videos.get(videoId)
    // Failed or on its way out; or somebody has begun it, perhaps this write, whose answer was lost.
    if (meta?.attempt !== next.attempt) return true
  }
  await queue.send({ kind: 'inspect', videoId, attempt: next.attempt })
  log.warn('begun again', { video: videoId, attempt: next.attempt, ...why })
  return true
}
