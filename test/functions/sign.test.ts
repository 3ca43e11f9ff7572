// Opening playback: final addresses when ready, growing ones before, one generation for all who come within 15 s.
import { jwtVerify } from 'jose'
import { beforeAll, beforeEach, expect, inject, it } from 'vitest'
import type { Count, Meta } from '#domain/item.ts'
import type { PlaybackView } from '#domain/video.ts'
import { viewerAddressHeader } from '#platform/viewer-address.ts'
import { createApp } from '../../functions/sign/app.ts'
import { createPipeline, metaOf, newVideoId, type Pipeline } from '../support/pipeline.ts'

let pipeline: Pipeline
let app: ReturnType<typeof createApp>

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'))
  app = createApp(pipeline)
})
beforeEach(() => {
  pipeline.clock.seconds = 1_800_000_000
})

const facts = {
  durationSeconds: 7200,
  width: 1920,
  height: 1080,
  rungs: [240],
  audioTracks: 1,
  totalWork: 10,
}

async function create(changes: Partial<Meta>, count: Partial<Count> = {}): Promise<string> {
  const videoId = newVideoId()
  const meta = metaOf(videoId, changes)
  await pipeline.videos.create(meta, null)
  if (meta.attempt > 0) {
    await pipeline.tasks.createCount(videoId, meta.liveAttempt || meta.attempt, {
      tasksLeft: 0,
      live: true,
      version: 0,
      seconds: {},
      firstPicture: false,
      firstSound: false,
      poster: false,
      storyboard: false,
      mp4: false,
      ...count,
    })
  }
  return videoId
}

async function open(videoId: string) {
  const answer = await app.request(`/api/videos/${videoId}/playback`, { method: 'POST' })
  return { status: answer.status, headers: answer.headers, body: await answer.json() }
}
const view = async (videoId: string) => (await open(videoId)).body as PlaybackView

/** A signed address taken apart; its token must open this video and nothing else. */
async function read(url: string | null) {
  const [, token = '', path = ''] = /^\/t\/([\w.-]+)(\/.*)$/.exec(url ?? '') ?? []
  const key = new TextEncoder().encode('a-secret-of-tests-with-32-bytes-and-more')
  const { payload } = await jwtVerify(token, key, { currentDate: new Date(0) })
  return { path, payload }
}

it('a ready video: final addresses, the same for equal requests', async () => {
  const made = { poster: true, storyboard: true, mp4: true }
  const videoId = await create({ state: 'ready', attempt: 2, liveAttempt: 2, facts }, made)
  const first = await view(videoId)
  expect(first).toMatchObject({ growing: false, durationSeconds: 7200 })
  expect(first.nativeUrl).toBe(first.url)
  const { path, payload } = await read(first.url)
  expect(path).toBe(`/v/${videoId}/2/main.m3u8`)
  expect((await read(first.mp4Url)).path).toBe(`/v/${videoId}/2/video.mp4`)
  expect((await read(first.posterUrl)).path).toBe(`/v/${videoId}/2/poster.jpg`)
  expect((await read(first.storyboardUrl)).path).toBe(`/v/${videoId}/2/storyboard.vtt`)
  expect(payload).toEqual({
    e: 0,
    exp: Date.parse(first.expiresAt) / 1000,
    v: videoId,
  })
  // 12 h, rounded up to 6 h.
  expect(payload.exp).toBe(1_800_057_600)
  pipeline.clock.seconds += 3600
  expect(await view(videoId)).toEqual(first)
})

it('what is not made yet has no address', async () => {
  const videoId = await create({ state: 'ready', attempt: 1, liveAttempt: 1, facts })
  expect(await view(videoId)).toMatchObject({ mp4Url: null, posterUrl: null, storyboardUrl: null })
})

it('a re-run does not change what plays', async () => {
  const made = { mp4: true }
  const videoId = await create({ state: 'ready', attempt: 3, liveAttempt: 2, facts }, made)
  expect((await read((await view(videoId)).mp4Url)).path).toBe(`/v/${videoId}/2/video.mp4`)
})

it('a long film is open for four times its length', async () => {
  const long = { ...facts, durationSeconds: 8 * 3600 }
  const videoId = await create({ state: 'ready', attempt: 1, liveAttempt: 1, facts: long })
  const { expiresAt } = await view(videoId)
  const seconds = Date.parse(expiresAt) / 1000 - pipeline.clock.seconds
  expect(seconds).toBeGreaterThanOrEqual(32 * 3600)
  expect(seconds).toBeLessThanOrEqual(38 * 3600)
})

it('a growing video: one generation for all who come within 15 s, then a new one', async () => {
  const videoId = await create({ state: 'processing', attempt: 1, facts }, { poster: true })
  const paths: string[] = []
  const together = await Promise.all(Array.from({ length: 5 }, () => view(videoId)))
  for (const { url } of together) paths.push((await read(url)).path)
  for (const seconds of [14.9, 0.2]) {
    pipeline.clock.seconds += seconds
    paths.push((await read((await view(videoId)).url)).path)
  }
  const generations = paths.map(path => path.split('/')[4])
  expect(generations).toEqual(['1', '1', '1', '1', '1', '1', '2'])
  const last = await view(videoId)
  expect(last.growing).toBe(true)
  expect((await read(last.nativeUrl)).path).toBe(`/p/${videoId}/1/2/native.m3u8`)
  expect((await read(last.posterUrl)).path).toBe(`/v/${videoId}/1/poster.jpg`)
})

it('one that is only queued can be opened already', async () => {
  const videoId = await create({ state: 'queued', attempt: 1 })
  const opened = await open(videoId)
  expect(opened.status).toBe(200)
  expect(opened.headers.get('cache-control')).toBe('no-store')
  expect(opened.body).toMatchObject({ growing: true, durationSeconds: null })
})

it.each([
  [{ state: 'uploading' }, 409, 'not-playable', 'cannot be played yet'],
  [
    { state: 'failed', failure: { code: 'no-video', message: 'It has no picture.' } },
    409,
    'not-playable',
    'It has no picture.',
  ],
  [{ state: 'deleting' }, 404, 'video-not-found', ''],
  [{ state: 'ready', ownerId: 'another person' }, 404, 'video-not-found', ''],
] as const)('of %j there is nothing to play', async (changes, status, code, detail) => {
  const answer = await open(await create(changes))
  expect(answer.status).toBe(status)
  expect(answer.body).toMatchObject({ code, detail: expect.stringContaining(detail) })
})

const ask = async (videoId: string, init: RequestInit) => {
  const answer = await app.request(`/api/videos/${videoId}/playback`, { method: 'POST', ...init })
  return { status: answer.status, body: await answer.json() }
}
const json = { 'content-type': 'application/json' }
const claimsOf = async (body: unknown) => (await read((body as PlaybackView).url)).payload

it('bound to a network and a page when asked to, each address of it', async () => {
  const videoId = await create({ state: 'ready', attempt: 1, liveAttempt: 1, facts }, { mp4: true })
  const headers = { ...json, [viewerAddressHeader]: '203.0.113.9' }
  const body = JSON.stringify({ bindAddress: true, referrer: 'WWW.Example.com' })
  const answer = await ask(videoId, { headers, body })
  const bound = { a: '203.0.113', r: 'www.example.com', e: 0, v: videoId }
  expect(await claimsOf(answer.body)).toMatchObject(bound)
  expect((await read((answer.body as PlaybackView).mp4Url)).payload).toMatchObject(bound)
  expect(await ask(videoId, { headers, body })).toEqual(answer)
})

it.each([
  ['no body', {}],
  ['an empty one', { headers: json, body: '' }],
  ['an empty object', { headers: json, body: '{}' }],
  ['false', { headers: json, body: '{"bindAddress":false}' }],
])('bound to nothing with %s', async (_name, init) => {
  const videoId = await create({ state: 'ready', attempt: 1, liveAttempt: 1, facts })
  const { status, body } = await ask(videoId, init)
  expect(status).toBe(200)
  expect(Object.keys(await claimsOf(body)).sort()).toEqual(['e', 'exp', 'v'])
})

it.each([
  ['bindAddress', 'yes'],
  ['referrer', 'https://example.com/'],
  ['referrer', ''],
  ['ip', '203.0.113.9'],
])('with %s %j is refused', async (name, value) => {
  const videoId = await create({ state: 'ready', attempt: 1, liveAttempt: 1, facts })
  const body = JSON.stringify({ [name]: value })
  const answer = await ask(videoId, { headers: json, body })
  expect(answer).toMatchObject({ status: 400, body: { invalid: [name] } })
})

it('by a cookie: addresses without a token, equal for everybody, and the token for them alone', async () => {
  const made = { poster: true, mp4: true }
  const videoId = await create({ state: 'ready', attempt: 1, liveAttempt: 1, facts }, made)
  const open = () =>
    app.request(`/api/videos/${videoId}/playback`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ as: 'cookie' }),
    })
  const answer = await open()
  const view = (await answer.json()) as PlaybackView
  expect([view.url, view.posterUrl]).toEqual([
    `/c/v/${videoId}/1/main.m3u8`,
    `/c/v/${videoId}/1/poster.jpg`,
  ])
  const cookies = answer.headers.getSetCookie()
  const expires = new Date(view.expiresAt).toUTCString()
  expect(cookies.map(cookie => cookie.split('; ').slice(1))).toEqual(
    ['v', 'p'].map(kind => [
      `Path=/c/${kind}/${videoId}/`,
      `Expires=${expires}`,
      'HttpOnly',
      'Secure',
      'SameSite=Lax',
    ]),
  )
  const tokens = cookies.map(cookie => /^millrace-playback=([^;]+)/.exec(cookie)?.[1] ?? '')
  const usual = await ask(videoId, {})
  expect(tokens).toEqual(Array(2).fill((usual.body as PlaybackView).url.split('/')[2]))
  expect((await open()).headers.getSetCookie()).toEqual(cookies)
  expect(JSON.stringify(view)).not.toContain(tokens[0])
})

it('by a cookie: what grows, too', async () => {
  const videoId = await create({ state: 'processing', attempt: 1, facts })
  const { body } = await ask(videoId, { headers: json, body: '{"as":"cookie"}' })
  expect(body).toMatchObject({ growing: true, url: `/c/p/${videoId}/1/1/main.m3u8` })
})

it('is not bound to an address that nobody has told', async () => {
  const videoId = await create({ state: 'ready', attempt: 1, liveAttempt: 1, facts })
  const body = JSON.stringify({ bindAddress: true })
  for (const headers of [json, { ...json, 'x-forwarded-for': '203.0.113.9' }]) {
    expect(await ask(videoId, { headers, body })).toMatchObject({
      status: 400,
      body: { code: 'bad-request', detail: expect.stringContaining('not known here') },
    })
  }
})

it('of an unknown video either', async () => {
  expect((await open(newVideoId())).status).toBe(404)
  expect((await open('x')).status).toBe(404)
})

it('of what MediaConvert makes waits until it is whole', async () => {
  const converting = createApp({ ...pipeline, engine: 'mediaconvert' })
  const status = async (videoId: string, from: typeof app) =>
    (await from.request(`/api/videos/${videoId}/playback`, { method: 'POST' })).status
  const ready = { state: 'ready', attempt: 1, liveAttempt: 1 } as const
  for (const state of ['queued', 'processing'] as const) {
    const plain = await create({ state, attempt: 1, facts })
    expect(await status(plain, converting)).toBe(409)
    expect(await status(plain, app)).toBe(200)
    const asked = await create({ state, attempt: 1, engine: 'mediaconvert' })
    expect(await open(asked)).toMatchObject({ status: 409, body: { code: 'not-playable' } })
    const other = await create({ state, attempt: 1, engine: 'ffmpeg' })
    expect(await status(other, converting)).toBe(200)
  }
  expect(await status(await create(ready), converting)).toBe(200)
})
