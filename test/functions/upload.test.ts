// The upload API against a real store: the whole way by presigned addresses, resumption, races, and every lost answer.
import { createHash, randomBytes } from 'node:crypto'
import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3'
import { beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import type { Problem } from '#domain/api.ts'
import { sourceKey } from '#domain/keys.ts'
import type { VideoView } from '#domain/video.ts'
import { createApp } from '../../functions/upload/app.ts'
import { personOf } from '../support/actors.ts'
import { createPipeline, newVideoId, type Pipeline } from '../support/pipeline.ts'

const mebibyte = 1024 * 1024
const partBytes = 8 * mebibyte

let pipeline: Pipeline
let app: ReturnType<typeof createApp>

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'))
  app = createApp({ ...pipeline, limits: { maxBytes: 60_000_000_000 }, newVideoId })
})
beforeEach(() => pipeline.purge())

const post = (path: string, body: unknown) =>
  app.request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

interface Begun {
  videoId: string
  partSize: number
  partCount: number
}

let files = 0
async function begin(size: number, facts: Record<string, unknown> = {}) {
  files += 1
  const fingerprint = `${size}-${files}-holiday.mp4`
  const body = { name: 'Holiday in Rome.mp4', size, type: 'video/mp4', fingerprint, ...facts }
  const answer = await post('/api/uploads', body)
  return { status: answer.status, begun: (await answer.json()) as Begun }
}

async function sign(videoId: string, partNumbers: number[]) {
  const answer = await post(`/api/uploads/${videoId}/parts`, { partNumbers })
  expect(answer.status).toBe(200)
  const { parts } = (await answer.json()) as {
    parts: { partNumber: number; url: string; size: number }[]
  }
  return parts
}

async function send(videoId: string, partNumber: number, bytes: Uint8Array<ArrayBuffer>) {
  const [part] = await sign(videoId, [partNumber])
  const answer = await fetch(part?.url ?? '', { method: 'PUT', body: bytes })
  expect(answer.status).toBe(200)
  return { partNumber, etag: answer.headers.get('etag') ?? '' }
}

const complete = (videoId: string, parts: { partNumber: number; etag: string }[] = []) =>
  post(`/api/uploads/${videoId}/complete`, { parts })

const held = async (videoId: string) => {
  const answer = await app.request(`/api/uploads/${videoId}/parts`)
  return { status: answer.status, body: await answer.json() }
}

const problemOf = async (answer: Response) => (await answer.json()) as Problem

const openUploads = async () => {
  const { Uploads } = await pipeline.s3.send(
    new ListMultipartUploadsCommand({ Bucket: pipeline.names.sourceBucket }),
  )
  return (Uploads ?? []).map(upload => upload.Key)
}

/** Begun and sent whole: one part. */
async function sendSmall(bytes = new Uint8Array(randomBytes(5000))) {
  const { begun } = await begin(bytes.length)
  const part = await send(begun.videoId, 1, bytes)
  return { videoId: begun.videoId, bytes, part }
}

describe('begin', () => {
  it('answers how the file is to be sent, and records the video', async () => {
    const { status, begun } = await begin(20 * mebibyte)
    expect(status).toBe(201)
    expect(begun).toEqual({ videoId: expect.any(String), partSize: partBytes, partCount: 3 })
    const meta = await pipeline.videos.get(begun.videoId)
    expect(meta).toMatchObject({
      title: 'Holiday in Rome',
      state: 'uploading',
      dueAt: pipeline.clock.seconds + 7 * 24 * 3600,
    })
  })

  it.each([
    [{ name: '' }, 400, ['name']],
    [{ size: -1 }, 400, ['size']],
    [{ size: 1.5 }, 400, ['size']],
    [{ fingerprint: '', type: 7 }, 400, ['type', 'fingerprint']],
    [{ name: 'x'.repeat(2000) }, 400, ['name']],
  ])('refuses %j and names the fields', async (facts, status, invalid) => {
    const body = { name: 'a.mp4', size: 5, type: '', fingerprint: 'f', ...facts }
    const answer = await post('/api/uploads', body)
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(await problemOf(answer)).toMatchObject({ code: 'bad-request', status, invalid })
  })

  it('refuses an empty file and one beyond the limit', async () => {
    const empty = await post('/api/uploads', { name: 'a', size: 0, type: '', fingerprint: 'f' })
    expect([empty.status, (await problemOf(empty)).code]).toEqual([400, 'source-empty'])
    const huge = { name: 'a', size: 60_000_000_001, type: '', fingerprint: 'f' }
    const large = await post('/api/uploads', huge)
    expect([large.status, (await problemOf(large)).code]).toEqual([413, 'source-too-large'])
  })

  it('takes JSON only, and not too much of it', async () => {
    const plain = await app.request('/api/uploads', { method: 'POST', body: '{}' })
    expect(plain.status).toBe(415)
    const broken = await app.request('/api/uploads', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"name":',
    })
    expect([broken.status, (await problemOf(broken)).code]).toEqual([400, 'bad-request'])
    const long = await post('/api/uploads', { name: 'x'.repeat(70_000) })
    expect(long.status).toBe(413)
  })

  it('the same file again goes on with the unfinished upload; another size does not', async () => {
    const first = await begin(9 * mebibyte, { fingerprint: 'again' })
    const second = await begin(9 * mebibyte, { fingerprint: 'again' })
    expect([first.status, second.status]).toEqual([201, 200])
    expect(second.begun).toEqual(first.begun)
    const other = await begin(10 * mebibyte, { fingerprint: 'again' })
    expect(other.status).toBe(201)
    expect(other.begun.videoId).not.toBe(first.begun.videoId)
  })

  it('begun many times at once, all get one upload, and no other stays in the store', async () => {
    const before = await openUploads()
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => begin(9 * mebibyte, { fingerprint: 'at once' })),
    )
    expect(new Set(answers.map(({ begun }) => begun.videoId)).size).toBe(1)
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect((await openUploads()).length - before.length).toBe(1)
  })

  it('begins anew when the store has forgotten the unfinished upload', async () => {
    const first = await begin(5000, { fingerprint: 'forgotten' })
    const meta = await pipeline.videos.get(first.begun.videoId)
    const { key = '', uploadId = '' } = meta?.source ?? {}
    await pipeline.multipart.abort({ key, uploadId })
    const second = await begin(5000, { fingerprint: 'forgotten' })
    expect(second.status).toBe(201)
    expect(second.begun.videoId).not.toBe(first.begun.videoId)
  })

  it('a finished upload is no reason to refuse the same file as a new video', async () => {
    const first = await begin(3, { fingerprint: 'finished' })
    await send(first.begun.videoId, 1, new Uint8Array([1, 2, 3]))
    expect((await complete(first.begun.videoId)).status).toBe(202)
    const second = await begin(3, { fingerprint: 'finished' })
    expect(second.status).toBe(201)
    expect(second.begun.videoId).not.toBe(first.begun.videoId)
  })
})

describe('parts', () => {
  it('are signed with their exact size and no checksum', async () => {
    const { begun } = await begin(9 * mebibyte)
    const parts = await sign(begun.videoId, [2, 1])
    expect(parts.map(({ partNumber, size }) => [partNumber, size])).toEqual([
      [2, mebibyte],
      [1, partBytes],
    ])
    for (const { url } of parts) {
      const { searchParams } = new URL(url)
      expect(searchParams.get('X-Amz-SignedHeaders')).toBe('content-length;host')
      expect([...searchParams.keys()].filter(name => /checksum/i.test(name))).toEqual([])
    }
  })

  it('of another length are refused by the store', async () => {
    const { begun } = await begin(5000)
    const [part] = await sign(begun.videoId, [1])
    for (const length of [4999, 5001, 0]) {
      const body = new Uint8Array(length)
      const answer = await fetch(part?.url ?? '', { method: 'PUT', body })
      expect([length, answer.status]).toEqual([length, 403])
    }
    expect((await held(begun.videoId)).body).toEqual({ parts: [] })
  })

  it.each([[[]], [[0]], [[4]], [[1, 1]], [[1.5]], [Array.from({ length: 101 }, (_, i) => i + 1)]])(
    'numbers %j are refused',
    async partNumbers => {
      const { begun } = await begin(20 * mebibyte)
      const answer = await post(`/api/uploads/${begun.videoId}/parts`, { partNumbers })
      expect([answer.status, (await problemOf(answer)).code]).toEqual([400, 'bad-request'])
    },
  )

  it('that have arrived are listed with size and etag', async () => {
    const bytes = new Uint8Array(randomBytes(mebibyte))
    const { begun } = await begin(9 * mebibyte)
    const part = await send(begun.videoId, 2, bytes)
    const md5 = createHash('md5').update(bytes).digest('hex')
    expect(part.etag).toBe(`"${md5}"`)
    const listed = await held(begun.videoId)
    expect(listed.body).toEqual({ parts: [{ partNumber: 2, size: mebibyte, etag: part.etag }] })
  })

  it('of an unknown upload: 404, and so for an id of no form', async () => {
    for (const id of [newVideoId(), 'x', 'v_..%2f..']) {
      const answer = await post(`/api/uploads/${id}/parts`, { partNumbers: [1] })
      expect(answer.status).toBe(404)
      expect((await held(id)).status).toBe(404)
    }
  })
})

describe('complete', () => {
  it('joins the parts and hands the video over', async () => {
    const first = new Uint8Array(randomBytes(partBytes))
    const second = new Uint8Array(randomBytes(1000))
    const { begun } = await begin(first.length + second.length)
    const parts = [await send(begun.videoId, 2, second), await send(begun.videoId, 1, first)]
    const answer = await complete(begun.videoId, parts)
    expect(answer.status).toBe(202)
    const view = (await answer.json()) as VideoView
    expect(view).toMatchObject({
      videoId: begun.videoId,
      title: 'Holiday in Rome',
      state: 'queued',
      ratio: 0,
      playable: false,
      sizeBytes: first.length + second.length,
      failure: null,
    })
    const stored = await pipeline.source.readRange(sourceKey(begun.videoId), {
      start: 0,
      end: view.sizeBytes - 1,
    })
    const hash = createHash('sha256')
    for await (const chunk of stored) hash.update(chunk)
    expect(hash.digest('hex')).toBe(createHash('sha256').update(first).update(second).digest('hex'))
    expect(await pipeline.drain('fast')).toEqual([
      { kind: 'inspect', videoId: begun.videoId, attempt: 1 },
    ])
    expect((await pipeline.videos.get(begun.videoId))?.source.uploadId).toBeUndefined()
  })

  it('twice, and many times at once, is once', async () => {
    const { videoId, part } = await sendSmall()
    const answers = await Promise.all(Array.from({ length: 5 }, () => complete(videoId, [part])))
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202])
    expect((await complete(videoId, [part])).status).toBe(202)
    const sent = await pipeline.drain('fast')
    expect(sent.length).toBeGreaterThan(0)
    expect(new Set(sent.map(task => JSON.stringify(task))).size).toBe(1)
  })

  it('without all parts names those that are missing, and changes nothing', async () => {
    const { begun } = await begin(20 * mebibyte)
    await send(begun.videoId, 3, new Uint8Array(4 * mebibyte))
    const answer = await complete(begun.videoId)
    expect(answer.status).toBe(409)
    expect(await problemOf(answer)).toMatchObject({
      code: 'upload-incomplete',
      partNumbers: [1, 2],
    })
    expect((await pipeline.videos.get(begun.videoId))?.state).toBe('uploading')
    expect(await pipeline.drain('fast')).toEqual([])
  })

  it('with a part the client knows otherwise asks for that part', async () => {
    const { videoId } = await sendSmall()
    const answer = await complete(videoId, [{ partNumber: 1, etag: '"other"' }])
    expect(await problemOf(answer)).toMatchObject({ code: 'upload-incomplete', partNumbers: [1] })
    expect((await complete(videoId, [{ partNumber: 1, etag: '' }])).status).toBe(202)
  })

  it('after the store has joined the parts and the answer was lost', async () => {
    const { videoId } = await sendSmall()
    const { key = '', uploadId = '' } = (await pipeline.videos.get(videoId))?.source ?? {}
    const parts = (await pipeline.multipart.listParts({ key, uploadId })) ?? []
    expect(await pipeline.multipart.complete({ key, uploadId }, parts)).toBe('done')
    const listed = await held(videoId)
    expect(listed.body).toMatchObject({ parts: [{ partNumber: 1, size: 5000 }] })
    expect((await complete(videoId)).status).toBe(202)
    expect(await pipeline.drain('fast')).toHaveLength(1)
  })

  it('sends the message again while nobody has done its task, and not after', async () => {
    const { videoId } = await sendSmall()
    await complete(videoId)
    await pipeline.drain('fast')
    await complete(videoId)
    expect(await pipeline.drain('fast')).toHaveLength(1)
    const inspect = { kind: 'inspect', videoId, attempt: 1 } as const
    await pipeline.tasks.claim(inspect, 'worker', pipeline.clock.seconds)
    await pipeline.tasks.fail(inspect, 'worker')
    expect((await complete(videoId)).status).toBe(202)
    expect(await pipeline.drain('fast')).toEqual([])
  })
})

describe('abort', () => {
  it('leaves nothing, twice as well', async () => {
    const { videoId } = await sendSmall()
    for (let i = 0; i < 2; i++) {
      const answer = await app.request(`/api/uploads/${videoId}`, { method: 'DELETE' })
      expect(answer.status).toBe(204)
    }
    expect(await pipeline.videos.get(videoId)).toBeNull()
    expect(await openUploads()).not.toContain(sourceKey(videoId))
    expect((await complete(videoId)).status).toBe(404)
  })

  it('lets the same file begin anew', async () => {
    const first = await begin(100, { fingerprint: 'aborted' })
    await app.request(`/api/uploads/${first.begun.videoId}`, { method: 'DELETE' })
    const second = await begin(100, { fingerprint: 'aborted' })
    expect(second.status).toBe(201)
  })

  it('does not touch a video whose upload is complete', async () => {
    const { videoId } = await sendSmall()
    await complete(videoId)
    const answer = await app.request(`/api/uploads/${videoId}`, { method: 'DELETE' })
    expect([answer.status, (await problemOf(answer)).code]).toEqual([409, 'state-conflict'])
    expect(await pipeline.source.head(sourceKey(videoId))).not.toBeNull()
  })

  it('while the store joins the parts, either wins and nothing is left over', async () => {
    const { videoId } = await sendSmall()
    const [completed, aborted] = await Promise.all([
      complete(videoId),
      app.request(`/api/uploads/${videoId}`, { method: 'DELETE' }),
    ])
    const outcome = `${completed.status} ${aborted.status}`
    expect(['202 409', '404 204']).toContain(outcome)
    const object = await pipeline.source.head(sourceKey(videoId))
    expect(object !== null).toBe(completed.status === 202)
  })
})

it("somebody else's upload is not there", async () => {
  const { begun } = await begin(100)
  const other = createApp({
    ...pipeline,
    identify: () => personOf('another person'),
    limits: { maxBytes: 1000 },
    newVideoId,
  })
  const answer = await other.request(`/api/uploads/${begun.videoId}/parts`)
  expect([answer.status, (await problemOf(answer)).code]).toEqual([404, 'upload-not-found'])
  await other.request(`/api/uploads/${begun.videoId}`, { method: 'DELETE' })
  expect(await pipeline.videos.get(begun.videoId)).not.toBeNull()
})

it('what is unknown is a problem too', async () => {
  const answer = await app.request('/api/uploads/x/y/z')
  expect(answer.status).toBe(404)
  expect((await problemOf(answer)).code).toBe('not-found')
})
