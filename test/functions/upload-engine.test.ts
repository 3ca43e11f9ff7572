// Who is to make a video may be said when its upload begins; an engine that is not there is refused.
import { beforeAll, expect, inject, it } from 'vitest'
import { createApp } from '../../functions/upload/app.ts'
import { createPipeline, newVideoId, type Pipeline } from '../support/pipeline.ts'

let pipeline: Pipeline

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'))
})

const both = ['ffmpeg', 'mediaconvert'] as const

let uploads = 0
async function begin(
  engine: unknown,
  { fingerprint = `f-${++uploads}`, engines }: { fingerprint?: string; engines?: typeof both } = {},
) {
  const limits = { maxBytes: 1000 }
  const app = createApp({ ...pipeline, limits, newVideoId, ...(engines ? { engines } : {}) })
  const answer = await app.request('/api/uploads', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'a.mp4', size: 9, type: '', fingerprint, engine }),
  })
  return { status: answer.status, body: (await answer.json()) as { videoId: string } }
}

it.each([...both, undefined])('%s is remembered with the video', async engine => {
  const { status, body } = await begin(engine, { engines: both })
  expect(status).toBe(201)
  expect((await pipeline.videos.get(body.videoId))?.engine).toBe(engine)
})

it('changed is another upload, the same is the same', async () => {
  const answers = []
  for (const engine of ['ffmpeg', 'mediaconvert', 'mediaconvert']) {
    answers.push(await begin(engine, { fingerprint: 'same', engines: both }))
  }
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 200])
  const [first, second, third] = answers.map(({ body }) => body.videoId)
  expect(second).not.toBe(first)
  expect(third).toBe(second)
})

it('that is not there is refused', async () => {
  expect(await begin('mediaconvert')).toMatchObject({
    status: 400,
    body: { code: 'bad-request', detail: 'This installation has no mediaconvert.' },
  })
  expect((await begin('ffmpeg')).status).toBe(201)
  expect((await begin('handbrake', { engines: both })).status).toBe(400)
})
