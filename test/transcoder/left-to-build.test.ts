// A task of another FFmpeg build that is at work: it is met again and again, and stays as if nobody had begun it.
import { beforeAll, expect, inject, it } from 'vitest'
import type { Task } from '#domain/task.ts'
import { silentLog } from '#platform/log.ts'
import type { Ffmpeg } from '../../transcoder/ffmpeg.ts'
import { createPlans } from '../../transcoder/plans.ts'
import { createReporter } from '../../transcoder/report.ts'
import { work } from '../../transcoder/work.ts'
import type { WorkerDeps } from '../../transcoder/worker.ts'
import { planOf } from '../domain/generators.ts'
import { createPipeline, metaOf, newVideoId, type Pipeline } from '../support/pipeline.ts'

let pipeline: Pipeline

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'))
})

it('is not what is buried for having been begun too often', async () => {
  const videoId = newVideoId()
  await pipeline.videos.create(metaOf(videoId, { state: 'processing', attempt: 1 }), null)
  await createPlans(pipeline).publish(planOf({ videoId, attempt: 1, frames: 25 * 60 }))
  await pipeline.tasks.createCount(videoId, 1, {
    ...{ tasksLeft: 6, live: true, version: 0, seconds: {}, firstPicture: false },
    ...{ firstSound: false, poster: false, storyboard: false, mp4: false },
  })
  const task: Task = { kind: 'encode', videoId, attempt: 1, chunk: 0, lane: 'lead' }
  await pipeline.tasks.create(task, pipeline.now())
  const ffmpeg: Partial<Ffmpeg> = { version: async () => 'another' }
  const deps = {
    ...pipeline,
    ...{ workerId: 'w', ffmpeg, plans: createPlans(pipeline), leaseSeconds: 30, log: silentLog },
    otherBuilds: { isAbandoned: () => false },
    fault: async () => undefined,
  } as unknown as WorkerDeps
  const reporter = createReporter({ ...deps, shard: 'w' })
  for (let time = 0; time < 6; time++) {
    await pipeline.queue.send(task)
    const [message] = await pipeline.queue.receive('fast', { max: 1, waitSeconds: 1 })
    if (!message) throw new Error('no message')
    await work(deps, message, { reporter, stopping: new AbortController().signal })
  }
  expect(await pipeline.tasks.read(task)).toMatchObject({ state: 'ready', claims: 0, tries: 0 })
})
