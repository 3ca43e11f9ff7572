// What ends in a dead-letter queue: work that was begun again and again and never done. Fails the video in words, unless it can
// do without that work or somebody is still at it. May be told of one message any number of times.
import { randomUUID } from 'node:crypto'
import { isWanted } from '#domain/attempts.ts'
import { errorFacts, toMillraceError } from '#domain/errors.ts'
import { metricNames } from '#domain/metrics.ts'
import { isOptional, readTask, type Task } from '#domain/task.ts'
import type { Log } from '#platform/log.ts'
import type { Metrics } from '#platform/metrics.ts'
import type { TaskQueue } from '#platform/queue.ts'
import type { Tasks } from '#platform/tasks.ts'
import type { Videos } from '#platform/videos.ts'

export interface DeadLetterDeps {
  videos: Videos
  tasks: Tasks
  queue: TaskQueue
  log: Log
  /** Where there is somebody to watch them. */
  metrics?: Metrics
  /** Epoch seconds. */
  now(): number
}

/** A task that was begun this often and never done ends whoever begins it. */
const begunOften = 5

export type Buried =
  | 'sent-again'
  /** Not a task, a video that is final or gone, a task that is done, or one a worker holds right now. */
  | 'ignored'
  /** The video goes on without it. */
  | 'done-without'
  | 'failed'

const failure = {
  code: 'processing-failed',
  message: errorFacts['processing-failed'].message,
} as const

export async function bury(deps: DeadLetterDeps, body: string): Promise<Buried> {
  const task = readDead(deps, body)
  if (!task || task.kind === 'sweep') return 'ignored'
  const { videoId, attempt } = task
  const [meta, record] = await Promise.all([deps.videos.get(videoId), deps.tasks.read(task)])
  if (!meta || !isWanted(task, meta)) return 'ignored'
  if (record?.state === 'done' || record?.state === 'failed') return 'ignored'
  // Its message was met again and again while one worker held it: the lease decides, and the reaper when it runs out.
  const held = record?.state === 'leased' && (record.leaseUntil ?? 0) >= deps.now()
  if (held) return 'ignored'
  // Handed back again and again by busy workers, begun by hardly any (who may have been killed): it only needs more time.
  if (record && record.claims < begunOften) {
    await deps.queue.send(task)
    return 'sent-again'
  }
  if (isOptional(task)) return doWithout(deps, task)
  const ended = await deps.videos.fail({ videoId, attempt: meta.attempt }, failure, deps.now())
  if (ended === 'ignored') return 'ignored'
  await deps.tasks.fence(videoId, attempt)
  if (ended === 'plays-on') return 'done-without'
  // What it has fetched is of no use to anybody.
  if (task.kind === 'import') await deps.queue.send({ kind: 'sweep', videoId, attempt })
  deps.metrics?.put(metricNames.videosBuried, 1)
  deps.log.error('a video failed in the dead-letter queue', { video: videoId, task: task.kind })
  return 'failed'
}

function readDead(deps: DeadLetterDeps, body: string): Task | null {
  try {
    return readTask(body)
  } catch (thrown) {
    const { code, detail } = toMillraceError(thrown)
    deps.log.error('an unreadable message in the dead-letter queue', { code, detail })
    return null
  }
}

/** Completed with nothing, so that `finish` does not wait for it for ever. */
async function doWithout(deps: DeadLetterDeps, task: Task): Promise<Buried> {
  const { videoId, attempt } = task
  const owner = `dead-letter.${randomUUID()}`
  const claim = await deps.tasks.claim(task, owner, deps.now())
  if (claim.outcome !== 'claimed') return 'ignored'
  const counted = task.kind !== 'mp4'
  const completed = await deps.tasks.complete(task, owner, { chunks: [], counted })
  if (completed.outcome !== 'done') return 'ignored'
  const count = await deps.tasks.readCount(videoId, attempt)
  if (counted && count?.live && count.tasksLeft <= 0) {
    await deps.queue.send({ kind: 'finish', videoId, attempt })
  }
  deps.log.warn('a video goes on without', { video: videoId, task: task.kind })
  return 'done-without'
}
