// A task of another FFmpeg build, met by workers without it: free for who has the build, soon and for as long as it has a worker,
// and begun anew when it has had none for the documented time, however many have met it in turn.
import { beforeAll, beforeEach, expect, inject, it } from 'vitest'
import { newCount } from '#domain/item.ts'
import type { Plan } from '#domain/plan.ts'
import type { Task } from '#domain/task.ts'
import {
  heldLeaseRetrySeconds,
  leaseSeconds,
  leasesOfAnotherBuild,
  maxReceives,
} from '#domain/timing.ts'
import { silentLog } from '#platform/log.ts'
import type { TaskMessage } from '#platform/queue.ts'
import type { Ffmpeg } from '../../transcoder/ffmpeg.ts'
import { createPlans } from '../../transcoder/plans.ts'
import { createReporter } from '../../transcoder/report.ts'
import { work } from '../../transcoder/work.ts'
import type { WorkerDeps } from '../../transcoder/worker.ts'
import { planOf } from '../domain/generators.ts'
import { createPipeline, metaOf, newVideoId, type Pipeline } from '../support/pipeline.ts'

let pipeline: Pipeline
let plan: Plan
let task: Task

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'))
})

beforeEach(async () => {
  const videoId = newVideoId()
  plan = { ...planOf({ videoId, attempt: 1, frames: 25 * 60 }), encoder: `theirs-${videoId}` }
  task = { kind: 'encode', videoId, attempt: 1, chunk: 0, lane: 'lead' }
  await pipeline.videos.create(metaOf(videoId, { state: 'processing', attempt: 1 }), null)
  await createPlans(pipeline).publish(plan)
  await pipeline.tasks.createCount(videoId, 1, newCount([], 6))
  await pipeline.tasks.create(task, pipeline.now())
})

/** One message met by a worker that has never met it before; what became of it. */
async function meet(more: Partial<TaskMessage> = {}): Promise<string[]> {
  const done: string[] = []
  const ffmpeg: Partial<Ffmpeg> = { version: async () => 'ours' }
  const deps = {
    ...pipeline,
    queue: {
      hide: async (_: TaskMessage, seconds: number) => void done.push(`hidden ${seconds}`),
      send: async ({ kind, attempt }: Task) => void done.push(`sent ${kind} ${attempt}`),
      remove: async () => void done.push('removed'),
    },
    ...{ workerId: 'w', ffmpeg, plans: createPlans(pipeline), leaseSeconds, log: silentLog },
    fault: async () => undefined,
  } as unknown as WorkerDeps
  const reporter = createReporter({ ...deps, shard: 'w' })
  const message: TaskMessage = { queue: 'fast', receipt: 'r', receives: 1, task, ...more }
  await work(deps, message, { reporter, stopping: new AbortController().signal })
  return done
}

const hiddenShortly = [`hidden ${heldLeaseRetrySeconds}`]

it('is left free, and looked at again soon, as long as its build is told of', async () => {
  for (let lease = 0; lease < 3 * leasesOfAnotherBuild; lease++) {
    await pipeline.builds.tell(plan.encoder, pipeline.now())
    expect(await meet()).toEqual(hiddenShortly)
    pipeline.clock.seconds += leaseSeconds
  }
  expect(await pipeline.tasks.read(task)).toMatchObject({ state: 'ready', claims: 0, tries: 0 })
  expect(await pipeline.videos.get(plan.videoId)).toMatchObject({ attempt: 1 })
})

it('is never met so often that it becomes a dead letter', async () => {
  await pipeline.builds.tell(plan.encoder, pipeline.now())
  expect(await meet({ receives: maxReceives / 2 })).toEqual(['sent encode 1', 'removed'])
})

it('is begun anew when nobody has told of its build for four leases, by whoever meets it then', async () => {
  await pipeline.builds.tell(plan.encoder, pipeline.now())
  pipeline.clock.seconds += leasesOfAnotherBuild * leaseSeconds - 1
  expect(await meet()).toEqual(hiddenShortly)
  pipeline.clock.seconds += 1
  expect(await meet()).toEqual(['sent inspect 2', 'removed'])
  expect(await pipeline.videos.get(plan.videoId)).toMatchObject({
    ...{ attempt: 2, begunAgain: { build: 1 } },
  })
  // Of the attempt before there may be hundreds.
  task = { ...task, chunk: 1 } as Task
  await pipeline.tasks.create(task, pipeline.now())
  expect(await meet()).toEqual(['removed'])
})

it('of a build nobody has ever told of waits as long, from the first meeting', async () => {
  expect(await meet()).toEqual(hiddenShortly)
  pipeline.clock.seconds += leasesOfAnotherBuild * leaseSeconds
  expect(await meet()).toEqual(['sent inspect 2', 'removed'])
})

it('an inspect, which is claimed before its plan is known, is given back', async () => {
  task = { kind: 'inspect', videoId: plan.videoId, attempt: 1 }
  await pipeline.tasks.create(task, pipeline.now())
  await pipeline.tasks.claim(task, 'theirs', pipeline.now())
  await pipeline.tasks.release(task, 'theirs', pipeline.now(), false)
  await pipeline.builds.tell(plan.encoder, pipeline.now())
  expect(await meet()).toEqual(hiddenShortly)
  expect(await pipeline.tasks.read(task)).toMatchObject({ state: 'ready', tries: 0 })
})

it('that is done is done, whoever has made it', async () => {
  await pipeline.tasks.claim(task, 'theirs', pipeline.now())
  await pipeline.tasks.complete(task, 'theirs', { chunks: [], counted: true })
  pipeline.clock.seconds += leaseSeconds
  expect(await meet()).toEqual(hiddenShortly)
  pipeline.clock.seconds += leasesOfAnotherBuild * leaseSeconds
  expect(await meet()).toEqual(['removed'])
})
