// What a copied rung is blamed for: what FFmpeg says of its packets. A worker that was killed, out of time or disk, or a store in
// trouble, says nothing of them: such a task is tried again as any other, and the packets stay.
import { beforeAll, expect, inject, it } from 'vitest'
import { MillraceError } from '#domain/errors.ts'
import { newCount } from '#domain/item.ts'
import type { Task } from '#domain/task.ts'
import { maxTries } from '#domain/timing.ts'
import { type Made, publishChunks } from '../../transcoder/encode.ts'
import type { Ffmpeg } from '../../transcoder/ffmpeg.ts'
import { createPlans } from '../../transcoder/plans.ts'
import type { WorkerDeps } from '../../transcoder/worker.ts'
import { planOf, withCopiedRung } from '../domain/generators.ts'
import { createPipeline, metaOf, newVideoId, type Pipeline } from '../support/pipeline.ts'
import { scriptedWorker, workOnce } from '../support/scripted-worker.ts'

let pipeline: Pipeline

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'))
})

/** The same task with the same end, so often as it may be tried; what the video is then. */
async function endOf(kind: 'copy' | 'encode', detail: string) {
  const videoId = newVideoId()
  const plan = withCopiedRung(planOf({ videoId, attempt: 1, frames: 25 * 60 }))
  await pipeline.videos.create(metaOf(videoId, { state: 'processing', attempt: 1 }), null)
  await createPlans(pipeline).publish(plan)
  await pipeline.tasks.createCount(videoId, 1, newCount([], 6))
  const ids = { videoId, attempt: 1 }
  const task: Task =
    kind === 'copy' ? { kind, ...ids, part: 0 } : { kind, ...ids, chunk: 0, lane: 'lead' }
  await pipeline.tasks.create(task, pipeline.now())
  const ffmpeg: Partial<Ffmpeg> = {
    version: async () => plan.encoder,
    run: async () => {
      throw new MillraceError('encode-failed', { detail })
    },
  }
  const deps = scriptedWorker(pipeline, { ffmpeg })
  for (let time = 0; time < maxTries; time++) await workOnce(pipeline, deps, task)
  await pipeline.purge()
  const { state, attempt, uncopyable } = (await pipeline.videos.get(videoId)) ?? {}
  return { state, attempt, isCopied: uncopyable === undefined }
}

it.each([
  ['copy', 'ffmpeg ran longer than allowed; '],
  ['copy', 'ffmpeg ended with null: '],
  ['copy', 'ffmpeg ended with 228: [error] av_interleaved_write_frame(): No space left on device'],
  ['encode', 'ffmpeg ended with 1: [http @ 0x55] [error] Stream ends prematurely at 300'],
] as const)('not the packets: %s, %s', async (kind, detail) => {
  expect(await endOf(kind, detail)).toEqual({ state: 'failed', attempt: 1, isCopied: true })
})

it.each([
  ['killed', 'ffmpeg ended with null: ', 'encode-failed'],
  ['out of time', 'ffmpeg ran longer than allowed; ', 'encode-failed'],
  [
    'out of memory',
    'ffmpeg ended with 244: Error opening decoder: Cannot allocate memory',
    'encode-failed',
  ],
  ['not able to decode it', 'ffmpeg ended with 69: [h264 @ 0x55] no frame!', 'check-failed'],
])('who looks at a sample and was %s', async (_, detail, code) => {
  const ffmpeg: Partial<Ffmpeg> = {
    run: async () => {
      throw new MillraceError('encode-failed', { detail })
    },
  }
  const media = { putFile: async () => undefined }
  const deps = { ...pipeline, media, ffmpeg } as unknown as WorkerDeps
  const task = { videoId: newVideoId(), attempt: 1 }
  const made = { track: '360p', index: 0, packed: { path: 'chunk.mp4' } } as Made
  const { signal } = new AbortController()
  const published = publishChunks(deps, { task, nonce: 'n', signal }, [made])
  await expect(published).rejects.toMatchObject({ code })
})

it.each([
  ['copy', 'ffmpeg ended with 1: [h264_mp4toannexb @ 0x55] [error] Packet header is not in range'],
  ['encode', 'ffmpeg ended with 1: [libx264 @ 0x55] [error] height not divisible by 2 (1x1)'],
] as const)('the packets: %s, %s', async (kind, detail) => {
  expect(await endOf(kind, detail)).toEqual({ state: 'processing', attempt: 2, isCopied: false })
})
