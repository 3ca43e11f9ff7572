// A film whose MP4 would be larger than the operator allows: it is ready, plays, and has none.
import { join } from 'node:path'
import { afterAll, expect, inject, it } from 'vitest'
import { mediaKey, mp4Name } from '#domain/keys.ts'
import { makeSource, mediaFolder } from '../support/media.ts'
import { createPipeline } from '../support/pipeline.ts'
import { queueSource, startTranscoder, until, untilIdle } from '../support/transcoder.ts'

const folder = mediaFolder()
afterAll(folder.remove)

it('has no MP4 and is ready all the same', async () => {
  const pipeline = await createPipeline(inject('ministack'))
  const source = await makeSource(join(folder.path, 'source.mp4'), [
    ...['-f', 'lavfi', '-i', 'testsrc2=s=320x240:r=25:d=2', '-f', 'lavfi', '-i', 'sine=d=2'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac'],
  ])
  const transcoder = startTranscoder(pipeline, { env: { MP4_MAX_GIGABYTES: '0' } })
  try {
    const videoId = await queueSource(pipeline, source)
    await until(pipeline, videoId, ({ meta }) => meta.state === 'ready')
    await until(pipeline, videoId, ({ count }) => count?.tasksLeft === 0)
    await untilIdle(pipeline)
    expect((await pipeline.tasks.read({ kind: 'mp4', videoId, attempt: 1 }))?.state).toBe('done')
    expect((await pipeline.tasks.readCount(videoId, 1))?.mp4).toBe(false)
    expect(await pipeline.media.head(mediaKey(videoId, 1, mp4Name))).toBeNull()
  } finally {
    await transcoder.stop()
  }
})
