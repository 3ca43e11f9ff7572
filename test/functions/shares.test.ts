// Share links: who makes them, whom they let in, for how long, and that nothing of them is left when they are taken back.
import { decodeJwt } from 'jose'
import { beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { type Actor, nobody } from '#domain/access.ts'
import { type Meta, newCount } from '#domain/item.ts'
import { maxShares, type ShareView } from '#domain/share.ts'
import type { PlaybackView, VideoView } from '#domain/video.ts'
import { createApp as createSign } from '../../functions/sign/app.ts'
import { createApp as createStatus } from '../../functions/status/app.ts'
import { usualTiming } from '../../functions/status/follow.ts'
import { personOf } from '../support/actors.ts'
import { createPipeline, metaOf, newVideoId, type Pipeline } from '../support/pipeline.ts'

let pipeline: Pipeline
const ended: [string, number | undefined][] = []
let actor: Actor = nobody
let status: ReturnType<typeof createStatus>
let sign: ReturnType<typeof createSign>
const owner = personOf('owner')

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'), { pageItems: 7 })
  const deps = { ...pipeline, identify: () => actor }
  status = createStatus({
    ...deps,
    revoke: (videoId, epoch) => void ended.push([videoId, epoch]),
    timing: { ...usualTiming, fastSeconds: 0.02, lifeSeconds: 5 },
    version: '1',
    publicOrigin: 'https://video.example',
  })
  sign = createSign(deps)
})
beforeEach(() => {
  ended.length = 0
  pipeline.clock.seconds = 1_800_000_000
})

const facts = {
  ...{ durationSeconds: 60, width: 1920, height: 1080, rungs: [240] },
  ...{ audioTracks: 0, totalWork: 10 },
}

async function create(changes: Partial<Meta> = {}): Promise<string> {
  const videoId = newVideoId()
  const ready = { state: 'ready', attempt: 1, liveAttempt: 1, facts } as const
  await pipeline.videos.create(metaOf(videoId, { ...ready, title: 'Sea', ...changes }), null)
  await pipeline.tasks.createCount(videoId, 1, { ...newCount(['240p'], 0), poster: true })
  return videoId
}

const as = async <Answer>(who: Actor, ask: () => Answer | Promise<Answer>): Promise<Answer> => {
  actor = who
  return ask()
}
const post = (path: string, body: unknown, by = status) =>
  by.request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

async function share(videoId: string, body: object = {}): Promise<ShareView> {
  const answer = await as(owner, () => post(`/api/videos/${videoId}/shares`, body))
  expect(answer.status).toBe(201)
  return (await answer.json()) as ShareView
}
const list = async (videoId: string) => {
  const answer = await as(owner, () => status.request(`/api/videos/${videoId}/shares`))
  return ((await answer.json()) as { shares: ShareView[] }).shares
}
const takeBack = (videoId: string, shareId: string) =>
  as(owner, () => status.request(`/api/videos/${videoId}/shares/${shareId}`, { method: 'DELETE' }))

/** The four ways a stranger may ask for a video by a link. */
async function statuses(videoId: string, token: string): Promise<number[]> {
  const query = `?share=${token}`
  return as(nobody, async () => {
    const events = await status.request(`/api/videos/${videoId}/events${query}`)
    await events.body?.cancel()
    return [
      (await status.request(`/api/videos/${videoId}${query}`)).status,
      (await sign.request(`/api/videos/${videoId}/playback${query}`, { method: 'POST' })).status,
      events.status,
      (await status.request(`/api/share/${videoId}${query}`)).status,
    ]
  })
}
const tokenOf = ({ url }: ShareView) => new URL(url, 'https://x').searchParams.get('share') ?? ''
const allowed = [200, 200, 200, 200]
const refused = [404, 404, 404, 404]

describe('a share link', () => {
  it('lets a stranger watch this video, and no other', async () => {
    const videoId = await create()
    const made = await share(videoId, { label: ' For Ada ' })
    expect(made).toMatchObject({ label: 'For Ada', expiresAt: null })
    expect(made.url).toMatch(`/watch/${videoId}?share=s_`)
    expect(await statuses(videoId, tokenOf(made))).toEqual(allowed)
    expect(await statuses(await create(), tokenOf(made))).toEqual(refused)
    expect(await list(videoId)).toEqual([made])
  })

  it('is good for watching alone', async () => {
    const videoId = await create()
    const query = `?share=${tokenOf(await share(videoId))}`
    const view = await as(nobody, () => status.request(`/api/videos/${videoId}${query}`))
    expect(((await view.json()) as VideoView).canChange).toBe(false)
    const reader = personOf('reader')
    for (const [who, expected] of [
      [nobody, 401],
      [reader, 403],
    ] as const) {
      const asks = [
        () => status.request(`/api/videos/${videoId}/shares${query}`),
        () => post(`/api/videos/${videoId}/shares${query}`, {}),
        () => status.request(`/api/videos/${videoId}${query}`, { method: 'DELETE' }),
      ]
      for (const ask of asks) expect((await as(who, ask)).status).toBe(expected)
    }
    const unknown = await as(reader, () => status.request(`/api/videos/${videoId}/shares`))
    expect(unknown.status).toBe(404)
  })

  it('does not open by another secret, id or form', async () => {
    const videoId = await create()
    const token = tokenOf(await share(videoId))
    const [shareId = '', secret = ''] = token.split('.')
    const other = tokenOf(await share(videoId)).split('.')
    const wrong = [
      '',
      shareId,
      `${shareId}.`,
      `${shareId}.${other[1]}`,
      `${other[0]}.${secret}`,
      `${shareId}.${secret}x`,
      `${shareId}.${secret.toLowerCase()}.`,
      'META',
      encodeURIComponent('s_/../META'),
      'x'.repeat(5000),
    ]
    for (const one of wrong) expect([one, await statuses(videoId, one)]).toEqual([one, refused])
  })

  it('ends when it was said to, and the addresses given to its viewers no later', async () => {
    const videoId = await create()
    const made = await share(videoId, { expiresInSeconds: 3600 })
    expect(made.expiresAt).toBe(new Date(1_800_003_600_000).toISOString())
    const open = async () => {
      const path = `/api/videos/${videoId}/playback?share=${tokenOf(made)}`
      return (await as(nobody, () => sign.request(path, { method: 'POST' }))).json()
    }
    const first = (await open()) as PlaybackView
    expect(decodeJwt(first.url.split('/')[2] ?? '')).toEqual({
      ...{ e: 0, exp: 1_800_003_600, v: videoId },
    })
    pipeline.clock.seconds += 1800
    expect(await open()).toEqual(first)
    pipeline.clock.seconds += 1800
    expect(await statuses(videoId, tokenOf(made))).toEqual(refused)
    expect(await list(videoId)).toEqual([])
  })

  it('that holds for longer gives the usual addresses', async () => {
    const videoId = await create()
    const made = await share(videoId, { expiresInSeconds: 30 * 24 * 3600 })
    const path = `/api/videos/${videoId}/playback?share=${tokenOf(made)}`
    const answer = await as(nobody, () => sign.request(path, { method: 'POST' }))
    const byLink = (await answer.json()) as PlaybackView
    const own = await as(owner, () => sign.request(path, { method: 'POST' }))
    expect(await own.json()).toEqual(byLink)
  })

  it('taken back lets nobody in, ends the links of before, and may be taken back again', async () => {
    const videoId = await create()
    const [kept, gone] = [await share(videoId), await share(videoId)]
    for (let times = 0; times < 2; times++) {
      expect((await takeBack(videoId, gone.shareId)).status).toBe(204)
      expect(await statuses(videoId, tokenOf(gone))).toEqual(refused)
      expect(await statuses(videoId, tokenOf(kept))).toEqual(allowed)
      expect((await pipeline.videos.get(videoId))?.epoch).toBe(1)
    }
    expect(ended).toEqual([
      [videoId, 1],
      [videoId, 1],
    ])
    expect(await list(videoId)).toEqual([kept])
  })

  it('that never was is nothing to the gate', async () => {
    const videoId = await create()
    expect((await takeBack(videoId, 's_0123456789abcdefghijAB')).status).toBe(204)
    expect(ended).toEqual([])
    expect(await pipeline.videos.get(videoId)).toMatchObject({ version: 1 })
  })

  it('taken back ends the event stream of who came by it', async () => {
    const videoId = await create({ state: 'processing', liveAttempt: 0 })
    const made = await share(videoId)
    const path = `/api/videos/${videoId}/events?share=${tokenOf(made)}`
    const stream = await as(nobody, () => status.request(path))
    await takeBack(videoId, made.shareId)
    actor = nobody
    expect(await stream.text()).toMatch(/event: gone/)
  })

  it.each([
    [{ expiresInSeconds: 59 }, 'expiresInSeconds'],
    [{ expiresInSeconds: 1e9 }, 'expiresInSeconds'],
    [{ expiresInSeconds: 60.5 }, 'expiresInSeconds'],
    [{ label: ' ' }, 'label'],
    [{ label: 'a\nb' }, 'label'],
    [{ label: 'x'.repeat(101) }, 'label'],
    [{ secret: 'mine' }, 'secret'],
  ])('of %j is refused', async (body, invalid) => {
    const videoId = await create()
    const answer = await as(owner, () => post(`/api/videos/${videoId}/shares`, body))
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ invalid: [invalid] })
  })

  it('is one of fifty at most, also when many are made at once', async () => {
    const videoId = await create()
    while ((await list(videoId)).length < maxShares - 2) await pipeline.shares.create(videoId, {})
    await pipeline.shares.create(videoId, { expiresAt: pipeline.now() - 1 })
    const answers = await as(owner, () =>
      Promise.all(Array.from({ length: 6 }, () => post(`/api/videos/${videoId}/shares`, {}))),
    )
    expect(answers.filter(answer => answer.status === 201)).toHaveLength(2)
    for (const answer of answers.filter(({ status }) => status !== 201)) {
      expect(await answer.json()).toMatchObject({ status: 409, code: 'state-conflict' })
    }
    expect(await list(videoId)).toHaveLength(maxShares)
  })

  it('goes with its video', async () => {
    const videoId = await create()
    const token = tokenOf(await share(videoId))
    await pipeline.videos.step(videoId, 'deleting')
    expect(await statuses(videoId, token)).toEqual(refused)
    expect(await pipeline.shares.create(videoId, {})).toBeNull()
    await pipeline.videos.removeRecords(videoId)
    expect(await pipeline.shares.list(videoId)).toEqual([])
  })

  it('leads from other pages, too: in what describes it, and in the tags', async () => {
    const videoId = await create()
    const made = await share(videoId)
    const url = `https://video.example${made.url}`
    const oembed = await as(nobody, () =>
      status.request(`/api/oembed?url=${encodeURIComponent(url)}`),
    )
    const { html } = (await oembed.json()) as { html: string }
    expect(html).toContain(`/embed/${videoId}?share=${tokenOf(made)}"`)
    const page = await status.request(`/api/share/${videoId}?share=${tokenOf(made)}`)
    expect(page.headers.get('x-robots-tag')).toBe('noindex')
    expect(await page.text()).toContain(`href="${made.url}"`)
  })
})
