// The queue of uploads: takes files in, runs the engine for a few at a time, and carries out pause, resume, retry and cancel.
import { computed, signal } from '@preact/signals'
import { fileFingerprint } from '#domain/parts.ts'
import type { VideoView } from '#domain/video.ts'
import type { Api } from '../api/client.ts'
import { Problem, toProblem } from '../api/problem.ts'
import { forward } from '../progress/bar.ts'
import { createPace } from '../progress/pace.ts'
import { type EngineDeps, forgetsPlan, uploadFile } from './engine.ts'
import {
  canCancel,
  canMove,
  canPause,
  canResume,
  canRetry,
  canSendAnyway,
  freshView,
  isRunning,
  isWaitedOut,
  type JobView,
  type MediaFacts,
  type UploadJob,
} from './job.ts'
import { moveTo } from './order.ts'
import { persist, type Trouble } from './patience.ts'
import { sentBytes } from './plan.ts'
import type { SourceFile } from './send-parts.ts'
import { totalOf } from './total.ts'
import type { UnfinishedList } from './unfinished.ts'

/** Two, so that the end of one file (its last part, «complete») does not leave the line idle. */
const filesAtOnce = 2
const rateWindowSeconds = 8
/** The screen is told this often at most: nobody reads faster, and every telling is drawn. */
const tellEveryMs = 500
const rememberEveryMs = 3_000

export interface QueueDeps extends EngineDeps {
  api: EngineDeps['api'] & Pick<Api, 'abortUpload'>
  unfinished: Pick<UnfinishedList, 'remember' | 'forget'>
  /** Resolves to how to let go of a file, or null when another tab is sending it. */
  claim(fingerprint: string): Promise<(() => void) | null>
  nowMs(): number
  /** What is wrong with a file that can be known before it is sent, or null. Never rejects. */
  inspect(file: SourceFile): Promise<Problem | null>
  /** How long it is and how large its picture, where the browser can tell. Never rejects. */
  readFacts(file: SourceFile): Promise<MediaFacts | null>
  onUploaded(view: VideoView, file: SourceFile): void
  /** It stopped, and goes on only when the person does something. */
  onFailed(file: SourceFile, problem: Problem): void
}

export type UploadQueue = ReturnType<typeof createQueue>

export function createQueue(deps: QueueDeps) {
  const jobs = signal<readonly UploadJob[]>([])
  const rate = signal<number | null>(null)
  const running = new Map<UploadJob, { stop: AbortController; ended: Promise<void> }>()
  let lastId = 0
  /** Of all files together: what this page has sent, not what an earlier one had. */
  const pace = createPace(rateWindowSeconds)
  let sentHere = 0
  let movedAtMs = 0
  const stillFor = signal<Trouble | null>(null)

  const set = (job: UploadJob, change: Partial<JobView>) => {
    job.view.value = { ...job.view.peek(), ...change }
  }
  const remove = (job: UploadJob) => {
    jobs.value = jobs.peek().filter(other => other !== job)
  }

  function startNext() {
    for (const job of jobs.peek()) {
      if (running.size >= filesAtOnce) return
      // The engine of a job that was paused a moment ago may still be letting go; its end comes back here.
      if (job.view.peek().stage === 'waiting' && !running.has(job)) start(job)
    }
  }

  function start(job: UploadJob) {
    const stop = new AbortController()
    const ended = run(job, stop.signal).finally(() => {
      running.delete(job)
      startNext()
    })
    // Nothing ran: the time since then is no slowness.
    if (running.size === 0) pace.reset()
    movedAtMs = deps.nowMs()
    running.set(job, { stop, ended })
  }

  async function run(job: UploadJob, stopSignal: AbortSignal) {
    const { file, memory } = job
    const ownPace = createPace(rateWindowSeconds)
    let toldAt = 0
    let sentBefore: number | null = null
    let rememberedAt = 0
    set(job, { stage: 'starting', problem: null, bytesPerSecond: null, secondsLeft: null })
    const wrong = await job.checked
    if (stopSignal.aborted) return
    if (wrong) return fail(job, wrong)
    const release = await deps.claim(fileFingerprint(file))
    if (!release) return fail(job, new Problem('in-other-tab'))
    try {
      stopSignal.throwIfAborted()
      const view = await uploadFile(
        file,
        memory,
        deps,
        {
          onPlan: ({ videoId }) => {
            set(job, { videoId })
            deps.unfinished.remember(videoId, file, job.view.peek().sentBytes)
          },
          onStep: step => {
            if (!stopSignal.aborted) set(job, { stage: step })
            if (!isWaitedOut(step)) return
            ownPace.reset()
            pace.reset()
          },
          onBytes: sent => {
            if (stopSignal.aborted) return
            const now = deps.nowMs()
            ownPace.add(now / 1000, sent)
            sentHere += Math.max(0, sent - (sentBefore ?? sent))
            sentBefore = sent
            movedAtMs = now
            pace.add(now / 1000, sentHere)
            if (memory.plan && now - rememberedAt > rememberEveryMs) {
              rememberedAt = now
              // Of what is on its way nothing would be left.
              const arrived = sentBytes(file.size, memory.plan, memory.etags)
              deps.unfinished.remember(memory.plan.videoId, file, arrived)
            }
            if (now - toldAt < tellEveryMs && sent < file.size) return
            toldAt = now
            set(job, {
              sentBytes:
                file.size * forward(job.view.peek().sentBytes / file.size, sent / file.size),
              bytesPerSecond: ownPace.rate(now / 1000),
              secondsLeft: ownPace.secondsLeft(now / 1000, file.size),
            })
            rate.value = pace.rate(now / 1000)
          },
        },
        stopSignal,
      )
      deps.unfinished.forget(view.videoId)
      set(job, { stage: 'uploaded', sentBytes: file.size, videoId: view.videoId })
      deps.onUploaded(view, file)
    } catch (thrown) {
      if (stopSignal.aborted) return
      fail(job, toProblem(thrown))
    } finally {
      release()
    }
  }

  function fail(job: UploadJob, problem: Problem) {
    if (forgetsPlan(problem)) {
      if (job.memory.plan) deps.unfinished.forget(job.memory.plan.videoId)
      job.memory = { plan: null, etags: new Map() }
      set(job, { sentBytes: 0, videoId: null })
    }
    set(job, { stage: 'failed', problem, bytesPerSecond: null, secondsLeft: null })
    deps.onFailed(job.file, problem)
  }

  /** One after the other: each takes a decoder for a moment. */
  let telling = Promise.resolve()
  function look(job: UploadJob) {
    void job.checked.then(wrong => {
      if (wrong && stageOf(job) === 'waiting') return fail(job, wrong)
      telling = telling.then(async () => {
        if (jobs.peek().includes(job)) set(job, { media: await deps.readFacts(job.file) })
      })
    })
  }

  function wake(job: UploadJob) {
    set(job, { stage: 'waiting', problem: null })
    startNext()
  }

  const stageOf = (job: UploadJob) => job.view.peek().stage

  return {
    jobs,
    /** Uploads the page must not be left during. */
    runningCount: computed(() => jobs.value.filter(job => isRunning(job.view.value.stage)).length),
    /** Uploads whose parts are on their way: standing still says something of the line. */
    sendingCount: computed(
      () => jobs.value.filter(job => job.view.value.stage === 'sending').length,
    ),
    /** All of them as one, or null where there is nothing to sum up. */
    total: computed(() =>
      totalOf(jobs.value.map(({ file, view }) => ({ sizeBytes: file.size, view: view.value }))),
    ),
    /** When a byte last left, by `nowMs`. */
    movedAtMs: () => movedAtMs,
    /** Why nothing moves though the connections have not failed yet. */
    stillFor,
    /** Bytes a second of all uploads together. */
    rate,
    /** Those that may change places, in their order. */
    movable: computed(() => jobs.value.filter(job => canMove(job.view.value.stage))),
    /** Puts one that has not begun at `rank` (from 0) among those that have not. */
    move(job: UploadJob, rank: number) {
      jobs.value = moveTo(jobs.peek(), other => canMove(stageOf(other)), job, rank)
    },

    /** Adds files; one that is in the queue already goes on there. */
    add(files: readonly SourceFile[]) {
      const known = new Map(jobs.peek().map(job => [fileFingerprint(job.file), job]))
      const added: UploadJob[] = []
      for (const file of files) {
        const fingerprint = fileFingerprint(file)
        const twin = known.get(fingerprint)
        if (twin && (canResume(stageOf(twin)) || canRetry(twin.view.peek()))) {
          wake(twin)
          continue
        }
        if (twin && stageOf(twin) === 'failed') remove(twin)
        else if (twin && stageOf(twin) !== 'uploaded') continue
        lastId += 1
        const memory = { plan: null, etags: new Map() }
        const checked = deps.inspect(file)
        const job = { id: lastId, file, memory, checked, view: signal(freshView) }
        known.set(fingerprint, job)
        added.push(job)
      }
      // Once for all of them: two hundred files are one change of the list.
      if (added.length > 0) jobs.value = [...jobs.peek(), ...added]
      added.forEach(look)
      startNext()
    },
    pause(job: UploadJob) {
      if (!canPause(stageOf(job))) return
      running.get(job)?.stop.abort(new DOMException('paused', 'AbortError'))
      set(job, { stage: 'paused', bytesPerSecond: null, secondsLeft: null })
    },
    /** Goes on after a pause or a failure. */
    resume(job: UploadJob) {
      if (canResume(stageOf(job)) || canRetry(job.view.peek())) wake(job)
    },
    /** Sends what a look at its first bytes has refused. */
    sendAnyway(job: UploadJob) {
      if (!canSendAnyway(job.view.peek())) return
      job.checked = Promise.resolve(null)
      wake(job)
    },
    /** The only step that makes the server throw away what has arrived. */
    async cancel(job: UploadJob) {
      if (!canCancel(stageOf(job))) return
      set(job, { stage: 'cancelling' })
      const run = running.get(job)
      run?.stop.abort(new DOMException('cancelled', 'AbortError'))
      await run?.ended
      const { plan } = job.memory
      if (plan) {
        deps.unfinished.forget(plan.videoId)
        await persist(() => deps.api.abortUpload(plan.videoId), {
          tries: 3,
          patience: deps.patience,
          signal: new AbortController().signal,
          // Gone already is what was wanted; anything else the weekly sweep mends.
        }).catch(() => {})
      }
      remove(job)
    },
    /** Takes a finished or failed entry off the list; what the store holds stays resumable. */
    dismiss: remove,
  }
}
