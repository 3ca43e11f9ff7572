// When a video is made once more from the beginning: why, how often at most, and what its record says then. Pure.
import { MillraceError } from './errors.ts'
import type { Meta } from './item.ts'
import { attemptAtWork, type Task } from './task.ts'

/**
 * `gate`: the whole did not pass its last check. `copy`: the source's own packets are not what its index says. `build`: no
 * worker has the FFmpeg build it was begun with any more. `opening`: the film is not what its opening promised.
 */
export type BeginReason = 'gate' | 'copy' | 'build' | 'opening'

/** Each counts alone: what the source is to blame for leaves the gate its own second try. */
const mostTimes: Readonly<Record<BeginReason, number>> = {
  gate: 1,
  copy: 1,
  build: 3,
  opening: 1,
}

const neverAgain = (since: number) => ({ since, gate: 0, copy: 0, build: 0, opening: 0 })

export type NextAttempt = Pick<Meta, 'attempt' | 'begunAgain' | 'uncopyable' | 'earlier'>

/**
 * Null when it may not be begun again for this reason, plays already, or there is nothing to make it from.
 * @param because of `copy`: why no packet is copied any more, in one sentence
 * @param ratio what viewers have seen of it
 */
export function nextAttempt(
  meta: Meta,
  { reason, because, ratio }: { reason: BeginReason; because?: string; ratio: number },
): NextAttempt | null {
  const { attempt, liveAttempt, facts, source } = meta
  // A re-run of what plays counts anew.
  const before = meta.begunAgain?.since === liveAttempt ? meta.begunAgain : neverAgain(liveAttempt)
  if (attempt <= liveAttempt || source.gone || before[reason] >= mostTimes[reason]) return null
  const uncopyable = reason === 'copy' ? because : meta.uncopyable
  return {
    attempt: attempt + 1,
    begunAgain: { ...before, [reason]: before[reason] + 1 },
    earlier: { attempt, totalWork: facts?.totalWork ?? 0, ratio },
    ...(uncopyable === undefined ? {} : { uncopyable }),
  }
}

/** What plays is being made again; a re-run that has failed is not. */
export const isRerun = ({ state, attempt, liveAttempt, rerunFailure }: Meta): boolean =>
  state === 'ready' && attempt > liveAttempt && rerunFailure?.attempt !== attempt

/** Something is being made of it, whether it plays already or not. */
export const isAtWork = (meta: Meta): boolean =>
  meta.state === 'queued' || meta.state === 'processing' || isRerun(meta)

/** Whether a task is still worth a worker: of the attempt at work, or what people download of the one that plays. */
export const isWanted = (task: Task, meta: Meta): boolean =>
  (task.kind === 'mp4' && task.attempt === meta.liveAttempt) ||
  (attemptAtWork(task) === meta.attempt && meta.rerunFailure?.attempt !== meta.attempt)

/**
 * What an admin begins: all of it is made again, with whatever encodes now. What plays goes on playing until that is done, and a
 * video that has failed gets another chance.
 * @throws MillraceError `state-conflict`, `source-gone`
 */
export function rerunAttempt(meta: Meta): NextAttempt {
  const { state, attempt, liveAttempt } = meta
  if (isAtWork(meta)) {
    throw new MillraceError('state-conflict', { message: 'The video is being made already.' })
  }
  if (state !== 'ready' && state !== 'failed') throw new MillraceError('state-conflict')
  if (!hasSource(meta)) throw new MillraceError('source-gone')
  return {
    attempt: attempt + 1,
    begunAgain: neverAgain(liveAttempt),
    // Nobody is watching how far it is.
    earlier: { attempt, totalWork: 0, ratio: 0 },
  }
}

/** Whether it is what an earlier attempt came to, and nothing has been made since. */
export const isStillFailed = (meta: Meta, attempt: number): boolean =>
  meta.attempt === attempt && (meta.state === 'failed' || meta.rerunFailure?.attempt === attempt)

/** Whether there is a file to make it from again, as far as its record knows. An import that has failed has none. */
export const hasSource = ({ source, attempt }: Meta): boolean => !source.gone && attempt > 0
