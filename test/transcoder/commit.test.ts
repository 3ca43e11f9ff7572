// A result of which another worker has recorded a part: what is missing is recorded, and only what stands already is dropped.
import { beforeAll, expect, inject, it } from 'vitest'
import type { Chunk } from '#domain/item.ts'
import { chunkKey } from '#domain/keys.ts'
import type { Task } from '#domain/task.ts'
import { commit } from '../../transcoder/commit.ts'
import type { WorkerDeps } from '../../transcoder/worker.ts'
import { createPipeline, newVideoId, type Pipeline } from '../support/pipeline.ts'

let pipeline: Pipeline

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'))
})

it('drops the chunk that is recorded, and no other of its track', async () => {
  const videoId = newVideoId()
  const { tasks, media, now } = pipeline
  await tasks.createCount(videoId, 1, {
    ...{ tasksLeft: 2, live: true, version: 0, seconds: { '720p': 0 }, firstPicture: false },
    ...{ firstSound: false, poster: false, storyboard: false, mp4: false },
  })
  const made = async (index: number, nonce: string): Promise<Chunk> => {
    const key = chunkKey(videoId, 1, '720p', index, nonce)
    await media.put(key, 'bytes', { contentType: 'video/mp4' })
    return {
      ...{ track: '720p', index, key, initBytes: 1, initHash: 'h', codec: 'avc1.64001f' },
      ...{ timescale: 25, startTicks: index * 100, samples: 100, createdAt: now() },
      fragments: [{ ticks: 100, bytes: 4, keyframeBytes: 1 }],
    }
  }
  const complete = async (part: number, nonce: string, indexes: number[]) => {
    const task: Task = { kind: 'copy', videoId, attempt: 1, part }
    await tasks.create(task, now())
    await tasks.claim(task, nonce, now())
    const chunks = await Promise.all(indexes.map(index => made(index, nonce)))
    await commit(
      pipeline as unknown as WorkerDeps,
      { task, owner: nonce },
      { chunks, counted: true },
    )
  }
  await complete(0, 'one', [0])
  await complete(1, 'two', [0, 1, 2])
  const key = (index: number, nonce: string) => chunkKey(videoId, 1, '720p', index, nonce)
  const stands = [key(0, 'one'), key(1, 'two'), key(2, 'two')]
  expect((await pipeline.chunks.list(videoId, 1)).map(({ key }) => key)).toEqual(stands)
  expect([...(await media.facts(`v/${videoId}/`)).keys()].sort()).toEqual(stands)
  expect(await tasks.readCount(videoId, 1)).toMatchObject({ tasksLeft: 0, seconds: { '720p': 12 } })
})
