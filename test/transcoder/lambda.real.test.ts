// The fast lane alone makes a video that can be watched: picture, sound and poster from its start, before any container has
// begun; a container then finishes what the lane has begun.
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import type { Task } from '#domain/task.ts'
import { makeSource, mediaFolder } from '../support/media.ts'
import { createPipeline, newVideoId, type Pipeline } from '../support/pipeline.ts'
import { createQueueTrigger } from '../support/queue-trigger.ts'
import {
  isReadyWithMp4,
  orphans,
  queueSource,
  startTranscoder,
  taskRecords,
  transcoderEnvironment,
  until,
  untilIdle,
} from '../support/transcoder.ts'

const folder = mediaFolder()
let pipeline: Pipeline
let deliver: ReturnType<typeof createQueueTrigger>['deliver']

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'))
  Object.assign(process.env, transcoderEnvironment(pipeline))
  const { handler } = await import('../../transcoder/lambda.ts')
  deliver = createQueueTrigger(pipeline, handler).deliver
})
afterAll(folder.remove)

/** Two environments of the function, until the queue has nothing left. */
async function runLane(): Promise<void> {
  const environment = async () => {
    for (;;) {
      const outcome = await deliver()
      const { waiting, running } = await pipeline.queue.depth('fast')
      if (outcome === null && waiting + running === 0) return
      if (outcome === null) await wait(50)
    }
  }
  await Promise.all([environment(), environment()])
}

it('leaves an import to the containers, whose time is not limited', async () => {
  const task: Task = { kind: 'import', videoId: newVideoId(), attempt: 1, lane: 'fast' }
  await pipeline.queue.send(task)
  await runLane()
  expect(await pipeline.drain('bulk')).toEqual([{ ...task, lane: 'bulk' }])
})

it('begins a video, and a container takes over', async () => {
  const clip = await makeSource(join(folder.path, 'clip.mp4'), [
    ...['-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=12:duration=14'],
    ...['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000:duration=14'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '24', '-pix_fmt', 'yuv420p'],
    ...['-c:a', 'aac'],
  ])
  const videoId = await queueSource(pipeline, clip)
  await runLane()
  const records = await pipeline.videos.records(videoId)
  expect(records?.count).toMatchObject({ firstPicture: true, firstSound: true, poster: true })
  const made = (await pipeline.chunks.list(videoId, 1)).map(({ track, index }) => [track, index])
  const chunks = [0, 1, 2, 3].map(chunk => ['240p', chunk])
  expect(made).toEqual(expect.arrayContaining([...chunks, ['audio0', 0]]))
  expect(made.some(([track]) => track === '360p')).toBe(false)

  const container = startTranscoder(pipeline)
  try {
    await until(pipeline, videoId, isReadyWithMp4)
    await untilIdle(pipeline)
  } finally {
    await container.stop()
  }
  expect(await orphans(pipeline, videoId)).toEqual([])
  const tasks = await taskRecords(pipeline, videoId)
  expect(tasks.map(({ state, tries, claims }) => [state, tries, claims])).toEqual(
    tasks.map(() => ['done', 0, 1]),
  )
})
