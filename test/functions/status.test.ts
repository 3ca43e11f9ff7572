// The library API: views from records, pages, conditional reads, changes, deletion.
import { beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { type Count, type Meta, newCount } from '#domain/item.ts'
import type { VideoView } from '#domain/video.ts'
import { createApp, type StatusDeps } from '../../functions/status/app.ts'
import { usualTiming } from '../../functions/status/follow.ts'
import { personOf } from '../support/actors.ts'
import { createPipeline, metaOf, newVideoId, type Pipeline } from '../support/pipeline.ts'

let pipeline: Pipeline
let app: ReturnType<typeof createApp>
const revoked: string[] = []

const facts = {
  durationSeconds: 60,
  width: 1920,
  height: 1080,
  rungs: [240, 720],
  audioTracks: 1,
  totalWork: 10,
}
const counters = newCount(['240p', '720p', 'audio0'], 5)

const appOf = (changes: Partial<StatusDeps> = {}) =>
  createApp({
    ...pipeline,
    revoke: videoId => void revoked.push(videoId),
    timing: usualTiming,
    version: '1.2.3',
    publicOrigin: 'https://video.example',
    ...changes,
  })

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'), { pageItems: 2 })
  app = appOf()
})
beforeEach(() => pipeline.purge())

async function create(changes: Partial<Meta> = {}): Promise<string> {
  const videoId = newVideoId()
  expect(await pipeline.videos.create(metaOf(videoId, changes), null)).toBe(true)
  return videoId
}

async function createProcessing(changes: Partial<Meta> = {}, count: Partial<Count> = {}) {
  const videoId = await create({ state: 'processing', attempt: 1, facts, ...changes })
  await pipeline.tasks.createCount(videoId, 1, { ...counters, ...count })
  return videoId
}

const read = async (videoId: string, headers: Record<string, string> = {}) => {
  const answer = await app.request(`/api/videos/${videoId}`, { headers })
  const view = answer.status === 200 ? ((await answer.json()) as VideoView) : null
  return { status: answer.status, etag: answer.headers.get('etag') ?? '', view }
}

const patch = (videoId: string, body: unknown) =>
  app.request(`/api/videos/${videoId}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

describe('one video', () => {
  it('while uploading', async () => {
    const { view } = await read(await create({ createdAt: 1_800_000_000.25 }))
    expect(view).toMatchObject({
      state: 'uploading',
      ratio: 0,
      rungs: [],
      durationSeconds: null,
      posterUrl: null,
      import: null,
      posterColor: null,
      createdAt: '2027-01-15T08:00:00.250Z',
    })
  })

  it('shows how far each rung is, the sum of the shards, and what can be played', async () => {
    const videoId = await createProcessing(
      {},
      { seconds: { '240p': 59.96, '720p': 4, audio0: 4 }, firstPicture: true },
    )
    const task = { kind: 'encode', videoId, attempt: 1, chunk: 0, lane: 'lead' } as const
    for (const [shard, done] of [
      ['a', 1],
      ['b', 2],
      ['c', 1.5],
    ] as const) {
      await pipeline.tasks.addProgress(task, shard, done)
    }
    const { view } = await read(videoId)
    expect(view).toMatchObject({
      ratio: 0.45,
      playable: false,
      rungs: [
        { height: 240, state: 'ready' },
        { height: 720, state: 'growing' },
      ],
    })
    const silent = await createProcessing(
      { facts: { ...facts, audioTracks: 0 } },
      { firstPicture: true },
    )
    expect((await read(silent)).view?.playable).toBe(true)
  })

  it('has signed pictures once they are made', async () => {
    const videoId = await createProcessing({}, { poster: true })
    const { view } = await read(videoId)
    expect(view?.storyboardUrl).toBeNull()
    const [, token, rest] = /^\/t\/([\w.-]+)(\/.*)$/.exec(view?.posterUrl ?? '') ?? []
    expect(rest).toBe(`/v/${videoId}/1/poster.jpg`)
    const claims = JSON.parse(Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString())
    expect(claims).toEqual({ e: 0, exp: 1_800_057_600, v: videoId })
  })

  it('shows the attempt that plays while a re-run is at work', async () => {
    const videoId = await create({ state: 'ready', attempt: 2, liveAttempt: 1, facts })
    await pipeline.tasks.createCount(videoId, 1, { ...counters, poster: true })
    await pipeline.tasks.createCount(videoId, 2, counters)
    const { view } = await read(videoId)
    expect(view).toMatchObject({ ratio: 1, playable: true })
    expect(view?.rungs.map(({ state }) => state)).toEqual(['ready', 'ready'])
    expect(view?.posterUrl).toContain('/1/poster.jpg')
  })

  it('says why it failed, in words', async () => {
    const failure = { code: 'no-video', message: 'The file has sound but no picture.' } as const
    const { view } = await read(await createProcessing({ state: 'failed', failure }))
    expect(view).toMatchObject({ state: 'failed', failure, playable: false })
  })

  it('is answered with 304 as long as nothing changed', async () => {
    const videoId = await createProcessing({}, { poster: true })
    const first = await read(videoId)
    expect(first.etag).toMatch(/^W\/"/)
    expect((await read(videoId, { 'if-none-match': first.etag })).status).toBe(304)
    const several = `"x", ${first.etag.replace('W/', '')}`
    expect((await read(videoId, { 'if-none-match': several })).status).toBe(304)
    await pipeline.tasks.fence(videoId, 1)
    const second = await read(videoId, { 'if-none-match': first.etag })
    expect(second.status).toBe(200)
    expect(second.etag).not.toBe(first.etag)
    // The signed addresses end some day: an old answer must not be kept for ever.
    pipeline.clock.seconds += 24 * 3600
    expect((await read(videoId, { 'if-none-match': second.etag })).status).toBe(200)
    pipeline.clock.seconds -= 24 * 3600
  })

  it('of another person, unknown, deleting or of no form is 404', async () => {
    const theirs = await create({ ownerId: 'another person' })
    const leaving = await create({ state: 'deleting' })
    for (const id of [theirs, leaving, newVideoId(), 'v_short', 'VIDEO']) {
      expect([id, (await read(id)).status]).toEqual([id, 404])
      expect((await patch(id, { title: 'x' })).status).toBe(404)
    }
  })
})

describe('renaming', () => {
  it('changes the title and the version', async () => {
    const videoId = await create()
    const answer = await patch(videoId, { title: '  Ferien in Rom 🏛️ ' })
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ title: 'Ferien in Rom 🏛️', version: 2 })
    expect(answer.headers.get('etag')).toBe((await read(videoId)).etag)
  })

  it.each([
    [{ title: '   ' }, ['title']],
    [{ title: 'x'.repeat(201) }, ['title']],
    [{ title: 'a\nb' }, ['title']],
    [{}, ['(body)']],
    [{ visibility: 'secret' }, ['visibility']],
    [{ visibility: 'public', title: '' }, ['title']],
    [{ title: 'a', ownerId: 'me' }, ['ownerId']],
    [[], ['(body)']],
  ])('refuses %j', async (body, invalid) => {
    const answer = await patch(await create(), body)
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ code: 'bad-request', invalid })
  })
})

describe('the list', () => {
  interface Page {
    videos: VideoView[]
    cursor: string | null
  }
  const ownerId = 'a collector'
  let theirs: ReturnType<typeof createApp>
  const page = async (query: string, from = theirs): Promise<Page> => {
    const answer = await from.request(`/api/videos?${query}`)
    expect(answer.status).toBe(200)
    return (await answer.json()) as Page
  }
  async function walk(query: string): Promise<string[][]> {
    const pages: string[][] = []
    let cursor: string | null = null
    do {
      const next: Page = await page(cursor ? `${query}&cursor=${cursor}` : query)
      pages.push(next.videos.map(({ title }) => title))
      cursor = next.cursor
    } while (cursor)
    return pages
  }

  const titles = Array.from({ length: 11 }, (_, i) => `${i % 3 === 0 ? 'Rome' : 'Oslo'} ${i}`)
  beforeAll(async () => {
    for (const [index, title] of titles.entries()) {
      await create({ ownerId, title, createdAt: 1_700_000_000 + index })
    }
    await create({ ownerId, title: 'Rome leaving', state: 'deleting', createdAt: 1_700_000_005.5 })
    theirs = appOf({ identify: () => personOf(ownerId) })
  })

  it('is the newest first, in pages that neither lose nor repeat one', async () => {
    const newestFirst = titles.toReversed()
    for (const limit of [1, 3, 4, 11, 100]) {
      expect((await walk(`limit=${limit}`)).flat()).toEqual(newestFirst)
    }
    expect((await page('')).videos).toHaveLength(11)
  })

  it('is searched, filtered and sorted', async () => {
    expect(await walk('limit=3&q=rOmE')).toEqual([['Rome 9', 'Rome 6', 'Rome 3'], ['Rome 0']])
    expect((await walk('limit=2&q=nothing')).flat()).toEqual([])
    expect((await walk('q=oslo&sort=oldest')).flat().slice(0, 2)).toEqual(['Oslo 1', 'Oslo 2'])
    const byTitle = (await walk('limit=4&sort=title')).flat()
    expect(byTitle.slice(0, 3)).toEqual(['Oslo 1', 'Oslo 2', 'Oslo 4'])
    expect(byTitle).toHaveLength(11)
    expect((await walk('state=ready,failed')).flat()).toEqual([])
    expect((await walk('state=failed,uploading&q=rome&sort=largest')).flat()).toHaveLength(4)
  })

  it.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=x', 'limit'],
    ['limit=1.5', 'limit'],
    [`q=${'x'.repeat(300)}`, 'q'],
    ['state=sleeping', 'state'],
    ['state=ready,', 'state'],
    ['sort=colour', 'sort'],
    ['query=rome', 'query'],
  ])('refuses %s', async (query, invalid) => {
    const answer = await app.request(`/api/videos?${query}`)
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ code: 'bad-request', invalid: [invalid] })
  })

  it('has a sum of all it holds', async () => {
    expect(await (await theirs.request('/api/usage')).json()).toEqual({
      videos: 11,
      states: { uploading: 11, processing: 0, ready: 0, failed: 0 },
      sizeBytes: 11_000,
      durationSeconds: 0,
      complete: true,
    })
  })

  it("takes a cursor of no form as the beginning, and shows nothing of somebody else's by theirs", async () => {
    const { cursor } = await page('limit=1')
    const first = await page('limit=1', app)
    for (const foreign of ['e30', 'x']) {
      const answer = await page(`limit=1&cursor=${foreign}`, app)
      expect(answer.videos[0]?.videoId).toBe(first.videos[0]?.videoId)
    }
    const { videos } = await page(`cursor=${cursor}`, app)
    expect(videos.filter(({ title }) => titles.includes(title))).toEqual([])
  })
})

describe('deletion', () => {
  it('hides the video, fences its workers, shuts the gate and sends the sweep', async () => {
    const videoId = await createProcessing()
    const answer = await app.request(`/api/videos/${videoId}`, { method: 'DELETE' })
    expect(answer.status).toBe(202)
    expect((await read(videoId)).status).toBe(404)
    expect((await pipeline.tasks.readCount(videoId, 1))?.live).toBe(false)
    expect(revoked).toContain(videoId)
    expect(await pipeline.drain('bulk')).toEqual([{ kind: 'sweep', videoId, attempt: 1 }])
    const meta = await pipeline.videos.get(videoId)
    expect(meta).toMatchObject({ state: 'deleting', dueAt: pipeline.clock.seconds + 900 })
  })

  it('again does it all again, and of nothing is nothing', async () => {
    const videoId = await create()
    for (const status of [202, 202]) {
      const answer = await app.request(`/api/videos/${videoId}`, { method: 'DELETE' })
      expect(answer.status).toBe(status)
    }
    expect(await pipeline.drain('bulk')).toHaveLength(2)
    const nothing = await app.request(`/api/videos/${newVideoId()}`, { method: 'DELETE' })
    expect(nothing.status).toBe(204)
  })

  it("does not touch somebody else's", async () => {
    const videoId = await create({ ownerId: 'another person' })
    await app.request(`/api/videos/${videoId}`, { method: 'DELETE' })
    expect((await pipeline.videos.get(videoId))?.state).toBe('uploading')
  })
})

describe('what runs', () => {
  it('is alive', async () => {
    expect(await (await app.request('/health')).json()).toEqual({ status: 'ok' })
  })

  it('tells version, age and queues', async () => {
    await pipeline.queue.send({ kind: 'sweep', videoId: newVideoId(), attempt: 1 })
    pipeline.clock.seconds += 7.5
    const answer = await app.request('/status')
    expect(await answer.json()).toEqual({
      version: '1.2.3',
      uptimeSeconds: 7,
      queues: { fast: { waiting: 0, running: 0 }, bulk: { waiting: 1, running: 0 } },
    })
  })

  it('shows what the API is, to programs and to people', async () => {
    const document = (await (await app.request('/api/openapi.json')).json()) as { openapi: string }
    expect(document.openapi).toBe('3.1.0')
    const page = await app.request('/api/docs')
    expect(page.headers.get('content-type')).toMatch(/^text\/html/)
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  it('tells nothing of an error but its code', async () => {
    const broken = appOf({
      identify: () => {
        throw new Error('a secret in the text')
      },
    })
    const answer = await broken.request('/api/videos')
    const text = await answer.text()
    expect(answer.status).toBe(500)
    expect(JSON.parse(text)).toMatchObject({
      code: 'internal',
      instance: expect.stringMatching(/^urn:uuid:/),
    })
    expect(text).not.toContain('secret')
  })
})
