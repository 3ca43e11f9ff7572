// Deletes a video: it cannot be found or played any more at once, and everything made of it is swept. The gate is shut first: what is
// marked already is only swept by whoever goes on with what was cut off.
import type { Meta } from '#domain/item.ts'
import { secondSweepSeconds } from '#domain/timing.ts'
import type { TaskQueue } from './queue.ts'
import type { Revoke } from './revoke.ts'
import type { Tasks } from './tasks.ts'
import type { Videos } from './videos.ts'

export interface SweepDeps {
  videos: Videos
  tasks: Tasks
  queue: TaskQueue
  /** Epoch seconds. */
  now(): number
}

export interface DeleteDeps extends SweepDeps {
  /** Shuts the gate at once: for a video, of which the edge then drops what it keeps, or for links of its epochs before. */
  revoke: Revoke
}

export async function deleteVideo(deps: DeleteDeps, meta: Meta): Promise<void> {
  await deps.revoke(meta.videoId)
  await deleteRevoked(deps, meta)
}

/** One whose links have ended. */
export async function deleteRevoked(deps: SweepDeps, meta: Meta): Promise<void> {
  const { videos, tasks, queue, now } = deps
  const { videoId, state, attempt, liveAttempt } = meta
  if (state !== 'deleting') {
    await videos.step(videoId, 'deleting', { dueAt: now() + secondSweepSeconds })
  }
  for (const one of new Set([attempt, liveAttempt])) {
    if (one > 0) await tasks.fence(videoId, one)
  }
  await queue.send({ kind: 'sweep', videoId, attempt: Math.max(1, attempt) })
}
