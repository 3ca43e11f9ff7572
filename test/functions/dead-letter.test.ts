// Dead letters: a video that cannot go on fails in words, one that can goes on, and nobody at work is disturbed.
import { beforeAll, beforeEach, expect, inject, it } from 'vitest'
import type { Count, Meta } from '#domain/item.ts'
import { sourceKey } from '#domain/keys.ts'
import { type EncodeTask, type QueueName, type Task, writeTask } from '#domain/task.ts'
import { bury } from '../../functions/dead-letter/dead-letter.ts'
import { sweep } from '../../transcoder/sweep.ts'
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

const encode = (videoId: string): EncodeTask => ({
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
/** Begun as often as a worker may die over it, and given back each time. */
const begunOften = async (task: Task) => {
  await recorded(task)
  for (let begun = 0; begun < 5; begun++) await beginAndRelease(task)
  return task
}
const beginAndRelease = async (task: Task) => {
  const claim = await pipeline.tasks.claim(task, 'worker', pipeline.now())
  expect(claim.outcome).toBe('claimed')
  expect(await pipeline.tasks.release(task, 'worker', pipeline.now(), false)).not.toBeNull()
}
const stateOf = async (videoId: string) => (await pipeline.videos.get(videoId))?.state

it('fails the video in words, fences it, and says so once', async () => {
  const videoId = await create()
  const body = writeTask(await begunOften(encode(videoId)))
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

it('an import that ends its workers fails a video that has no file yet', async () => {
  const videoId = newVideoId()
  const key = sourceKey(videoId)
  const upload = { key, uploadId: await pipeline.multipart.create(key, 'video/mp4') }
  const source = { ...upload, sizeBytes: 0 }
  await pipeline.videos.create(metaOf(videoId, { source }), null)
  const task: Task = { kind: 'import', videoId, attempt: 1, lane: 'fast' }
  await recorded(task)
  expect(await bury(pipeline, writeTask(task))).toBe('sent-again')
  await begunOften(task)
  expect(await bury(pipeline, writeTask({ ...task, lane: 'bulk' }))).toBe('failed')
  expect(await stateOf(videoId)).toBe('failed')
  const [swept] = await pipeline.drain('bulk')
  expect(swept).toEqual({ kind: 'sweep', videoId, attempt: 1 })
  await sweep({ ...pipeline, conversions: null }, { kind: 'sweep', videoId, attempt: 1 })
  expect(await pipeline.multipart.listParts(upload)).toBeNull()
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

it('a worker that was killed over a task once does not end it', async () => {
  const videoId = await create()
  const task = await recorded(encode(videoId))
  await pipeline.tasks.claim(task, 'worker', pipeline.now() - 1000)
  expect(await bury(pipeline, writeTask(task))).toBe('sent-again')
  expect(await stateOf(videoId)).toBe('processing')
})

it('a lease that ran out long ago protects nobody', async () => {
  const videoId = await create()
  const task = await begunOften(encode(videoId))
  await pipeline.tasks.claim(task, 'worker', pipeline.now() - 1000)
  expect(await bury(pipeline, writeTask(task))).toBe('failed')
})

it.each<[string, QueueName, (videoId: string) => Task]>([
  ['the ladder', 'bulk', encode],
  ['the lead', 'fast', videoId => ({ ...encode(videoId), lane: 'lead' })],
  ['pictures', 'fast', videoId => ({ kind: 'pictures', videoId, attempt: 1 })],
  ['the MP4', 'bulk', videoId => ({ kind: 'mp4', videoId, attempt: 1 })],
])('%s begun fewer than five times goes back to %s, once', async (_, queue, taskOf) => {
  const videoId = await create()
  const task = await recorded(taskOf(videoId))
  const other = queue === 'fast' ? 'bulk' : 'fast'
  for (let begun = 0; begun < 5; begun++) {
    expect(await bury(pipeline, writeTask(task))).toBe('sent-again')
    expect([await pipeline.drain(queue), await pipeline.drain(other)]).toEqual([[task], []])
    expect(await pipeline.tasks.read(task)).toMatchObject({ state: 'ready', claims: begun })
    expect(await stateOf(videoId)).toBe('processing')
    await beginAndRelease(task)
  }
  expect(await bury(pipeline, writeTask(task))).not.toBe('sent-again')
  expect(await pipeline.drain(queue)).not.toContainEqual(task)
})

it('pictures are done without, and finish follows', async () => {
  const videoId = await create()
  const task = await begunOften({ kind: 'pictures', videoId, attempt: 1 })
  expect(await bury(pipeline, writeTask(task))).toBe('done-without')
  expect(await stateOf(videoId)).toBe('processing')
  expect((await pipeline.tasks.readCount(videoId, 1))?.tasksLeft).toBe(0)
  expect(await pipeline.drain('fast')).toEqual([{ kind: 'finish', videoId, attempt: 1 }])
})

it('the MP4 of a ready video is done without', async () => {
  const videoId = await create({ state: 'ready', liveAttempt: 1 })
  const task = await begunOften({ kind: 'mp4', videoId, attempt: 1 })
  expect(await bury(pipeline, writeTask(task))).toBe('done-without')
  expect((await pipeline.tasks.readCount(videoId, 1))?.tasksLeft).toBe(1)
  expect(await stateOf(videoId)).toBe('ready')
})

it('a re-run that fails does not take away what plays', async () => {
  const videoId = await create({ state: 'ready', attempt: 2, liveAttempt: 1 })
  await pipeline.tasks.createCount(videoId, 2, count)
  const task = await begunOften({ ...encode(videoId), attempt: 2 })
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
