// What an inspect asks the store for before it looks at its source: nothing the first time, which a viewer may wait for; an
// earlier try's plans afterwards.
import { beforeAll, expect, inject, it } from 'vitest'
import { MillraceError } from '#domain/errors.ts'
import { openingKey, planKey } from '#domain/keys.ts'
import type { Task } from '#domain/task.ts'
import { silentLog } from '#platform/log.ts'
import { createPlans } from '../../transcoder/plans.ts'
import { createReporter } from '../../transcoder/report.ts'
import { work } from '../../transcoder/work.ts'
import type { WorkerDeps } from '../../transcoder/worker.ts'
import { createPipeline, metaOf, newVideoId, type Pipeline } from '../support/pipeline.ts'

let pipeline: Pipeline

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'))
})

it('for no plan the first time, for both afterwards', async () => {
  const videoId = newVideoId()
  await pipeline.videos.create(metaOf(videoId, { state: 'queued', attempt: 1 }), null)
  const task: Task = { kind: 'inspect', videoId, attempt: 1 }
  await pipeline.tasks.create(task, pipeline.now())
  const asked = new Set<string>()
  const source = {
    ...pipeline.source,
    readText: (key: string) => {
      asked.add(key)
      return pipeline.source.readText(key)
    },
    head: async () => {
      throw new MillraceError('store-unavailable')
    },
  }
  const ffmpeg = { version: async () => 'build' }
  const deps = {
    ...pipeline,
    ...{ workerId: 'w', source, ffmpeg, plans: createPlans({ source }), engine: 'ffmpeg' },
    ...{ leaseSeconds: 30, readFirstBytes: 1e8, log: silentLog, fault: async () => undefined },
  } as unknown as WorkerDeps
  const reporter = createReporter({ ...deps, shard: 'w' })
  const tryIt = async () => {
    await pipeline.queue.send(task)
    const [message] = await pipeline.queue.receive('fast', { max: 1, waitSeconds: 1 })
    if (!message) throw new Error('no message')
    await work(deps, message, { reporter, stopping: new AbortController().signal })
    return [...asked]
  }
  expect(await tryIt()).toEqual([])
  expect(await tryIt()).toEqual([planKey(videoId, 1), openingKey(videoId, 1)])
  expect(await pipeline.tasks.read(task)).toMatchObject({ state: 'ready', claims: 2, tries: 0 })
})
