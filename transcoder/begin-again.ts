// A new attempt in the place of one that did not pass the gate: once, while the source is still there. Cut off anywhere, the
// reaper sends the task that was recorded first.
import type { Task } from '#domain/task.ts'
import type { WorkerDeps } from './worker.ts'

/** One more than the attempt that plays, or than none, is a first try. */
const tries = 2

/** False when this was the second try already, or there is nothing to make it from. */
export async function beginAgain(
  { videos, tasks, queue, now }: Pick<WorkerDeps, 'videos' | 'tasks' | 'queue' | 'now'>,
  { videoId, attempt }: Pick<Task, 'videoId' | 'attempt'>,
): Promise<boolean> {
  const meta = await videos.get(videoId)
  // Begun again by another finish: this attempt is nobody's any more.
  if (meta?.attempt !== attempt) return true
  if (attempt - meta.liveAttempt >= tries || meta.source.gone) return false
  const inspect: Task = { kind: 'inspect', videoId, attempt: attempt + 1 }
  await tasks.create(inspect, now())
  await videos.change(videoId, { attempt: inspect.attempt }, attempt)
  await queue.send(inspect)
  await tasks.fence(videoId, attempt)
  return true
}
