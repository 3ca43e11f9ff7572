// What attempts before the one that plays have left goes once its time has come, and nothing else does.
import { beforeEach, describe, expect, inject, it } from 'vitest'
import type { Count, Meta } from '#domain/item.ts'
import { attemptPrefix, planKey } from '#domain/keys.ts'
import type { Task } from '#domain/task.ts'
import { reap } from '../../functions/reaper/reap.ts'
import { sweep } from '../../transcoder/sweep.ts'
import { createPipeline, metaOf, newVideoId, type Pipeline } from '../support/pipeline.ts'

let pipeline: Pipeline

/** A table of its own for each test: the reaper looks at all that is due. */
beforeEach(async () => {
  pipeline = await createPipeline(inject('ministack'), { pageItems: 2 })
})

const count: Count = {
  ...{ tasksLeft: 0, live: false, version: 3, seconds: {}, firstPicture: true },
  ...{ firstSound: true, poster: true, storyboard: true, mp4: false },
}

/** Objects, a plan and records of each attempt. */
async function video(changes: Partial<Meta>): Promise<string> {
  const videoId = newVideoId()
  await pipeline.videos.create(metaOf(videoId, { state: 'ready', ...changes }), null)
  for (let attempt = 1; attempt <= (changes.attempt ?? 1); attempt++) {
    for (const name of ['240p/0.a.mp4', '240p/1.b.mp4', 'poster.jpg']) {
      const key = `${attemptPrefix(videoId, attempt)}${name}`
      await pipeline.media.put(key, 'x', { contentType: 'video/mp4' })
    }
    await pipeline.source.put(planKey(videoId, attempt), '{}', { contentType: 'application/json' })
    await pipeline.tasks.createCount(videoId, attempt, count)
    const task: Task = { kind: 'finish', videoId, attempt }
    await pipeline.tasks.create(task, pipeline.now())
    await pipeline.tasks.addProgress(task, 'shard', 1)
    await pipeline.chunks.openGeneration(videoId, attempt, pipeline.now())
  }
  return videoId
}

async function leftOf(videoId: string): Promise<number[]> {
  const left = new Set<number>()
  for await (const key of pipeline.media.list(`v/${videoId}/`)) left.add(Number(key.split('/')[2]))
  for (const attempt of [1, 2, 3, 4]) {
    const records = [
      await pipeline.tasks.read({ kind: 'finish', videoId, attempt }),
      await pipeline.tasks.readCount(videoId, attempt),
      await pipeline.chunks.generation(videoId, attempt, 1),
      await pipeline.source.readText(planKey(videoId, attempt)),
    ]
    const isThere = records.filter(record => record !== null)
    expect(isThere.length, `records of attempt ${attempt}`).toBe(left.has(attempt) ? 4 : 0)
  }
  return [...left].sort()
}

const sweepAll = async () => {
  for (const task of await pipeline.drain('bulk')) {
    if (task instanceof Error || task.kind !== 'sweep') throw new Error('no sweep')
    await sweep({ ...pipeline, conversions: null }, task)
  }
}

describe('a video that plays', () => {
  it('is swept of the attempts before it when they are due', async () => {
    const dueAt = pipeline.now() + 900
    const videoId = await video({ attempt: 3, liveAttempt: 3, dueAt })
    pipeline.clock.seconds += 890
    expect((await reap(pipeline)).swept).toBe(0)
    await pipeline.queue.send({ kind: 'sweep', videoId, attempt: 3 })
    await sweepAll()
    expect(await leftOf(videoId)).toEqual([1, 2, 3])
    pipeline.clock.seconds += 20
    expect((await reap(pipeline)).swept).toBe(1)
    // Its message was lost: it stays due.
    await pipeline.drain('bulk')
    expect((await reap(pipeline)).swept).toBe(1)
    await sweepAll()
    expect(await leftOf(videoId)).toEqual([3])
    expect((await pipeline.videos.get(videoId))?.dueAt).toBeUndefined()
    expect((await reap(pipeline)).swept).toBe(0)
  })

  it('keeps what plays and what is at work', async () => {
    const videoId = await video({ attempt: 4, liveAttempt: 2, dueAt: pipeline.now() - 1 })
    await reap(pipeline)
    await sweepAll()
    expect(await leftOf(videoId)).toEqual([2, 4])
  })
})

it('a video that is at work keeps everything, whatever is due', async () => {
  const videoId = await video({ state: 'processing', attempt: 2, dueAt: pipeline.now() - 1 })
  expect((await reap(pipeline)).swept).toBe(0)
  await pipeline.queue.send({ kind: 'sweep', videoId, attempt: 2 })
  await sweepAll()
  expect(await leftOf(videoId)).toEqual([1, 2])
})
