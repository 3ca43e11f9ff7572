// Attempts that workers of another FFmpeg build have begun: left to them as long as one of them is there. What an encoder and a
// muxer write differs between builds, and a track has one init section.
import { toMillraceError } from '#domain/errors.ts'
import type { Plan } from '#domain/plan.ts'
import type { Task } from '#domain/task.ts'
import { heldLeaseRetrySeconds, leasesOfAnotherBuild, maxReceives } from '#domain/timing.ts'
import type { TaskMessage } from '#platform/queue.ts'
import type { WorkerDeps } from './worker.ts'

/** What must be made by the build that the plan names; the rest any build makes. */
export const isOfBuild = ({ kind }: Task): boolean =>
  kind === 'inspect' || kind === 'encode' || kind === 'copy' || kind === 'audio'

export async function isOfOtherBuild({ ffmpeg }: WorkerDeps, plan: Plan): Promise<boolean> {
  return plan.engine === 'ffmpeg' && plan.encoder !== (await ffmpeg.version())
}

/** No worker of the build has told of itself for so many leases: nobody will make what it has begun. */
export async function isGone(
  { builds, leaseSeconds, now }: WorkerDeps,
  encoder: string,
): Promise<boolean> {
  const toldAt = await builds.lastTold(encoder, now())
  return now() - toldAt >= leaseSeconds * leasesOfAnotherBuild
}

/**
 * The build at work that a task belongs to; null for a task of ours or of any build. Asked before the task is claimed: whoever
 * has the build meets it free. Where the plan can't be read, whoever holds the task looks again.
 */
export async function otherBuildAtWork(deps: WorkerDeps, task: Task): Promise<string | null> {
  // Whether there is a plan to ask for, only the record of an inspect tells.
  if (!isOfBuild(task) || task.kind === 'inspect') return null
  const plan = await deps.plans.read(task.videoId, task.attempt).catch(() => null)
  if (!plan || !(await isOfOtherBuild(deps, plan))) return null
  return (await isGone(deps, plan.encoder)) ? null : plan.encoder
}

/** Back to the queue for a short while: any of many workers may meet it next. */
export async function leaveMessage(
  { queue, leaseSeconds }: WorkerDeps,
  message: TaskMessage & { task: Task },
): Promise<void> {
  if (message.receives < maxReceives / 2) {
    await queue.hide(message, Math.min(heldLeaseRetrySeconds, leaseSeconds))
    return
  }
  // A message of its own each so many times: that the others look at it does not make it a dead letter.
  await queue.send(message.task)
  await queue.remove(message)
}

/** Tells of this worker's build until it is stopped. */
export function startTelling(
  { builds, now, log }: Pick<WorkerDeps, 'builds' | 'now' | 'log'>,
  { encoder, everySeconds }: { encoder: string; everySeconds: number },
): { stop(): void } {
  const tell = () =>
    builds.tell(encoder, now()).catch(thrown => {
      log.warn('the FFmpeg build could not be told', { error: toMillraceError(thrown).detail })
    })
  void tell()
  const timer = setInterval(tell, everySeconds * 1000)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}
