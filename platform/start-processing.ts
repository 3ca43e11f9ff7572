// Hands a whole source to the workers: the video queued with its first task, then the message. May be done any number of times,
// by whoever learns first that the source is there.
import type { Meta } from '#domain/item.ts'
import type { Task } from '#domain/task.ts'
import type { TaskQueue } from './queue.ts'
import type { Tasks } from './tasks.ts'
import type { Videos } from './videos.ts'

export interface StartDeps {
  videos: Videos
  tasks: Tasks
  queue: TaskQueue
  /** Epoch seconds. */
  now(): number
}

/** The video as it is then, or null when it is gone. */
export async function startProcessing(deps: StartDeps, meta: Meta): Promise<Meta | null> {
  const { videos, tasks, queue, now } = deps
  const attempt = Math.max(1, meta.attempt)
  const inspect: Task = { kind: 'inspect', videoId: meta.videoId, attempt }
  const current =
    meta.state === 'uploading' ? (await videos.queue(meta, inspect, now())).meta : meta
  if (current?.state !== 'queued') return current
  // Queued by an earlier call: whether its message was sent nobody knows, and a second one does no harm.
  const record = await tasks.read(inspect)
  if (record?.state === 'ready' || record?.state === 'leased') await queue.send(inspect)
  return current
}
