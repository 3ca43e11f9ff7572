// Commits a task's result; what another worker has recorded meanwhile is dropped, with the objects nobody points at.
import { MillraceError } from '#domain/errors.ts'
import type { Task } from '#domain/task.ts'
import type { Completion } from '#platform/tasks.ts'
import type { WorkerDeps } from './worker.ts'

/** @throws MillraceError `lease-lost` when the task is no longer this owner's. */
export async function commit(
  deps: WorkerDeps,
  { task, owner }: { task: Task; owner: string },
  completion: Completion,
): Promise<void> {
  let left = completion
  for (;;) {
    const result = await deps.tasks.complete(task, owner, left)
    if (result.outcome === 'done') return
    const dropped = left.chunks.filter(
      ({ key }) => result.outcome === 'lost' || result.keys.includes(key),
    )
    await deps.media.remove(dropped.map(({ key }) => key))
    if (result.outcome === 'lost') throw new MillraceError('lease-lost')
    left = { ...left, chunks: left.chunks.filter(chunk => !dropped.includes(chunk)) }
  }
}
