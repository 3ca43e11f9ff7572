// What a finished attempt owes, paid late: its MP4 is made, and no source goes from under what has begun meanwhile.
import { beforeAll, expect, inject, it } from 'vitest'
import { type Meta, newCount } from '#domain/item.ts'
import { sourceKey } from '#domain/keys.ts'
import { payOwed } from '../../transcoder/owed.ts'
import type { WorkerDeps } from '../../transcoder/worker.ts'
import { createPipeline, metaOf, newVideoId, type Pipeline } from '../support/pipeline.ts'

let pipeline: Pipeline

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'))
})

it.each<[string, Partial<Meta>, boolean]>([
  ['nothing is at work', { attempt: 1 }, false],
  ['it is being made again', { attempt: 2 }, true],
  [
    'making it again has failed',
    { attempt: 2, rerunFailure: { attempt: 2, code: 'encode-failed', message: 'No.' } },
    false,
  ],
])('where the file is kept until a video is ready, and %s', async (_, changes, kept) => {
  const videoId = newVideoId()
  const source = { key: sourceKey(videoId), sizeBytes: 1 }
  const meta = metaOf(videoId, { state: 'ready', liveAttempt: 1, source, ...changes })
  await pipeline.videos.create(meta, null)
  await pipeline.source.put(source.key, 'x', { contentType: 'video/mp4' })
  await pipeline.tasks.createCount(videoId, 1, newCount(['240p'], 0))
  const deps = { ...pipeline, keepSource: 'untilReady' } as unknown as WorkerDeps
  await payOwed(deps, { kind: 'finish', videoId, attempt: 1 })
  expect(await pipeline.drain('bulk')).toEqual([{ kind: 'mp4', videoId, attempt: 1 }])
  expect((await pipeline.source.head(source.key)) !== null).toBe(kept)
  expect((await pipeline.videos.get(videoId))?.source.gone ?? false).toBe(!kept)
})
