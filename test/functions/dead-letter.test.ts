// Dead letters: a video that cannot go on fails in words, one that can goes on, and nobody at work is disturbed.
import { beforeAll, beforeEach, expect, inject, it } from 'vitest'
import type { Count, Meta } from '#domain/item.ts'
import { type Task, writeTask } from '#domain/task.ts'
import { bury } from '../../functions/dead-letter/dead-letter.ts'
import { createPipeline, metaOf, newVideoId, type Pipeline } from '../support/pipeline.ts'

let pipeline: Pipeline

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'))
})
beforeEach(() => pipeline.purge())

const count: Count = {
  tasksLeft: 1,
  live: true,
  version: 0,
  seconds: {},
  firstPicture: false,
  firstSound: false,
  poster: false,
  storyboard: false,
  mp4: false,
}

async function create(changes: Partial<Meta> = {}): Promise<string> {
  const videoId = newVideoId()
  const meta = metaOf(videoId, { state: 'processing', attempt: 1, ...changes })
  await pipeline.videos.create(meta, null)
  await pipeline.tasks.createCount(videoId, 1, count)
  return videoId
}

const encode = (videoId: string): Task => ({
  kind: 'encode',
  videoId,
  attempt: 1,
  chunk: 0,
  lane: 'ladder',
})
const recorded = async (task: Task) => {
  await pipeline.tasks.create(task, pipeline.now())
  return task
}
const stateOf = async (videoId: string) => (await pipeline.videos.get(videoId))?.state

it('fails the video in words, fences it, and says so once', async () => {
  const videoId = await create()
  const body = writeTask(await recorded(encode(videoId)))
  expect(await bury(pipeline, body)).toBe('failed')
  expect(await bury(pipeline, body)).toBe('ignored')
  expect(await pipeline.videos.get(videoId)).toMatchObject({
    state: 'failed',
    failure: { code: 'processing-failed', message: expect.stringMatching(/\.$/) },
  })
  expect((await pipeline.tasks.readCount(videoId, 1))?.live).toBe(false)
})

it('an inspect fails a video that is only queued', async () => {
  const videoId = newVideoId()
  await pipeline.videos.create(metaOf(videoId, { state: 'queued', attempt: 1 }), null)
  const inspect: Task = { kind: 'inspect', videoId, attempt: 1 }
  expect(await bury(pipeline, writeTask(inspect))).toBe('failed')
})

it('leaves a task alone that is done, or held by a worker', async () => {
  const videoId = await create()
  const task = await recorded(encode(videoId))
  await pipeline.tasks.claim(task, 'worker', pipeline.now())
  expect(await bury(pipeline, writeTask(task))).toBe('ignored')
  await pipeline.tasks.complete(task, 'worker', { chunks: [], counted: false })
  expect(await bury(pipeline, writeTask(task))).toBe('ignored')
  expect(await stateOf(videoId)).toBe('processing')
})

it('a lease that ran out long ago protects nobody', async () => {
  const videoId = await create()
  const task = await recorded(encode(videoId))
  await pipeline.tasks.claim(task, 'worker', pipeline.now() - 1000)
  expect(await bury(pipeline, writeTask(task))).toBe('failed')
})

it('pictures are done without, and finish follows', async () => {
  const videoId = await create()
  const task = await recorded({ kind: 'pictures', videoId, attempt: 1 })
  expect(await bury(pipeline, writeTask(task))).toBe('done-without')
  expect(await stateOf(videoId)).toBe('processing')
  expect((await pipeline.tasks.readCount(videoId, 1))?.tasksLeft).toBe(0)
  expect(await pipeline.drain('fast')).toEqual([{ kind: 'finish', videoId, attempt: 1 }])
})

it('the MP4 of a ready video is done without', async () => {
  const videoId = await create({ state: 'ready', liveAttempt: 1 })
  const task = await recorded({ kind: 'mp4', videoId, attempt: 1 })
  expect(await bury(pipeline, writeTask(task))).toBe('done-without')
  expect((await pipeline.tasks.readCount(videoId, 1))?.tasksLeft).toBe(1)
  expect(await stateOf(videoId)).toBe('ready')
})

it('a re-run that fails does not take away what plays', async () => {
  const videoId = await create({ state: 'ready', attempt: 2, liveAttempt: 1 })
  await pipeline.tasks.createCount(videoId, 2, count)
  const task = await recorded({ ...encode(videoId), attempt: 2 })
  expect(await bury(pipeline, writeTask(task))).toBe('done-without')
  expect(await stateOf(videoId)).toBe('ready')
  expect((await pipeline.tasks.readCount(videoId, 2))?.live).toBe(false)
  expect((await pipeline.tasks.readCount(videoId, 1))?.live).toBe(true)
})

it.each(['', 'not JSON', '{"kind":"dance"}'])('%j is not a task', async body => {
  expect(await bury(pipeline, body)).toBe('ignored')
})

it('of a video that is gone, or of an earlier attempt, is nothing', async () => {
  expect(await bury(pipeline, writeTask(encode(newVideoId())))).toBe('ignored')
  const videoId = await create({ attempt: 2 })
  expect(await bury(pipeline, writeTask(encode(videoId)))).toBe('ignored')
  const sweep: Task = { kind: 'sweep', videoId, attempt: 2 }
  expect(await bury(pipeline, writeTask(sweep))).toBe('ignored')
  expect(await stateOf(videoId)).toBe('processing')
})
