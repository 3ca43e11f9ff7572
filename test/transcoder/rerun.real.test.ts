// A video made again by the real worker: what plays goes on playing until the new attempt is whole, whatever comes between.
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { rerunAttempt } from '#domain/attempts.ts'
import type { Meta } from '#domain/item.ts'
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
  ;({ worker, source } = await composeWorker(pipeline, folder.path, { KEEP_SOURCE: '7' }))
})
afterAll(async () => {
  worker.close()
  await folder.remove()
})

async function meta(videoId: string): Promise<Meta> {
  const found = await pipeline.videos.get(videoId)
  if (!found) throw new Error('gone')
  return found
}

const epochSeconds = () => Date.now() / 1000

async function rerun(videoId: string): Promise<number> {
  const before = await meta(videoId)
  const next = rerunAttempt(before)
  expect(await pipeline.videos.rerun(before, next, epochSeconds())).toBe(true)
  await pipeline.queue.send({ kind: 'inspect', videoId, attempt: next.attempt })
  return next.attempt
}

async function objects(videoId: string, attempt: number): Promise<number> {
  let found = 0
  for await (const _ of pipeline.media.list(attemptPrefix(videoId, attempt))) found += 1
  return found
}
const main = (videoId: string, attempt: number) =>
  pipeline.media.readText(`${attemptPrefix(videoId, attempt)}${mainPlaylistName}`)

/** As the reaper has it done once its time has come. */
async function sweepWhenDue(videoId: string): Promise<void> {
  await pipeline.videos.change(videoId, { dueAt: epochSeconds() - 1 })
  await pipeline.queue.send({ kind: 'sweep', videoId, attempt: 1 })
  await workOff(pipeline, worker)
}

async function makeReady(): Promise<string> {
  const videoId = await queueSource(pipeline, source)
  await workOff(pipeline, worker)
  expect(await meta(videoId)).toMatchObject({ state: 'ready', liveAttempt: 1 })
  return videoId
}

it('flips to the new attempt once it is whole, and then sweeps the old one', async () => {
  const videoId = await makeReady()
  // As after a change of the ladder: what is said of the video is that of the attempt that plays.
  const { facts } = await meta(videoId)
  if (!facts) throw new Error('not planned')
  await pipeline.videos.change(videoId, { facts: { ...facts, rungs: [144] } })
  await rerun(videoId)
  const seen: unknown[] = []
  await workOff(pipeline, worker, async ({ kind, attempt }) => {
    if (kind !== 'finish' || attempt !== 2) return
    const { state, liveAttempt, ...now } = await meta(videoId)
    seen.push([state, liveAttempt, now.facts?.rungs])
  })
  expect(seen).toEqual([['ready', 1, [144]]])
  expect(await meta(videoId)).toMatchObject({ state: 'ready', attempt: 2, liveAttempt: 2, facts })
  expect(await main(videoId, 1)).toContain('240p.m3u8')
  expect(await main(videoId, 2)).toContain('240p.m3u8')
  expect((await pipeline.tasks.readCount(videoId, 2))?.mp4).toBe(true)
  await sweepWhenDue(videoId)
  expect(await objects(videoId, 1)).toBe(0)
  expect(await objects(videoId, 2)).toBeGreaterThan(5)
})

it('that fails leaves what plays, and nothing of its own', async () => {
  const videoId = await makeReady()
  const before = await objects(videoId, 1)
  await rerun(videoId)
  await workOff(pipeline, worker, async ({ kind, attempt }) => {
    if (kind !== 'finish' || attempt === 1) return
    // Lost by the store, in the re-run and when that is begun again.
    const [chunk] = await pipeline.chunks.list(videoId, attempt, '240p')
    if (chunk) await pipeline.media.remove([chunk.key])
  })
  expect(await meta(videoId)).toMatchObject({
    ...{ state: 'ready', attempt: 3, liveAttempt: 1 },
    rerunFailure: { attempt: 3, code: 'output-faulty' },
  })
  expect(await objects(videoId, 3)).toBeGreaterThan(0)
  await sweepWhenDue(videoId)
  const left = [1, 2, 3].map(attempt => objects(videoId, attempt))
  expect(await Promise.all(left)).toEqual([before, 0, 0])
  expect(await main(videoId, 1)).toContain('240p.m3u8')
})

it('makes a video of one that has failed', async () => {
  const videoId = await queueSource(pipeline, source)
  await pipeline.videos.fail(
    { videoId, attempt: 1 },
    { code: 'encode-failed', message: 'It did not go.' },
    epochSeconds(),
  )
  await workOff(pipeline, worker)
  expect((await meta(videoId)).state).toBe('failed')
  await rerun(videoId)
  await workOff(pipeline, worker)
  expect(await meta(videoId)).toMatchObject({ state: 'ready', attempt: 2, liveAttempt: 2 })
})
