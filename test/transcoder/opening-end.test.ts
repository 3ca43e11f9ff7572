// A chunk of an opening that the film does not reach: where a film ends only its scan can tell, so the video fails of it no
// earlier than the whole is known.
import { beforeAll, expect, inject, it } from 'vitest'
import { newCount } from '#domain/item.ts'
import type { Task } from '#domain/task.ts'
import type { Ffmpeg } from '../../transcoder/ffmpeg.ts'
import { createPlans } from '../../transcoder/plans.ts'
import { planOf } from '../domain/generators.ts'
import { createPipeline, metaOf, newVideoId, type Pipeline } from '../support/pipeline.ts'
import { scriptedWorker, workOnce } from '../support/scripted-worker.ts'

let pipeline: Pipeline

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'))
})

/** An FFmpeg that reads to the end of the source and finds no picture there. */
const endsEarly = (encoder: string): Partial<Ffmpeg> => ({
  version: async () => encoder,
  run: async () => ({ stdout: '', stderr: '', cpuSeconds: 0 }),
})

it('fails the video once the whole is planned, and not before', async () => {
  const videoId = newVideoId()
  const plan = planOf({ videoId, attempt: 1, frames: 25 * 300, demuxer: 'matroska' })
  await pipeline.videos.create(metaOf(videoId, { state: 'processing', attempt: 1 }), null)
  await createPlans(pipeline).publishOpening(plan)
  await pipeline.tasks.createCount(videoId, 1, { ...newCount([], 6), opening: 6 })
  const task: Task = { kind: 'encode', videoId, attempt: 1, chunk: 4, lane: 'lead' }
  await pipeline.tasks.create(task, pipeline.now())
  const deps = scriptedWorker(pipeline, { ffmpeg: endsEarly(plan.encoder) })
  const tryIt = () => workOnce(pipeline, deps, task)
  await tryIt()
  expect(await pipeline.videos.get(videoId)).toMatchObject({ state: 'processing' })
  expect(await pipeline.tasks.read(task)).toMatchObject({ state: 'ready', tries: 0 })
  await pipeline.tasks.countWhole(videoId, 1, 100)
  await tryIt()
  expect(await pipeline.videos.get(videoId)).toMatchObject({
    ...{ state: 'failed', failure: { code: 'source-truncated' } },
  })
})
