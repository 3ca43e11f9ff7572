// What a completed task owes: the next lead, `finish` once nothing is left, and after `finish` the MP4 and the source's end.
// Paid after the commit and again by whoever meets the task done; every payment may be made twice.
import { isRerun } from '#domain/attempts.ts'
import { uploadsPrefix } from '#domain/keys.ts'
import { type EncodeTask, encodeTracks, nextLead, type Task } from '#domain/task.ts'
import { settleImport } from './import.ts'
import type { WorkerDeps } from './worker.ts'

export async function payOwed(deps: WorkerDeps, task: Task): Promise<void> {
  switch (task.kind) {
    case 'import':
      return settleImport(deps, task)
    case 'encode':
      if (task.lane === 'lead') await queueNextLead(deps, task)
      await queueFinish(deps, task)
      break
    case 'copy':
    case 'audio':
    case 'convert':
    case 'pictures':
      await queueFinish(deps, task)
      break
    case 'finish':
      await afterReady(deps, task)
      break
    default:
  }
}

/** The lead goes on to the first chunk whose lowest rung nobody has made: where all are made, the ladder has passed it. */
async function queueNextLead(deps: WorkerDeps, task: EncodeTask): Promise<void> {
  const plan = await deps.plans.read(task.videoId, task.attempt)
  let next = nextLead(plan, task.chunk)
  while (next) {
    const [lowest = ''] = encodeTracks(plan, next)
    if (!(await deps.chunks.get(next.videoId, next.attempt, lowest, next.chunk))) break
    next = nextLead(plan, next.chunk)
  }
  if (!next) return
  await deps.tasks.create(next, deps.now())
  await deps.fault('recorded', next)
  await deps.queue.send(next)
}

async function queueFinish(deps: WorkerDeps, { videoId, attempt }: Task): Promise<void> {
  const count = await deps.tasks.readCount(videoId, attempt)
  if (!count?.live || count.tasksLeft > 0) return
  await deps.queue.send({ kind: 'finish', videoId, attempt })
}

async function afterReady(deps: WorkerDeps, { videoId, attempt }: Task): Promise<void> {
  const meta = await deps.videos.get(videoId)
  if (meta?.state !== 'ready' || meta.liveAttempt !== attempt) return
  const count = await deps.tasks.readCount(videoId, attempt)
  if (!count?.mp4) await deps.queue.send({ kind: 'mp4', videoId, attempt })
  const { source } = meta
  // A re-run that has begun before this was paid reads it.
  const ours = source.key.startsWith(uploadsPrefix) && !isRerun(meta)
  if (deps.keepSource === 'untilReady' && ours && !source.gone) {
    await deps.source.remove([source.key])
    await deps.videos.change(videoId, { source: { ...source, gone: true } })
  }
}

/** True for a task whose turn has not come: a message that was sent twice or out of order. */
export async function isEarly(deps: WorkerDeps, task: Task): Promise<boolean> {
  if (task.kind === 'finish') {
    const count = await deps.tasks.readCount(task.videoId, task.attempt)
    return (count?.tasksLeft ?? 1) > 0
  }
  if (task.kind === 'mp4') {
    const meta = await deps.videos.get(task.videoId)
    return meta?.state !== 'ready' || meta.liveAttempt !== task.attempt
  }
  return false
}
