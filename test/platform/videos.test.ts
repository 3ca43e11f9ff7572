// Videos in a real table: creation with their upload, legal steps under races, the owner's list, removal.
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { nextAttempt } from '#domain/attempts.ts'
import type { Count, Meta } from '#domain/item.ts'
import type { Task } from '#domain/task.ts'
import { statesBefore, videoStates } from '#domain/video.ts'
import { ratioOf } from '#domain/view.ts'
import type { Videos } from '#platform/videos.ts'
import { createPipeline, metaOf, newVideoId, type Pipeline } from '../support/pipeline.ts'

let pipeline: Pipeline
let videos: Videos

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'), { pageItems: 2 })
  videos = pipeline.videos
})

async function create(changes: Partial<Meta> = {}): Promise<Meta> {
  const meta = metaOf(newVideoId(), changes)
  expect(await videos.create(meta, null)).toBe(true)
  return meta
}

describe('creation', () => {
  const withHash = (fingerprintHash: string) => {
    const meta = metaOf(newVideoId())
    return { ...meta, source: { ...meta.source, fingerprintHash } }
  }

  it('of one id happens once', async () => {
    const meta = await create()
    expect(await videos.create({ ...meta, title: 'Another' }, null)).toBe(false)
    expect((await videos.get(meta.videoId))?.title).toBe('A clip')
  })

  it('with one fingerprint at once gives one video', async () => {
    const metas = Array.from({ length: 8 }, () => withHash('same'))
    const created = await Promise.all(metas.map(meta => videos.create(meta, null)))
    expect(created.filter(Boolean)).toHaveLength(1)
    const winner = metas[created.indexOf(true)]
    expect(await videos.findUpload('owner', 'same')).toBe(winner?.videoId)
    const stored = await Promise.all(metas.map(({ videoId }) => videos.get(videoId)))
    expect(stored.filter(Boolean)).toHaveLength(1)
  })

  it('replaces the upload it has seen, and no other', async () => {
    const [first, second, third] = [withHash('r'), withHash('r'), withHash('r')]
    expect(await videos.create(first, null)).toBe(true)
    expect(await videos.create(second, newVideoId())).toBe(false)
    expect(await videos.create(second, first.videoId)).toBe(true)
    expect(await videos.create(third, first.videoId)).toBe(false)
    await videos.removeUploadPointer(first)
    expect(await videos.findUpload('owner', 'r')).toBe(second.videoId)
    await videos.removeUploadPointer(second)
    expect(await videos.findUpload('owner', 'r')).toBeNull()
  })
})

describe('a new attempt', () => {
  const count: Count = {
    ...{ tasksLeft: 3, live: true, version: 0, seconds: {}, firstPicture: false },
    ...{ firstSound: false, poster: false, storyboard: false, mp4: false },
  }
  const begin = async (meta: Meta, ratio = 0.4) => {
    const next = nextAttempt(meta, { reason: 'gate', ratio })
    if (!next) throw new Error('it may not be begun again')
    return videos.beginAttempt(meta, next, pipeline.now())
  }

  it('takes the place of the old one in one write, once', async () => {
    const meta = await create({ state: 'processing', attempt: 1 })
    await pipeline.tasks.createCount(meta.videoId, 1, count)
    const begun = await Promise.all([begin(meta), begin(meta), begin(meta)])
    expect(begun.filter(Boolean)).toHaveLength(1)
    expect(await videos.get(meta.videoId)).toMatchObject({
      ...{ attempt: 2, version: 2, earlier: { attempt: 1, ratio: 0.4 } },
    })
    expect((await pipeline.tasks.readCount(meta.videoId, 1))?.live).toBe(false)
    const inspect: Task = { kind: 'inspect', videoId: meta.videoId, attempt: 2 }
    expect(await pipeline.tasks.read(inspect)).toMatchObject({
      ...{ state: 'ready', dueAt: pipeline.now() + 60 },
    })
  })

  it.each([
    ['has failed', { state: 'failed' }],
    ['is being deleted', { state: 'deleting' }],
    ['works on another one', { attempt: 2 }],
    ['has lost its source', { source: { key: 'k', sizeBytes: 1, gone: true } }],
  ] satisfies [string, Partial<Meta>][])('is not begun for a video that %s', async (_, now) => {
    const meta = await create({ state: 'processing', attempt: 1, ...now })
    const seen: Meta = {
      ...meta,
      state: 'processing',
      attempt: 1,
      source: { key: 'k', sizeBytes: 1 },
    }
    expect(await begin(seen)).toBe(false)
    expect(await videos.get(meta.videoId)).toEqual(meta)
    const inspect: Task = { kind: 'inspect', videoId: meta.videoId, attempt: 2 }
    expect(await pipeline.tasks.read(inspect)).toBeNull()
  })

  it('is shown with what was seen of the one before', async () => {
    const facts = { durationSeconds: 9, width: 1, height: 1, rungs: [240], audioTracks: 0 }
    const meta = await create({
      state: 'processing',
      attempt: 1,
      facts: { ...facts, totalWork: 10 },
    })
    const task: Task = { kind: 'encode', videoId: meta.videoId, attempt: 1, chunk: 0, lane: 'lead' }
    await pipeline.tasks.addProgress(task, 'a', 4)
    await begin(meta)
    // A worker that has not heard of it yet.
    await pipeline.tasks.addProgress(task, 'a', 2)
    const records = await videos.records(meta.videoId)
    expect(records && ratioOf(records)).toBe(0.6)
  })
})

describe('the time to be looked at', () => {
  it('is taken away only as it was seen', async () => {
    const meta = await create({ state: 'ready', attempt: 1, dueAt: 5 })
    await videos.clearDue(meta.videoId, 4)
    expect((await videos.get(meta.videoId))?.dueAt).toBe(5)
    await videos.clearDue(meta.videoId, 5)
    expect((await videos.get(meta.videoId))?.dueAt).toBeUndefined()
  })
})

describe('a step', () => {
  it('is taken from the legal states alone', async () => {
    for (const from of videoStates) {
      for (const to of videoStates) {
        const { videoId } = await create({ state: from, attempt: 1 })
        const stepped = await videos.step(videoId, to)
        const legal = statesBefore(to).includes(from)
        expect([from, to, stepped.done]).toEqual([from, to, legal])
        expect(stepped.meta?.state).toBe(legal ? to : from)
        expect(stepped.meta?.version).toBe(legal ? 2 : 1)
      }
    }
  })

  it('belongs to the attempt it names', async () => {
    const { videoId } = await create({ state: 'processing', attempt: 2 })
    expect((await videos.step(videoId, 'ready', { liveAttempt: 1 }, 1)).done).toBe(false)
    const done = await videos.step(videoId, 'ready', { liveAttempt: 2, dueAt: null }, 2)
    expect(done).toMatchObject({ done: true, meta: { liveAttempt: 2, state: 'ready' } })
  })

  it('of nothing is nothing', async () => {
    expect(await videos.step(newVideoId(), 'failed')).toEqual({ done: false, meta: null })
    expect(await videos.change(newVideoId(), { title: 'x' })).toBeNull()
    expect(await videos.get('x')).toBeNull()
    expect(await videos.records(newVideoId())).toBeNull()
  })

  it('of many at once exactly one takes', async () => {
    const { videoId } = await create({ state: 'queued', attempt: 1 })
    const steps = await Promise.all(
      Array.from({ length: 8 }, () => videos.step(videoId, 'processing', {}, 1)),
    )
    expect(steps.filter(({ done }) => done)).toHaveLength(1)
    expect((await videos.get(videoId))?.version).toBe(2)
  })
})

describe('queueing', () => {
  it('records the first task in the same write, once', async () => {
    const key = 'uploads/x/source'
    const meta = await create({ dueAt: 5, source: { key, sizeBytes: 3, uploadId: 'u' } })
    const inspect: Task = { kind: 'inspect', videoId: meta.videoId, attempt: 1 }
    const queued = await Promise.all(
      Array.from({ length: 5 }, () => videos.queue(meta, inspect, 100)),
    )
    expect(queued.filter(({ done }) => done)).toHaveLength(1)
    const now = await videos.get(meta.videoId)
    expect(now).toMatchObject({ state: 'queued', attempt: 1, source: { key, sizeBytes: 3 } })
    expect(now?.source.uploadId).toBeUndefined()
    expect(await pipeline.tasks.read(inspect)).toMatchObject({ state: 'ready', dueAt: 1900 })
  })

  it('of a deleted upload does nothing', async () => {
    const meta = await create()
    await videos.step(meta.videoId, 'deleting')
    const inspect: Task = { kind: 'inspect', videoId: meta.videoId, attempt: 1 }
    expect(await videos.queue(meta, inspect, 100)).toMatchObject({ done: false })
    expect(await pipeline.tasks.read(inspect)).toBeNull()
  })
})

it('a change touches what it names, and no video that is leaving', async () => {
  const { videoId } = await create({ state: 'ready', dueAt: 7 })
  expect(await videos.change(videoId, { title: 'New' })).toMatchObject({ title: 'New', version: 2 })
  expect((await videos.change(videoId, { dueAt: null }))?.version).toBe(3)
  await videos.step(videoId, 'deleting')
  expect(await videos.change(videoId, { title: 'Too late' })).toBeNull()
})

it('the records of a video are those of the attempt it shows, shards from every page', async () => {
  const { videoId } = await create({ state: 'ready', attempt: 2, liveAttempt: 1 })
  for (const attempt of [1, 2]) {
    const task: Task = { kind: 'inspect', videoId, attempt }
    for (let shard = 0; shard < 5; shard++) {
      await pipeline.tasks.addProgress(task, `worker${shard}`, attempt)
      await pipeline.tasks.addProgress(task, `worker${shard}`, attempt)
    }
  }
  const records = await videos.records(videoId)
  expect(records?.shards).toEqual(Array.from({ length: 5 }, () => ({ done: 2, version: 2 })))
  expect(records?.count).toBeNull()
})

it('removal takes every record, on every page, and leaves the tombstone', async () => {
  const { videoId } = await create({ state: 'processing', attempt: 1 })
  for (let chunk = 0; chunk < 7; chunk++) {
    const task: Task = { kind: 'encode', videoId, attempt: 1, chunk, lane: 'ladder' }
    await pipeline.tasks.create(task, 1)
    await pipeline.tasks.addProgress(task, `worker${chunk}`, 1)
  }
  expect(await videos.removeRecords(videoId)).toBe(14)
  expect(await videos.removeRecords(videoId)).toBe(0)
  expect((await videos.records(videoId))?.shards).toEqual([])
  expect(await videos.get(videoId)).not.toBeNull()
  await videos.removeMeta(videoId)
  expect(await videos.get(videoId)).toBeNull()
})
