// What plays changes hands once an attempt is whole: until when the one before is kept, and which attempt never gets that far.
import { beforeAll, expect, inject, it } from 'vitest'
import type { Meta } from '#domain/item.ts'
import { tokenExpiry } from '#domain/timing.ts'
import { flip } from '../../transcoder/flip.ts'
import { planOf } from '../domain/generators.ts'
import { createPipeline, metaOf, newVideoId, type Pipeline } from '../support/pipeline.ts'

let pipeline: Pipeline

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'))
})

async function create(changes: Partial<Meta>): Promise<Meta> {
  const meta = metaOf(newVideoId(), { state: 'ready', attempt: 2, liveAttempt: 1, ...changes })
  await pipeline.videos.create(meta, null)
  return meta
}

const flipTo = ({ videoId, attempt }: Meta) =>
  flip(pipeline, planOf({ videoId, attempt, frames: 250, sounds: [48_000] }))

const days = 24 * 3600

it('what played stays until the usual links to it have ended', async () => {
  const meta = await create({})
  const dueAt = tokenExpiry(pipeline.now(), 10)
  await flipTo(meta)
  await flipTo(meta)
  expect(await pipeline.videos.get(meta.videoId)).toMatchObject({ liveAttempt: 2, dueAt })
})

it('a second re-run, also one that fails, takes none of that time away', async () => {
  const later = pipeline.now() + 40 * days
  const first = await create({ attempt: 3, liveAttempt: 2, dueAt: later })
  await flipTo(first)
  expect(await pipeline.videos.get(first.videoId)).toMatchObject({ liveAttempt: 3, dueAt: later })
  const { videoId, attempt } = await create({ attempt: 3, liveAttempt: 2, dueAt: later })
  const words = { code: 'encode-failed', message: 'It did not go.' } as const
  expect(await pipeline.videos.fail({ videoId, attempt }, words, pipeline.now())).toBe('plays-on')
  expect(await pipeline.videos.get(videoId)).toMatchObject({ liveAttempt: 2, dueAt: later })
})

it('an attempt that was given up never plays, though its last worker wakes up', async () => {
  const rerunFailure = { attempt: 2, code: 'processing-failed', message: 'Given up.' } as const
  const meta = await create({ rerunFailure })
  await expect(flipTo(meta)).rejects.toMatchObject({ code: 'lease-lost' })
  expect((await pipeline.videos.get(meta.videoId))?.liveAttempt).toBe(1)
})
