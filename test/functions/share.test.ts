// How a video looks in other places: the oEmbed answer and the page of tags, for whom and for what.
import { beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { nobody } from '#domain/access.ts'
import type { Meta } from '#domain/item.ts'
import { createApp, type StatusDeps } from '../../functions/status/app.ts'
import { usualTiming } from '../../functions/status/follow.ts'
import { frameSize } from '../../functions/status/share.ts'
import { createPipeline, metaOf, newVideoId, type Pipeline } from '../support/pipeline.ts'

let pipeline: Pipeline
let app: ReturnType<typeof createApp>

const appOf = (changes: Partial<StatusDeps> = {}) =>
  createApp({
    ...pipeline,
    revoke: () => {},
    timing: usualTiming,
    version: '1.2.3',
    publicOrigin: 'https://video.example',
    ...changes,
  })

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'))
  app = appOf()
})
beforeEach(() => pipeline.purge())

async function create(changes: Partial<Meta> = {}): Promise<string> {
  const videoId = newVideoId()
  expect(await pipeline.videos.create(metaOf(videoId, changes), null)).toBe(true)
  return videoId
}

const facts = {
  durationSeconds: 60,
  width: 1920,
  height: 1080,
  rungs: [240, 720],
  audioTracks: 1,
  totalWork: 10,
}

describe('the size of a frame', () => {
  it.each([
    [16 / 9, {}, 640, 360],
    [16 / 9, { width: 320 }, 320, 180],
    [16 / 9, { height: 90 }, 160, 90],
    [9 / 16, { width: 5000, height: 640 }, 360, 640],
    [16 / 9, { width: 1, height: 1 }, 1, 1],
  ])('of a picture %f, within %j: %i × %i', (aspect, bounds, width, height) => {
    expect(frameSize(aspect, bounds)).toEqual({ width, height })
  })
})

describe('in other places', () => {
  const origin = 'https://video.example'
  const ask = (query: Record<string, string>, changes: Partial<StatusDeps> = {}) =>
    appOf(changes).request(`/api/oembed?${new URLSearchParams(query)}`)
  const shown = (changes: Partial<Meta> = {}) =>
    create({ state: 'ready', attempt: 1, liveAttempt: 1, facts, title: 'Sea & <sky>', ...changes })

  it('a video is described for a page that embeds it, within its bounds', async () => {
    const videoId = await shown()
    const answer = await ask({ url: `${origin}/watch/${videoId}?t=4`, maxwidth: '320' })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    const body = (await answer.json()) as { html: string }
    expect(body).toMatchObject({ version: '1.0', type: 'video', title: 'Sea & <sky>' })
    expect(body).toMatchObject({ width: 320, height: 180, provider_url: `${origin}/` })
    expect(body.html).toContain(`<iframe src="${origin}/embed/${videoId}"`)
    expect(body.html).toContain('title="Sea &amp; &lt;sky&gt;"')
  })

  it('nothing is said of other addresses, of what cannot be played, or in other formats', async () => {
    const videoId = await shown()
    const url = `${origin}/watch/${videoId}`
    const statusOf = async (query: Record<string, string>, changes: Partial<StatusDeps> = {}) =>
      (await ask(query, changes)).status
    expect(await statusOf({ url })).toBe(200)
    expect(await statusOf({ url, format: 'json' })).toBe(200)
    expect(await statusOf({ url, format: 'xml' })).toBe(501)
    expect(await statusOf({ url: `https://evil.example/watch/${videoId}` })).toBe(404)
    expect(await statusOf({ url: `${origin}/library/${videoId}` })).toBe(404)
    expect(await statusOf({ url: `${origin}/watch/${newVideoId()}` })).toBe(404)
    expect(await statusOf({ url: `${origin}/watch/${await create()}` })).toBe(404)
    expect(await statusOf({ url }, { publicOrigin: null })).toBe(404)
    expect(await statusOf({})).toBe(400)
    expect(await statusOf({ url, maxwidth: '0' })).toBe(400)
    expect(await statusOf({ url, maxheight: 'tall' })).toBe(400)
  })

  it('a stranger is told of what is public or unlisted, and only the first is to be found', async () => {
    const changes = { identify: () => nobody }
    for (const [visibility, status, found] of [
      ['public', 200, true],
      ['unlisted', 200, false],
      ['private', 404, false],
    ] as const) {
      const videoId = await shown({ visibility })
      const url = `${origin}/watch/${videoId}`
      expect((await ask({ url }, changes)).status).toBe(status)
      const answer = await appOf(changes).request(`/api/share/${videoId}`)
      expect(answer.status).toBe(status)
      const page = await answer.text()
      if (status === 404) expect(page).not.toContain('Sea')
      else expect(/<meta name="robots" content="noindex">/.test(page)).toBe(!found)
      if (status === 200) expect(answer.headers.get('x-robots-tag')).toBe(found ? null : 'noindex')
    }
  })

  it('a crawler gets tags, escaped, that run nothing', async () => {
    const videoId = await shown()
    const answer = await app.request(`/api/share/${videoId}`, {
      headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example' },
    })
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
    const page = await answer.text()
    expect(page).toContain('<meta property="og:title" content="Sea &amp; &lt;sky&gt;">')
    expect(page).toContain(`<meta property="og:video" content="${origin}/embed/${videoId}">`)
    expect(page).toContain('<meta name="twitter:card" content="player">')
    expect(page).toContain(`<link rel="canonical" href="${origin}/watch/${videoId}">`)
    expect(page).toContain(
      `href="${origin}/api/oembed?url=${encodeURIComponent(`${origin}/watch/${videoId}`)}"`,
    )
    expect(page).not.toMatch(/evil|<sky>|<script/)
    expect((await app.request(`/api/share/${await create()}`)).status).toBe(404)
    const without = await appOf({ publicOrigin: null }).request(`/api/share/${videoId}`)
    expect(await without.text()).not.toMatch(/https?:/)
  })
})
