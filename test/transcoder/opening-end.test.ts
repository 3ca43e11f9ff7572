// A chunk of an opening that the film does not reach: where a film ends only its scan can tell, so the video fails of it no
// earlier than the whole is known.
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

/** An FFmpeg that reads to the end of the source and finds no picture there. */
function endsEarly(encoder: string): WorkerDeps {
  const ffmpeg: Partial<Ffmpeg> = {
    version: async () => encoder,
    run: async () => ({ stdout: '', stderr: '', cpuSeconds: 0 }),
  }
  return {
    ...pipeline,
    ...{ workerId: 'w', ffmpeg, plans: createPlans(pipeline), leaseSeconds: 30, log: silentLog },
    sources: { open: () => ({ url: 'http://127.0.0.1/', failure: () => null, close() {} }) },
    scratch: { use: (within: (folder: string) => unknown) => within('.') },
    fault: async () => undefined,
  } as unknown as WorkerDeps
}

it('fails the video once the whole is planned, and not before', async () => {
  const videoId = newVideoId()
  const plan = planOf({ videoId, attempt: 1, frames: 25 * 300, demuxer: 'matroska' })
  await pipeline.videos.create(metaOf(videoId, { state: 'processing', attempt: 1 }), null)
  await createPlans(pipeline).publishOpening(plan)
  await pipeline.tasks.createCount(videoId, 1, {
    ...{ tasksLeft: 6, opening: 6, live: true, version: 0, seconds: {}, firstPicture: false },
    ...{ firstSound: false, poster: false, storyboard: false, mp4: false },
  })
  const task: Task = { kind: 'encode', videoId, attempt: 1, chunk: 4, lane: 'lead' }
  await pipeline.tasks.create(task, pipeline.now())
  const deps = endsEarly(plan.encoder)
  const reporter = createReporter({ ...deps, shard: 'w' })
  const tryIt = async () => {
    await pipeline.queue.send(task)
    const [message] = await pipeline.queue.receive('fast', { max: 1, waitSeconds: 1 })
    if (!message) throw new Error('no message')
    await work(deps, message, { reporter, stopping: new AbortController().signal })
  }
  await tryIt()
  expect(await pipeline.videos.get(videoId)).toMatchObject({ state: 'processing' })
  expect(await pipeline.tasks.read(task)).toMatchObject({ state: 'ready', tries: 0 })
  await pipeline.tasks.countWhole(videoId, 1, 100)
  await tryIt()
  expect(await pipeline.videos.get(videoId)).toMatchObject({
    ...{ state: 'failed', failure: { code: 'source-truncated' } },
  })
})
