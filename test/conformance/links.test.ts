// Private is private: a stranger finds a video by a share link alone, and what was given out ends at once, wherever it is kept, when
// the link is taken back, the video is made private, or the power goes in between.
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ShareView } from '#domain/share.ts'
import type { PlaybackView, VideoView } from '#domain/video.ts'
import { cookieField, cookiesOf } from '../../bench/cookies.ts'
import { type Stack, startStack } from '../../bench/stack.ts'
import { call, upload } from '../../bench/upload.ts'
import { makeSource, mediaFolder } from '../support/media.ts'

const folder = mediaFolder()
const clip = `${folder.path}/clip.mp4`
const adminCode = 'a-code-of-this-test-alone-0123456789'
let stack: Stack
let videoId: string
/** Of its owner; a stranger sends nothing. */
let owner: Record<string, string>
const stranger = {}

beforeAll(async () => {
  await makeSource(clip, [
    ...['-f', 'lavfi', '-i', 'testsrc2=s=320x240:r=24:d=2', '-f', 'lavfi', '-i', 'sine=d=2'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '48', '-pix_fmt', 'yuv420p'],
    ...['-c:a', 'aac'],
  ])
  stack = await startStack({ LOG_LEVEL: 'warn', ACCOUNTS: 'on', ADMIN_CODE: adminCode })
  const account = {
    ...{ email: 'ada@example.com', name: 'Ada', password: 'violet harbour seventeen kites' },
    code: adminCode,
  }
  const joined = await fetch(`${stack.origin}/api/account`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: stack.origin },
    body: JSON.stringify(account),
  })
  expect(joined.status).toBe(201)
  const { key } = await call<{ key: string }>(`${stack.origin}/api/keys`, {
    method: 'POST',
    headers: { ...cookieField(cookiesOf(joined.headers.getSetCookie())), origin: stack.origin },
    json: { name: 'test', scopes: ['admin'] },
  })
  owner = { authorization: `Bearer ${key}` }
  videoId = (await upload(stack.origin, clip, () => {}, owner)).videoId
})

afterAll(async () => {
  await stack?.stop()
  await folder.remove()
})

interface Ask {
  method?: string
  json?: unknown
}

async function read<Body>(path: string, who: Record<string, string>, { method, json }: Ask = {}) {
  const answer = await fetch(`${stack.origin}/api/videos/${videoId}${path}`, {
    method: method ?? 'GET',
    headers: { ...who, ...(json === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, body: JSON.parse(text || '{}') as Body }
}
const open = (query: string, who: Record<string, string>, json?: unknown) =>
  read<PlaybackView>(`/playback${query}`, who, { method: 'POST', json })

/** Of the playlist, and of a picture that is kept for a year by whoever may. */
async function played({ url, posterUrl }: PlaybackView, headers = {}): Promise<number[]> {
  const statuses: number[] = []
  for (const path of [url, posterUrl ?? '']) {
    const answer = await fetch(`${stack.origin}${path}`, { headers })
    await answer.arrayBuffer()
    statuses.push(answer.status)
  }
  return statuses
}

const share = async () => {
  const { status, body } = await read<ShareView>('/shares', owner, { method: 'POST', json: {} })
  expect(status).toBe(201)
  return { ...body, query: body.url.slice(body.url.indexOf('?')) }
}
const makeIt = (visibility: string) =>
  read<VideoView>('', owner, { method: 'PATCH', json: { visibility } })

it('a video uploaded by a machine’s key is made, and seen by it', async () => {
  await expect
    .poll(async () => (await read<VideoView>('', owner)).body.state, { timeout: 60_000 })
    .toBe('ready')
})

it('a private video is not there for a stranger, nor for one with a link to another', async () => {
  for (const query of ['', '?share=s_0123456789abcdefghijAB.0123456789abcdefghijAB']) {
    expect((await read(query, stranger)).status).toBe(404)
    expect((await open(query, stranger)).status).toBe(404)
  }
})

it('a share link opens it until it is taken back: then it is gone within seconds, everywhere', async () => {
  const link = await share()
  const kept = await share()
  const [shared, other, own] = [
    (await open(link.query, stranger)).body,
    (await open(kept.query, stranger)).body,
    (await open('', owner)).body,
  ]
  for (const view of [shared, other, own]) expect(await played(view)).toEqual([200, 200])
  const began = performance.now()
  expect((await read(`/shares/${link.shareId}`, owner, { method: 'DELETE' })).status).toBe(204)
  // All addresses of before, for whoever is not asked who they are.
  for (const view of [shared, other, own]) expect(await played(view)).toEqual([403, 403])
  expect((await read(link.query, stranger)).status).toBe(404)
  expect((await open(link.query, stranger)).status).toBe(404)
  expect(performance.now() - began).toBeLessThan(5_000)
  // Whoever may still watch asks anew.
  expect(await played((await open(kept.query, stranger)).body)).toEqual([200, 200])
  expect(await played((await open('', owner)).body)).toEqual([200, 200])
})

it('a public video is everybody’s by the same addresses for weeks, until it is private again', async () => {
  expect((await makeIt('public')).body.visibility).toBe('public')
  const { body: view } = await open('', stranger)
  const days = (Date.parse(view.expiresAt) - Date.now()) / 86_400_000
  expect(days).toBeGreaterThan(29)
  expect((await open('', stranger)).body).toEqual(view)
  expect(await played(view)).toEqual([200, 200])
  expect((await makeIt('private')).body.visibility).toBe('private')
  expect(await played(view)).toEqual([403, 403])
  expect((await open('', stranger)).status).toBe(404)
})

it('what has ended stays ended when the power goes', async () => {
  const link = await share()
  const { body: view } = await open(link.query, stranger)
  expect(await played(view)).toEqual([200, 200])
  await read(`/shares/${link.shareId}`, owner, { method: 'DELETE' })
  await stack.kill()
  await stack.restart()
  expect(await played(view)).toEqual([403, 403])
  expect((await read(link.query, stranger)).status).toBe(404)
  expect(await played((await open('', owner)).body)).toEqual([200, 200])
})

it('bound to a page, and by a cookie, it plays there alone', async () => {
  const { query } = await share()
  const bound = (await open(query, stranger, { referrer: 'www.example.com' })).body
  expect(await played(bound)).toEqual([403, 403])
  expect(await played(bound, { referer: 'https://www.example.com/film' })).toEqual([200, 200])
  const here = (await open(query, stranger, { bindAddress: true })).body
  expect(await played(here)).toEqual([200, 200])
  const { body, headers } = await open(query, stranger, { as: 'cookie' })
  expect(await played(body)).toEqual([403, 403])
  const cookies = cookieField(cookiesOf(headers.getSetCookie()))
  expect(await played(body, cookies)).toEqual([200, 200])
})
