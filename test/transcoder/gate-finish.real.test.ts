// A video whose objects are not what its records say is never called ready: it is made once more, and where that fails in the
// same way, the video fails with what was found.
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { contentTypeOf } from '#domain/delivery.ts'
import { attemptPrefix, mainPlaylistName } from '#domain/keys.ts'
import type { Worker } from '../../transcoder/compose.ts'
import { mediaFolder } from '../support/media.ts'
import { createPipeline, type Pipeline } from '../support/pipeline.ts'
import { queueSource } from '../support/transcoder.ts'
import { composeWorker, workOff } from '../support/work-off.ts'

const folder = mediaFolder()
let pipeline: Pipeline
let worker: Worker
let source: string

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'))
  ;({ worker, source } = await composeWorker(pipeline, folder.path))
})
afterAll(async () => {
  worker.close()
  await folder.remove()
})

/** Before an attempt is finished, `meddle` has its way. */
const workOffMeddling = (meddle: (videoId: string, attempt: number) => Promise<void>) =>
  workOff(pipeline, worker, async ({ kind, videoId, attempt }) => {
    if (kind === 'finish') await meddle(videoId, attempt)
  })

/** Chunk 1 stands in the place of chunk 0. */
async function swapChunks(videoId: string, attempt: number): Promise<void> {
  const chunks = await pipeline.chunks.list(videoId, attempt, '240p')
  const [to, from] = chunks.sort((a, b) => a.index - b.index)
  if (!to || !from) throw new Error('too few chunks')
  const { sizeBytes = 0 } = (await pipeline.media.head(from.key)) ?? {}
  const pieces: Uint8Array[] = []
  const range = { start: 0, end: sizeBytes - 1 }
  for await (const piece of await pipeline.media.readRange(from.key, range)) pieces.push(piece)
  await pipeline.media.put(to.key, Buffer.concat(pieces), { contentType: contentTypeOf(to.key) })
}

const metaOf = async (videoId: string) => (await pipeline.videos.records(videoId))?.meta

it('makes a video once more that did not pass', async () => {
  const videoId = await queueSource(pipeline, source)
  await workOffMeddling(async (video, attempt) => {
    if (attempt === 1) await swapChunks(video, attempt)
  })
  expect(await metaOf(videoId)).toMatchObject({ state: 'ready', attempt: 2, liveAttempt: 2 })
  const main = (attempt: number) =>
    pipeline.media.readText(`${attemptPrefix(videoId, attempt)}${mainPlaylistName}`)
  expect(await main(1)).toBeNull()
  expect(await main(2)).toContain('240p.m3u8')
  expect((await pipeline.tasks.readCount(videoId, 1))?.live).toBe(false)
})

it('fails with what was found when it happens again', async () => {
  const videoId = await queueSource(pipeline, source)
  await workOffMeddling(swapChunks)
  expect(await metaOf(videoId)).toMatchObject({
    ...{ state: 'failed', attempt: 2, liveAttempt: 0 },
    failure: {
      code: 'output-faulty',
      message: expect.stringContaining('240p, chunk 0: not the object'),
    },
  })
})
