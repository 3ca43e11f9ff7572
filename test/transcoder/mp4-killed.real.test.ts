// A worker that is killed while it writes the MP4: another writes it from the beginning, and nothing of the first is left.
import { ListMultipartUploadsCommand, ListPartsCommand } from '@aws-sdk/client-s3'
import { expect, inject, it, onTestFinished } from 'vitest'
import { newCount, toChunkItem } from '#domain/item.ts'
import { attemptPrefix, mediaKey, mp4Name, planKey } from '#domain/keys.ts'
import { writePlan } from '#domain/plan-object.ts'
import { longTracks, planOf } from '../support/long-tracks.ts'
import { createPipeline, metaOf, newVideoId, type Pipeline } from '../support/pipeline.ts'
import { startTranscoder, until, untilIdle } from '../support/transcoder.ts'

const attempt = 1

/** Parts that are sent of objects that are not complete. */
async function partsUnderWay({ s3, media: { bucket: Bucket } }: Pipeline): Promise<number> {
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket }))
  const listed = await Promise.all(
    Uploads.map(({ Key, UploadId }) =>
      s3.send(new ListPartsCommand({ Bucket, Key, UploadId })).catch(() => ({ Parts: [] })),
    ),
  )
  return listed.reduce((sum, { Parts = [] }) => sum + Parts.length, 0)
}

/** A film of 60 MB that is finished but for its MP4. */
async function finishedFilm(pipeline: Pipeline) {
  const plan = { ...planOf(60), videoId: newVideoId() }
  const { videoId } = plan
  const { chunks, object } = longTracks(plan, 8_000_000)
  const records = [...chunks.values()].flat()
  for (const chunk of records) {
    const body = object(chunk.key) ?? Buffer.alloc(0)
    await pipeline.media.put(chunk.key, body, { contentType: 'video/mp4' })
    await pipeline.table.create(toChunkItem(videoId, attempt, chunk))
  }
  const json = { contentType: 'application/json' }
  await pipeline.source.put(planKey(videoId, attempt), writePlan(plan), json)
  const meta = metaOf(videoId, { state: 'ready', attempt, liveAttempt: attempt })
  await pipeline.videos.create(meta, null)
  await pipeline.tasks.createCount(videoId, attempt, newCount([...chunks.keys()], 0))
  const task = { kind: 'mp4', videoId, attempt } as const
  await pipeline.tasks.create(task, Date.now() / 1000)
  await pipeline.queue.send(task)
  return { videoId, task, keys: records.map(({ key }) => key) }
}

it('is written by another, and nothing of the first is left', async () => {
  const pipeline = await createPipeline(inject('ministack'))
  const { videoId, task, keys } = await finishedFilm(pipeline)
  const transcoder = startTranscoder(pipeline)
  onTestFinished(() => transcoder.stop())
  while ((await partsUnderWay(pipeline)) < 2) {
    expect((await pipeline.tasks.read(task))?.state).not.toBe('done')
  }
  transcoder.kill()
  expect(await partsUnderWay(pipeline)).toBeGreaterThan(1)
  await until(pipeline, videoId, ({ count }) => count?.mp4 === true)
  await untilIdle(pipeline)
  expect(transcoder.starts()).toBe(2)
  expect(await pipeline.tasks.read(task)).toMatchObject({ state: 'done', claims: 2, tries: 0 })
  const video = mediaKey(videoId, attempt, mp4Name)
  const left: string[] = []
  for await (const key of pipeline.media.list(attemptPrefix(videoId, attempt))) left.push(key)
  expect(left.sort()).toEqual([...keys, video].sort())
  expect((await pipeline.media.head(video))?.sizeBytes).toBeGreaterThan(60_000_000)
  const { Uploads = [] } = await pipeline.s3.send(
    new ListMultipartUploadsCommand({ Bucket: pipeline.media.bucket }),
  )
  expect(Uploads).toEqual([])
})
