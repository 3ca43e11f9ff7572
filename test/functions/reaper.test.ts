// The reaper: lost messages come back, dead uploads go, deletions go on, and nothing is done twice that matters.
import { beforeEach, describe, expect, inject, it } from 'vitest'
import type { Count } from '#domain/item.ts'
import { metaKey, toMetaItem } from '#domain/item.ts'
import { sourceKey } from '#domain/keys.ts'
import { dueIndex, duePartition } from '#domain/table-facts.ts'
import type { Task } from '#domain/task.ts'
import { reap } from '../../functions/reaper/reap.ts'
import { createPipeline, metaOf, newVideoId, type Pipeline } from '../support/pipeline.ts'

let pipeline: Pipeline

/** A table of its own for each test: the reaper looks at all that is due. */
beforeEach(async () => {
  pipeline = await createPipeline(inject('ministack'))
})

const nothing = { resent: 0, cleared: 0, finished: 0, abandoned: 0, swept: 0, ended: 0, failed: 0 }
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

async function atWork(): Promise<{ videoId: string; task: Task }> {
  const videoId = newVideoId()
  await pipeline.videos.create(metaOf(videoId, { state: 'processing', attempt: 1 }), null)
  await pipeline.tasks.createCount(videoId, 1, count)
  const task: Task = { kind: 'encode', videoId, attempt: 1, chunk: 3, lane: 'ladder' }
  await pipeline.tasks.create(task, pipeline.now())
  return { videoId, task }
}

const later = (seconds: number) => {
  pipeline.clock.seconds += seconds
}

describe('a task', () => {
  it('nobody has begun for half an hour is sent again, and again half an hour later', async () => {
    const { task } = await atWork()
    later(29 * 60)
    expect(await reap(pipeline)).toEqual(nothing)
    later(2 * 60)
    expect(await reap(pipeline)).toEqual({ ...nothing, resent: 1 })
    expect(await reap(pipeline)).toEqual(nothing)
    later(31 * 60)
    expect(await reap(pipeline)).toEqual({ ...nothing, resent: 1 })
    expect(await pipeline.drain('bulk')).toEqual([task, task])
  })

  it('whose worker is gone is sent again a minute after its lease', async () => {
    const { task } = await atWork()
    await pipeline.tasks.claim(task, 'worker', pipeline.now())
    later(85)
    expect(await reap(pipeline)).toEqual(nothing)
    later(10)
    expect(await reap(pipeline)).toEqual({ ...nothing, resent: 1 })
    expect((await pipeline.tasks.claim(task, 'another', pipeline.now())).outcome).toBe('claimed')
  })

  it('whose worker lives is left alone', async () => {
    const { task } = await atWork()
    await pipeline.tasks.claim(task, 'worker', pipeline.now())
    for (let i = 0; i < 20; i++) {
      later(10)
      expect(await pipeline.tasks.renew(task, 'worker', pipeline.now())).toBe(true)
      expect(await reap(pipeline)).toEqual(nothing)
    }
  })

  it('that is done is never due', async () => {
    const { task } = await atWork()
    await pipeline.tasks.claim(task, 'worker', pipeline.now())
    await pipeline.tasks.complete(task, 'worker', { chunks: [], counted: true })
    later(10_000)
    expect(await reap(pipeline)).toEqual(nothing)
  })

  it('of a failed, cancelled or vanished video is taken off the list', async () => {
    const failed = await atWork()
    const cancelled = await atWork()
    const vanished = await atWork()
    await pipeline.videos.step(failed.videoId, 'failed')
    await pipeline.tasks.fence(cancelled.videoId, 1)
    await pipeline.videos.removeMeta(vanished.videoId)
    later(3600)
    expect(await reap(pipeline)).toEqual({ ...nothing, cleared: 3 })
    expect(await reap(pipeline)).toEqual(nothing)
    expect(await pipeline.drain('bulk')).toEqual([])
  })
})

describe('an upload', () => {
  async function begin(): Promise<string> {
    const videoId = newVideoId()
    const key = sourceKey(videoId)
    const uploadId = await pipeline.multipart.create(key, 'video/mp4')
    const source = { key, sizeBytes: 4, uploadId }
    const dueAt = pipeline.now() + 7 * 24 * 3600
    await pipeline.videos.create(metaOf(videoId, { source, dueAt }), null)
    return videoId
  }

  it('nobody completes for seven days is deleted like a video', async () => {
    const videoId = await begin()
    later(7 * 24 * 3600 - 10)
    expect(await reap(pipeline)).toEqual(nothing)
    later(20)
    expect(await reap(pipeline)).toEqual({ ...nothing, abandoned: 1 })
    expect(await pipeline.videos.get(videoId)).toMatchObject({
      state: 'deleting',
      dueAt: pipeline.clock.seconds + 900,
    })
    expect(await pipeline.drain('bulk')).toEqual([{ kind: 'sweep', videoId, attempt: 1 }])
  })

  it('that is whole after all is handed over instead', async () => {
    const videoId = await begin()
    await pipeline.source.put(sourceKey(videoId), 'data', { contentType: 'video/mp4' })
    later(7 * 24 * 3600 + 10)
    expect(await reap(pipeline)).toEqual({ ...nothing, finished: 1 })
    expect((await pipeline.videos.get(videoId))?.state).toBe('queued')
    expect(await pipeline.drain('fast')).toEqual([{ kind: 'inspect', videoId, attempt: 1 }])
  })
})

it('a deletion is swept again once its time has come, until the video is gone', async () => {
  const { videoId } = await atWork()
  await pipeline.videos.step(videoId, 'deleting', { dueAt: pipeline.now() + 900 })
  later(890)
  expect(await reap(pipeline)).toEqual(nothing)
  later(20)
  expect(await reap(pipeline)).toEqual({ ...nothing, swept: 1 })
  expect(await reap(pipeline)).toEqual({ ...nothing, swept: 1 })
  await pipeline.videos.removeMeta(videoId)
  await pipeline.videos.removeRecords(videoId)
  expect(await reap(pipeline)).toEqual(nothing)
})

it('a record of no known form keeps nobody else waiting', async () => {
  const { task } = await atWork()
  const broken = newVideoId()
  await pipeline.table.create({
    ...toMetaItem(metaOf(broken)),
    state: 'melted',
    [dueIndex.partition]: duePartition,
    [dueIndex.sort]: 1,
  })
  later(3600)
  expect(await reap(pipeline)).toEqual({ ...nothing, resent: 1 })
  expect(await pipeline.drain('bulk')).toEqual([task])
  expect(await pipeline.table.get(metaKey(broken))).toBeDefined()
})

it('says what it has done in metrics, also when there was nothing', async () => {
  const put: [string, number][] = []
  const metrics = { put: (name: string, value: number) => void put.push([name, value]) }
  await reap({ ...pipeline, metrics })
  expect(Object.fromEntries(put)).toEqual({ TasksResent: 0, ReapFailures: 0, OverdueSeconds: 0 })
})
