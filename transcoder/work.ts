// One message from claim to removal: claim the task, keep its lease, run its handler, commit, pay what is owed, remove the
// message. Failures are counted, retried or final; a lost lease ends quietly; nothing is said done before it is sent.
import { randomBytes } from 'node:crypto'
import { isWanted } from '#domain/attempts.ts'
import { isJobOwner } from '#domain/conversion.ts'
import { MillraceError, toMillraceError } from '#domain/errors.ts'
import type { TaskRecord } from '#domain/item.ts'
import type { Plan } from '#domain/plan.ts'
import { attemptAtWork, isOptional, startsInLead, type Task, taskId, workOf } from '#domain/task.ts'
import {
  heartbeatsALease,
  heldLeaseRetrySeconds,
  maxTries,
  retryBackoffSeconds,
} from '#domain/timing.ts'
import type { Log } from '#platform/log.ts'
import type { TaskMessage } from '#platform/queue.ts'
import type { Completion } from '#platform/tasks.ts'
import { beginAgain } from './begin-again.ts'
import { commit } from './commit.ts'
import type { Ffmpeg } from './ffmpeg.ts'
import { handle } from './handlers.ts'
import { isGone, isOfBuild, isOfOtherBuild, leaveMessage, otherBuildAtWork } from './other-build.ts'
import { isEarly, payOwed } from './owed.ts'
import type { Reporter } from './report.ts'
import { isTroubleOfOurs } from './source-fault.ts'
import { sweep } from './sweep.ts'
import type { WorkerDeps } from './worker.ts'

export interface WorkOptions {
  reporter: Reporter
  /** Fires when the worker is told to stop: tasks are handed back at once. */
  stopping: AbortSignal
}

const nothingDone: Completion = { chunks: [], counted: true }

/** Faults of the ground are nobody's failure: the task waits for the ground to come back. */
const groundCodes = new Set([
  'table-unavailable',
  'store-unavailable',
  'queue-unavailable',
  'engine-unavailable',
])
const groundRetrySeconds = 10

/** What packets that are copied may be to blame for. */
const laneCodes = new Set(['check-failed', 'encode-failed'])
const mayBeOfLane = (error: MillraceError): boolean =>
  laneCodes.has(error.code) && !isTroubleOfOurs(error)

export async function work(
  deps: WorkerDeps,
  message: TaskMessage,
  options: WorkOptions,
): Promise<void> {
  const { tasks, queue, log } = deps
  const { task } = message
  if (task instanceof MillraceError) {
    // It comes back until it is a dead letter, where a person can read it.
    log.error('a message is not a task', { code: task.code, receives: message.receives })
    return
  }
  if (task.kind === 'sweep') {
    await sweep(deps, task)
    await queue.remove(message)
    return
  }
  const encoder = await otherBuildAtWork(deps, task)
  if (encoder !== null) return leaveToItsBuild(deps, { ...message, task }, encoder)
  const nonce = randomBytes(9).toString('hex')
  const owner = `${deps.workerId}.${nonce}`
  const claim = await tasks.claim(task, owner, deps.now())
  switch (claim.outcome) {
    case 'held':
      // A job of MediaConvert holds it: its events end the task, and the reaper asks when they stop.
      // Whoever is at an import, for hours perhaps, has its message: looking on would make a dead letter of this one.
      if (isJobOwner(claim.owner) || task.kind === 'import') return queue.remove(message)
      // Until the lease could have run out: looking more often would only burn receives.
      await queue.hide(message, secondsUntil(claim.leaseUntil, deps))
      return
    case 'done':
      await payOwed(deps, task)
      await queue.remove(message)
      return
    case 'failed':
    case 'missing':
      await queue.remove(message)
      return
    case 'claimed':
      await deps.fault('claimed', task)
      await runClaimed(deps, message, { task, record: claim.record, owner, nonce }, options)
  }
}

/** FFmpeg's commands stand among the task's lines, with its video. */
const inLog = (ffmpeg: Ffmpeg, log: Log): Ffmpeg => ({
  ...ffmpeg,
  run: options => ffmpeg.run({ ...options, log }),
})

const secondsUntil = (at: number, { now, leaseSeconds }: WorkerDeps) =>
  Math.ceil(Math.min(leaseSeconds, Math.max(1, at - now() + 1)))

interface Claimed {
  task: Task
  record: TaskRecord
  owner: string
  nonce: string
}

async function runClaimed(
  deps: WorkerDeps,
  message: TaskMessage,
  claimed: Claimed,
  { reporter, stopping }: WorkOptions,
): Promise<void> {
  const { task, owner, nonce } = claimed
  const log = deps.log.with({ video: task.videoId, task: taskId(task) })
  const control = new AbortController()
  const onStop = () => control.abort(new MillraceError('cancelled'))
  if (stopping.aborted) onStop()
  stopping.addEventListener('abort', onStop, { once: true })
  let beating: Promise<void> | undefined
  const heart = setInterval(
    () => {
      beating = beat(deps, message, claimed).catch(thrown => {
        if (thrown instanceof MillraceError && thrown.code === 'lease-lost') control.abort(thrown)
        else log.warn('a heartbeat failed', { error: toMillraceError(thrown).detail })
      })
    },
    (deps.leaseSeconds / heartbeatsALease) * 1000,
  )
  const stopwatch = createStopwatch(deps.now)
  let progress: ReturnType<Reporter['start']> | undefined
  try {
    if (!(await isAlive(deps, task))) {
      if (task.kind === 'import') await payOwed(deps, task)
      await deps.tasks.fail(task, owner)
      await deps.queue.remove(message)
      return
    }
    if (await isEarly(deps, task)) {
      // Whoever completes what it waits for sends it again.
      await deps.tasks.release(task, owner, deps.now(), false)
      await deps.queue.remove(message)
      return
    }
    const plan = await planOf(deps, claimed)
    if (plan && isOfBuild(task) && (await isOfOtherBuild(deps, plan))) {
      await settleOtherBuild(deps, message, claimed, plan.encoder)
      return
    }
    const share = plan && task.kind !== 'inspect' ? workOf(plan, task) : 0
    progress = reporter.start(claimed.record, owner, share)
    const { at } = progress
    const ffmpeg = inLog(deps.ffmpeg, log)
    const completion = await handle(
      { ...deps, ffmpeg },
      {
        task,
        nonce,
        isFirst: isFirst(claimed),
        signal: control.signal,
        log,
        progress: at,
        mark: stopwatch.mark,
        spent: stopwatch.spent,
      },
    )
    if (completion === 'handed-over') {
      await deps.queue.remove(message)
      return
    }
    await commit(deps, claimed, completion)
    stopwatch.mark('commit')
    await deps.fault('committed', task)
    await progress.finish()
    await payOwed(deps, task)
    await deps.fault('paid', task)
    await deps.queue.remove(message)
    log.info('task done', stopwatch.laps())
  } catch (thrown) {
    // Its last act, which may be under way, must not hide a message that is being handed back.
    clearInterval(heart)
    await beating
    const reason: unknown = control.signal.aborted ? control.signal.reason : thrown
    await settleFailure(deps, message, claimed, toMillraceError(reason))
  } finally {
    clearInterval(heart)
    stopping.removeEventListener('abort', onStop)
    progress?.stop()
  }
}

const isFirst = ({ record }: Claimed): boolean => record.claims === 1

/** Null before it is made; the first to inspect a video need not ask. */
async function planOf({ plans }: WorkerDeps, claimed: Claimed): Promise<Plan | null> {
  const { task } = claimed
  if (task.kind === 'import') return null
  if (task.kind !== 'inspect') return plans.read(task.videoId, task.attempt)
  if (isFirst(claimed)) return null
  const { videoId, attempt } = task
  return (await plans.find(videoId, attempt)) ?? plans.findOpening(videoId, attempt)
}

async function leaveToItsBuild(
  deps: WorkerDeps,
  message: TaskMessage & { task: Task },
  encoder: string,
): Promise<void> {
  const { task } = message
  const log = deps.log.with({ video: task.videoId, task: taskId(task) })
  log.debug('another FFmpeg build began this video: the task is left to it', { encoder })
  await leaveMessage(deps, message)
}

/** Where no worker of the build is there any more, the video is begun anew with this one. */
async function settleOtherBuild(
  deps: WorkerDeps,
  message: TaskMessage,
  claimed: Claimed,
  encoder: string,
): Promise<void> {
  const { task, owner } = claimed
  if (!(await isGone(deps, encoder))) {
    await deps.tasks.release(task, owner, deps.now(), false)
    return leaveToItsBuild(deps, { ...message, task }, encoder)
  }
  if (!(await beginAgain(deps, task, { reason: 'build' }))) {
    const detail = `no worker has FFmpeg ${encoder} any more`
    await giveUp(deps, claimed, new MillraceError('processing-failed', { detail }))
  }
  await deps.queue.remove(message)
}

/** Seconds of a task's steps and of FFmpeg's CPU, for the log. */
function createStopwatch(now: () => number) {
  const started = now()
  const seconds: Record<string, number> = {}
  let last = started
  let cpu = 0
  const rounded = (span: number) => Math.round(span * 1000) / 1000
  return {
    mark(step: string) {
      seconds[`${step}Seconds`] = rounded(now() - last)
      last = now()
    },
    spent(cpuSeconds: number) {
      cpu += cpuSeconds
    },
    laps: () => ({
      seconds: rounded(now() - started),
      ...(cpu > 0 ? { cpuSeconds: rounded(cpu) } : {}),
      ...seconds,
    }),
  }
}

async function beat(
  deps: WorkerDeps,
  message: TaskMessage,
  { task, owner }: Claimed,
): Promise<void> {
  const [kept, hidden] = await Promise.allSettled([
    deps.tasks.renew(task, owner, deps.now()),
    deps.queue.hide(message, deps.leaseSeconds),
  ])
  // Whoever has taken the task over has its message too: that it can't be hidden any more says less.
  if (kept.status === 'fulfilled' && !kept.value) throw new MillraceError('lease-lost')
  for (const one of [kept, hidden]) if (one.status === 'rejected') throw one.reason
}

async function isAlive(deps: WorkerDeps, task: Task): Promise<boolean> {
  const [meta, count] = await Promise.all([
    deps.videos.get(task.videoId),
    deps.tasks.readCount(task.videoId, task.attempt),
  ])
  if (!meta || !isWanted(task, meta)) return false
  if (meta.state === 'deleting' || meta.state === 'failed') return false
  return count?.live ?? (task.kind === 'inspect' || task.kind === 'import')
}

/** Nobody's failure: whoever looks after so many seconds finds the task as it was. */
async function giveBack(
  { tasks, queue, now }: WorkerDeps,
  message: TaskMessage,
  { task, owner }: Claimed,
  seconds: number,
): Promise<void> {
  await tasks.release(task, owner, now(), false)
  await queue.hide(message, seconds)
}

async function settleFailure(
  deps: WorkerDeps,
  message: TaskMessage,
  claimed: Claimed,
  error: MillraceError,
): Promise<void> {
  const { task, owner } = claimed
  const { tasks, queue } = deps
  const log = deps.log.with({ video: task.videoId, task: taskId(task) })
  if (error.code === 'lease-lost') {
    log.info('the lease is lost, or the video is gone: left alone')
    return
  }
  if (error.code === 'cancelled') return giveBack(deps, message, claimed, 0)
  if (error.code === 'lease-held') {
    return giveBack(deps, message, claimed, Math.min(heldLeaseRetrySeconds, deps.leaseSeconds))
  }
  if (groundCodes.has(error.code)) {
    log.warn('the ground is unavailable', { code: error.code, detail: error.detail })
    // Longer each time: half an hour passes before so many receives are a dead letter, and the video fails.
    return giveBack(deps, message, claimed, groundRetrySeconds * message.receives)
  }
  log.warn('task failed', { code: error.code, detail: error.detail ?? error.message })
  if (error.code === 'source-truncated' && (await isOfOpening(deps, task))) {
    return giveBack(deps, message, claimed, deps.leaseSeconds)
  }
  // A second look at the same packets would find the same.
  if (task.kind === 'copy' && error.code === 'check-failed') {
    if (await beginWithoutLane(deps, task, error)) return queue.remove(message)
  }
  if (error.retryable) {
    const tries = await tasks.release(task, owner, deps.now(), true)
    if (tries === null) return
    if (tries < maxTries) {
      await queue.hide(message, retryBackoffSeconds[tries - 1] ?? deps.leaseSeconds)
      return
    }
    // The record is free now; the last word needs a lease again.
    const claim = await tasks.claim(task, owner, deps.now())
    if (claim.outcome !== 'claimed') return
  }
  await giveUp(deps, claimed, error)
  await queue.remove(message)
}

/** The film may be shorter than its opening says: where it ends the scan will tell, and whether that ends it or begins it anew. */
async function isOfOpening({ tasks }: WorkerDeps, task: Task): Promise<boolean> {
  if (task.kind !== 'encode') return false
  return (await tasks.readCount(task.videoId, task.attempt))?.opening !== undefined
}

async function isExtra(deps: WorkerDeps, task: Task): Promise<boolean> {
  if (task.kind !== 'encode' || task.lane !== 'lead') return false
  return !startsInLead(await deps.plans.read(task.videoId, task.attempt), task.chunk)
}

/** Of FFmpeg's words only the beginning: they stand in a record that is read all the time. */
const longestReason = 300

/** Makes the video without a copied rung, where it has one; the record says why. */
async function beginWithoutLane(
  deps: WorkerDeps,
  task: Task,
  { detail, message }: MillraceError,
): Promise<boolean> {
  const plan = await deps.plans.find(task.videoId, task.attempt)
  if (!plan?.video.copyLane?.copied) return false
  const [found = ''] = (detail ?? message).split('\n', 1)
  const because = `Its packets could not be a rung: ${found.slice(0, longestReason)}.`
  return beginAgain(deps, task, { reason: 'copy', because })
}

/** The last word on a task: without it the video fails in words, unless it can do without. */
async function giveUp(deps: WorkerDeps, claimed: Claimed, error: MillraceError): Promise<void> {
  const { task, owner } = claimed
  if (isOptional(task)) {
    await commit(deps, claimed, { ...nothingDone, counted: task.kind === 'pictures' })
    await payOwed(deps, task)
    return
  }
  if (await isExtra(deps, task)) {
    // The ladder makes the same chunk: the lead only ends here.
    await deps.tasks.fail(task, owner)
    return
  }
  // Cut where the source is cut, the encoded rungs may be what fails, too.
  if (mayBeOfLane(error) && (await beginWithoutLane(deps, task, error))) return
  const tellsItself = !error.retryable || error.code === 'import-unreachable'
  const failure = !tellsItself
    ? new MillraceError('processing-failed', error.detail ? { detail: error.detail } : {})
    : error
  const { videoId } = task
  await deps.videos.fail({ videoId, attempt: attemptAtWork(task) }, failure, deps.now())
  if (task.kind === 'import') await payOwed(deps, task)
  await deps.tasks.fence(task.videoId, task.attempt)
  await deps.tasks.fail(task, owner)
}
