// Imports begun through the API: what is refused before anything is made, what is recorded, and that twice is once.
import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3'
import { beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import type { Problem } from '#domain/api.ts'
import { importSentences } from '#domain/import-refused.ts'
import { metaKey } from '#domain/item.ts'
import type { VideoView } from '#domain/video.ts'
import { createLog } from '#platform/log.ts'
import { reap } from '../../functions/reaper/reap.ts'
import { createApp } from '../../functions/upload/app.ts'
import { innerLinks } from '../support/inner-links.ts'
import { createPipeline, newVideoId, type Pipeline } from '../support/pipeline.ts'

let pipeline: Pipeline
let app: ReturnType<typeof createApp>
const lines: string[] = []
let made = 0

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'))
  const log = createLog({
    ...{ source: 'upload', level: 'debug', format: 'json', now: () => new Date() },
    write: line => void lines.push(line),
  })
  const countedId = () => {
    made += 1
    return newVideoId()
  }
  app = createApp({ ...pipeline, log, limits: { maxBytes: 60_000_000_000 }, newVideoId: countedId })
})
beforeEach(async () => {
  await pipeline.purge()
  lines.length = 0
  made = 0
})

const request = (method: string, path: string, body?: unknown) =>
  app.request(path, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })

async function begin(url: string, facts: { title?: string } = {}) {
  const answer = await request('POST', '/api/imports', { url, ...facts })
  expect(answer.status).toBe(202)
  return (await answer.json()) as VideoView
}

const openUploads = async () => {
  const Bucket = pipeline.names.sourceBucket
  const { Uploads = [] } = await pipeline.s3.send(new ListMultipartUploadsCommand({ Bucket }))
  return Uploads.map(({ Key }) => Key)
}

let links = 0
const newLink = () => {
  links += 1
  return `https://films.example.com/holiday%20in%20rome-${links}.mp4?token=hidden`
}

describe('a link that leads nowhere it may', () => {
  it.each(innerLinks)('is refused, and nothing is made: %s', async url => {
    const answer = await request('POST', '/api/imports', { url })
    const { code, reason, detail } = (await answer.json()) as Problem
    // What is no text of a link at all is none of the contract's.
    expect([answer.status, code]).toEqual(
      url === '' || url.length > 2048 ? [400, 'bad-request'] : [422, 'import-refused'],
    )
    expect(detail).toMatch(/^[A-Z].*\.$/)
    if (code === 'import-refused') expect(detail).toBe(reason && importSentences[reason])
    expect(made).toBe(0)
    expect(lines.join()).not.toContain('secret')
  })
})

it('records a video that is being fetched, and tells nobody where from', async () => {
  const url = newLink()
  const view = await begin(`${url}#t=10`)
  expect(view).toMatchObject({
    state: 'uploading',
    ratio: 0,
    sizeBytes: 0,
    title: `holiday in rome-${links}`,
    import: { receivedBytes: 0, totalBytes: null },
  })
  expect(JSON.stringify(view)).not.toContain('hidden')
  expect(lines.join()).not.toContain('hidden')
  expect(lines.join()).toContain(view.videoId)
  const { videoId } = view
  expect(await pipeline.videos.get(videoId)).toMatchObject({ attempt: 0, import: { url } })
  const task = { kind: 'import', videoId, attempt: 1, lane: 'fast' }
  expect(await pipeline.drain('fast')).toEqual([task])
})

it('takes a title', async () => {
  expect((await begin(newLink(), { title: 'Rome' })).title).toBe('Rome')
})

it.each([
  [{}],
  [{ url: 7 }],
  [{ url: 'https://example.com/', titel: 'x' }],
  [{ url: 'https://example.com/', title: '' }],
])('refuses %j', async body => {
  const answer = await request('POST', '/api/imports', body)
  expect([answer.status, made]).toEqual([400, 0])
})

it('is the same one for the same person and link, also when both are sent at once', async () => {
  const url = newLink()
  const begun = await Promise.all([begin(url), begin(url), begin(`${url}#x`)])
  begun.push(await begin(url))
  const [videoId, ...others] = new Set(begun.map(view => view.videoId))
  expect(others).toEqual([])
  expect((await openUploads()).filter(key => key?.includes(videoId ?? '-'))).toHaveLength(1)
  expect((await begin(newLink())).videoId).not.toBe(videoId)
})

it('is found by the reaper when its message was lost', async () => {
  const own = await createPipeline(inject('ministack'))
  const sending = { ...own.queue, send: () => Promise.reject(new Error('lost')) }
  const losing = createApp({
    ...{ ...own, queue: sending },
    ...{ limits: { maxBytes: 1e9 }, newVideoId },
  })
  const body = JSON.stringify({ url: newLink() })
  const headers = { 'content-type': 'application/json' }
  const answer = await losing.request('/api/imports', { method: 'POST', headers, body })
  expect(answer.status).toBe(500)
  expect(await reap(own)).toMatchObject({ resent: 0 })
  own.clock.seconds += 61
  expect(await reap(own)).toMatchObject({ resent: 1, cleared: 0 })
  expect(await own.drain('fast')).toMatchObject([{ kind: 'import' }])
})

it('takes no parts from anybody, and leaves nothing when it is aborted', async () => {
  const { videoId } = await begin(newLink())
  for (const [path, body] of [
    ['parts', { partNumbers: [1] }],
    ['complete', { parts: [] }],
  ] as const) {
    const answer = await request('POST', `/api/uploads/${videoId}/${path}`, body)
    expect([answer.status, ((await answer.json()) as Problem).code]).toEqual([
      404,
      'upload-not-found',
    ])
  }
  expect((await request('GET', `/api/uploads/${videoId}/parts`)).status).toBe(404)
  expect((await request('DELETE', `/api/uploads/${videoId}`)).status).toBe(204)
  expect(await pipeline.table.query(metaKey(videoId).pk, '')).toEqual([])
  expect((await openUploads()).filter(key => key?.includes(videoId))).toEqual([])
})

it('never becomes an upload of the same fingerprint', async () => {
  const url = newLink()
  const { videoId } = await begin(url)
  const upload = { name: 'a.mp4', size: 5, type: '', fingerprint: `import ${url}` }
  const answer = await request('POST', '/api/uploads', upload)
  expect(answer.status).toBe(201)
  expect(((await answer.json()) as VideoView).videoId).not.toBe(videoId)
})
