// What an inspect asks the store for before it looks at its source: nothing the first time, which a viewer may wait for; an
// earlier try's plans afterwards.
import { beforeAll, expect, inject, it } from 'vitest'
import { MillraceError } from '#domain/errors.ts'
import { openingKey, planKey } from '#domain/keys.ts'
import type { Task } from '#domain/task.ts'
import { createPlans } from '../../transcoder/plans.ts'
import { createPipeline, metaOf, newVideoId, type Pipeline } from '../support/pipeline.ts'
import { scriptedWorker, workOnce } from '../support/scripted-worker.ts'

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
  const deps = scriptedWorker(pipeline, {
    ...{ source, ffmpeg, plans: createPlans({ source }), engine: 'ffmpeg', readFirstBytes: 1e8 },
  })
  const tryIt = async () => {
    await workOnce(pipeline, deps, task)
    return [...asked]
  }
  expect(await tryIt()).toEqual([])
  expect(await tryIt()).toEqual([planKey(videoId, 1), openingKey(videoId, 1)])
  expect(await pipeline.tasks.read(task)).toMatchObject({ state: 'ready', claims: 2, tries: 0 })
})
