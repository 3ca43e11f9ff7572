// Whom a video is for: who finds it, and which links end when that becomes fewer.
import { beforeAll, beforeEach, expect, inject, it } from 'vitest'
import { nobody } from '#domain/access.ts'
import { type Meta, newCount } from '#domain/item.ts'
import type { VideoView, Visibility } from '#domain/video.ts'
import { createApp } from '../../functions/status/app.ts'
import { usualTiming } from '../../functions/status/follow.ts'
import { createPipeline, metaOf, newVideoId, type Pipeline } from '../support/pipeline.ts'

let pipeline: Pipeline
const ended: [string, number | undefined][] = []
let app: ReturnType<typeof createApp>
/** Of whoever has not signed in. */
let strangers: ReturnType<typeof createApp>

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'))
  const revoke = (videoId: string, epoch?: number) => void ended.push([videoId, epoch])
  const deps = { ...pipeline, revoke, timing: usualTiming, version: '1', publicOrigin: null }
  app = createApp(deps)
  strangers = createApp({ ...deps, identify: () => nobody })
})
beforeEach(() => {
  ended.length = 0
})

async function create(changes: Partial<Meta> = {}): Promise<string> {
  const videoId = newVideoId()
  await pipeline.videos.create(
    metaOf(videoId, { state: 'processing', attempt: 1, ...changes }),
    null,
  )
  await pipeline.tasks.createCount(videoId, 1, { ...newCount(['240p'], 5), poster: true })
  return videoId
}

const change = async (videoId: string, visibility: Visibility, by = app) => {
  const answer = await by.request(`/api/videos/${videoId}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ visibility }),
  })
  return answer.status === 200 ? (await answer.json()).visibility : answer.status
}
const epochOf = async (videoId: string) => (await pipeline.videos.get(videoId))?.epoch ?? 0
const seenBy = async (videoId: string, by = strangers) =>
  (await by.request(`/api/videos/${videoId}`)).status

it('is private at first; wider, nobody loses a link; private again, everybody does', async () => {
  const videoId = await create()
  expect(await seenBy(videoId)).toBe(404)
  for (const visibility of ['unlisted', 'public', 'unlisted'] as const) {
    expect(await change(videoId, visibility)).toBe(visibility)
    expect(await seenBy(videoId)).toBe(200)
  }
  expect([await epochOf(videoId), ended]).toEqual([0, []])
  expect(await change(videoId, 'private')).toBe('private')
  expect([await epochOf(videoId), ended]).toEqual([1, [[videoId, 1]]])
  expect(await seenBy(videoId)).toBe(404)
})

it('again, the gate is told again and nothing more: the first call may have been cut off', async () => {
  const videoId = await create({ visibility: 'public' })
  for (let times = 0; times < 3; times++) await change(videoId, 'private')
  expect(await epochOf(videoId)).toBe(1)
  expect(ended).toEqual(Array.from({ length: 3 }, () => [videoId, 1]))
})

it('of many changes at once, each that shuts somebody out ends the links of before', async () => {
  const videoId = await create()
  const to = Array.from({ length: 12 }, (_, i) => (i % 2 ? 'private' : 'public'))
  const answers = await Promise.all(to.map(visibility => change(videoId, visibility)))
  const last = await pipeline.videos.get(videoId)
  // Whoever lost too often was told so, and has changed nothing.
  for (const [i, answer] of answers.entries()) expect([to[i], 409]).toContain(answer)
  const told = Math.max(0, ...ended.map(([, epoch]) => epoch ?? 0))
  expect(told).toBe(last?.epoch ?? 0)
  if (last?.visibility === 'private') expect(told).toBeGreaterThan(0)
})

it('is for its owner to say', async () => {
  const videoId = await create({ visibility: 'public' })
  expect(await change(videoId, 'private', strangers)).toBe(401)
  const theirs = await create({ visibility: 'unlisted', ownerId: 'another person' })
  expect(await change(theirs, 'public')).toBe(403)
})

it('with links of the epoch: long ones of what is public, that end with a whole week', async () => {
  const claimsOf = async (videoId: string) => {
    const view = (await (await app.request(`/api/videos/${videoId}`)).json()) as VideoView
    return JSON.parse(Buffer.from(view.posterUrl?.split('.')[1] ?? '', 'base64url').toString())
  }
  const videoId = await create({ visibility: 'public', epoch: 6 })
  const { e, exp } = await claimsOf(videoId)
  expect(e).toBe(6)
  expect(exp % (7 * 24 * 3600)).toBe(0)
  expect(exp - pipeline.now()).toBeGreaterThanOrEqual(30 * 24 * 3600)
  await change(videoId, 'private')
  expect(await claimsOf(videoId)).toMatchObject({ e: 7, exp: 1_800_057_600 })
})
