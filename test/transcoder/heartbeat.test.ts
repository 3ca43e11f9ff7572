// A task at work and its message: both are kept together, given up together, and a fault of the ground is waited for longer each
// time.
import { beforeAll, beforeEach, expect, inject, it } from 'vitest'
import { MillraceError } from '#domain/errors.ts'
import { newCount } from '#domain/item.ts'
import type { Task } from '#domain/task.ts'
import { silentLog } from '#platform/log.ts'
import type { TaskMessage } from '#platform/queue.ts'
import type { Ffmpeg, RunOptions } from '../../transcoder/ffmpeg.ts'
import { createPlans } from '../../transcoder/plans.ts'
import { createReporter } from '../../transcoder/report.ts'
import { work } from '../../transcoder/work.ts'
import type { WorkerDeps } from '../../transcoder/worker.ts'
import { planOf } from '../domain/generators.ts'
import { createPipeline, metaOf, newVideoId, type Pipeline } from '../support/pipeline.ts'

/** A heartbeat each ten milliseconds. */
const leaseSeconds = 0.03
let pipeline: Pipeline
let task: Task

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'))
})

beforeEach(async () => {
  const videoId = newVideoId()
  task = { kind: 'encode', videoId, attempt: 1, chunk: 0, lane: 'lead' }
  await pipeline.videos.create(metaOf(videoId, { state: 'processing', attempt: 1 }), null)
  await createPlans(pipeline).publish(planOf({ videoId, attempt: 1, frames: 25 * 60 }))
  await pipeline.tasks.createCount(videoId, 1, newCount([], 6))
  await pipeline.tasks.create(task, pipeline.now())
})

interface Ground {
  run(options: RunOptions): Promise<never>
  hide(message: TaskMessage, seconds: number): Promise<void>
  renew?(): Promise<boolean>
}

async function workOn({ run, hide, renew }: Ground, receives = 1): Promise<void> {
  const encoder = planOf({ frames: 1 }).encoder
  const ffmpeg: Partial<Ffmpeg> = { version: async () => encoder, run }
  const deps = {
    ...pipeline,
    queue: { ...pipeline.queue, hide },
    tasks: { ...pipeline.tasks, ...(renew ? { renew } : {}) },
    ...{ workerId: 'w', ffmpeg, plans: createPlans(pipeline), leaseSeconds, log: silentLog },
    sources: { open: () => ({ url: 'http://127.0.0.1/', failure: () => null, close() {} }) },
    scratch: { use: (within: (folder: string) => unknown) => within('.') },
    fault: async () => undefined,
  } as unknown as WorkerDeps
  const reporter = createReporter({ ...deps, shard: 'w' })
  const message: TaskMessage = { queue: 'fast', receipt: 'r', receives, task }
  await work(deps, message, { reporter, stopping: new AbortController().signal })
}

/** Ends when it is told to. */
const untilStopped = ({ signal }: RunOptions) =>
  new Promise<never>((_, reject) => {
    const stop = () => reject(new MillraceError('cancelled'))
    if (signal?.aborted) stop()
    else signal?.addEventListener('abort', stop)
  })

it('stops when the lease is lost, also where the message can’t be hidden any more', async () => {
  let asked = 0
  let begun = false
  await workOn({
    run: options => {
      begun = true
      return untilStopped(options)
    },
    hide: async () => {
      throw new MillraceError('queue-unavailable', { detail: 'no such receipt' })
    },
    renew: async () => {
      if (begun) asked += 1
      return asked < 3
    },
  })
  expect(asked).toBeGreaterThanOrEqual(3)
})

it('hides the message for the wait before the next try, whatever is still under way', async () => {
  const hidden: number[] = []
  const beats = Promise.withResolvers<void>()
  await workOn({
    run: async () => {
      await beats.promise
      throw new MillraceError('encode-failed', { detail: 'ffmpeg ended with 1: ' })
    },
    hide: async (_, seconds) => {
      if (seconds === leaseSeconds) {
        beats.resolve()
        // The answer to a heartbeat comes late.
        await new Promise(done => setTimeout(done, 50))
      }
      hidden.push(seconds)
    },
  })
  expect(hidden.at(-1)).toBe(2)
  expect(hidden.indexOf(2)).toBe(hidden.length - 1)
})

it.each([
  [1, 10],
  [7, 70],
])('received %i times waits %i s for a store that does not answer', async (receives, seconds) => {
  const hidden: number[] = []
  await workOn(
    {
      run: async () => {
        throw new MillraceError('store-unavailable')
      },
      hide: async (_, seconds) => void hidden.push(seconds),
    },
    receives,
  )
  expect(hidden.at(-1)).toBe(seconds)
  expect(await pipeline.tasks.read(task)).toMatchObject({ state: 'ready', tries: 0 })
})
