// Making a video again: who may, when it can be, what is recorded, and how admins learn of what has failed.
import { beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import type { OperationsView } from '#domain/account.ts'
import { fromTaskItem, type Meta, metaKey, newCount } from '#domain/item.ts'
import type { Task } from '#domain/task.ts'
import type { VideoState } from '#domain/video.ts'
import { soleOwner } from '#platform/identity.ts'
import { reap } from '../../functions/reaper/reap.ts'
import { createApp } from '../../functions/status/app.ts'
import { usualTiming } from '../../functions/status/follow.ts'
import { createPipeline, metaOf, newVideoId, type Pipeline } from '../support/pipeline.ts'

let pipeline: Pipeline
let app: ReturnType<typeof createApp>

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'), { pageItems: 2 })
  app = createApp({
    ...pipeline,
    identify: soleOwner,
    revoke: async () => undefined,
    timing: usualTiming,
    version: '1.2.3',
    publicOrigin: null,
  })
  const ada = { userId: 'owner', email: 'ada@example.com', name: 'Ada', passwordHash: '' }
  await pipeline.accounts.create({ ...ada, role: 'admin', createdAt: 1 }, { by: 'first-admin' })
})
beforeEach(() => pipeline.purge())

const ready = { state: 'ready', attempt: 1, liveAttempt: 1 } as const
const failure = { code: 'encode-failed', message: 'It did not go.' } as const

async function create(changes: Partial<Meta>): Promise<string> {
  const videoId = newVideoId()
  await pipeline.videos.create(metaOf(videoId, changes), null)
  return videoId
}

const rerun = (videoId: string) => app.request(`/api/videos/${videoId}/rerun`, { method: 'POST' })
const codeOf = async (answer: Response) => ((await answer.json()) as { code: string }).code
const operations = async () =>
  (await (await app.request('/api/operations')).json()) as OperationsView
const inspects = async (videoId: string) =>
  (await pipeline.table.query(metaKey(videoId).pk, 'TASK#')).map(item => fromTaskItem(item).task)

describe('a video that plays', () => {
  it('plays on while it is made again', async () => {
    const videoId = await create(ready)
    const answer = await rerun(videoId)
    expect(answer.status).toBe(202)
    expect(await answer.json()).toMatchObject({ videoId, state: 'ready', ratio: 1, playable: true })
    expect(await pipeline.videos.get(videoId)).toMatchObject({ attempt: 2, liveAttempt: 1 })
    const inspect = { kind: 'inspect', videoId, attempt: 2 }
    expect(await inspects(videoId)).toEqual([inspect])
    expect(await pipeline.drain('fast')).toEqual([inspect])
    const { working } = await operations()
    expect(working).toMatchObject([{ videoId, ownerName: 'Ada', state: 'ready', attempt: 2 }])
    await pipeline.videos.step(videoId, 'deleting')
  })

  it('is begun once by two at the same moment', async () => {
    const videoId = await create(ready)
    const answers = await Promise.all([rerun(videoId), rerun(videoId), rerun(videoId)])
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409, 409])
    expect((await pipeline.videos.get(videoId))?.attempt).toBe(2)
    expect(await pipeline.drain('fast')).toHaveLength(1)
  })

  it('keeps what plays when the new attempt fails, says so to admins, and can be made again', async () => {
    const owner = { ownerId: 'u_gone', ownerName: null }
    const videoId = await create({ ...ready, ownerId: owner.ownerId })
    await rerun(videoId)
    const which = { videoId, attempt: 2 }
    expect(await pipeline.videos.fail(which, failure, pipeline.now())).toBe('plays-on')
    expect(await pipeline.videos.fail(which, failure, pipeline.now())).toBe('ignored')
    expect((await app.request(`/api/videos/${videoId}`)).status).toBe(200)
    expect(await pipeline.videos.get(videoId)).toMatchObject({ state: 'ready', liveAttempt: 1 })
    expect((await operations()).failures).toEqual([
      {
        ...{ videoId, ...owner, title: 'A clip', state: 'ready', ...failure },
        failedAt: new Date(pipeline.now() * 1000).toISOString(),
        canRerun: true,
      },
    ])
    expect((await operations()).working.map(one => one.videoId)).not.toContain(videoId)
    expect((await rerun(videoId)).status).toBe(202)
    expect((await pipeline.videos.get(videoId))?.attempt).toBe(3)
    expect((await operations()).failures).toEqual([])
  })
})

describe('a video that has failed', () => {
  async function createFailed(changes: Partial<Meta> = {}): Promise<string> {
    const videoId = await create({ state: 'processing', attempt: 1, ...changes })
    await pipeline.tasks.createCount(videoId, 1, newCount(['240p'], 2))
    const which = { videoId, attempt: changes.attempt ?? 1 }
    expect(await pipeline.videos.fail(which, failure, pipeline.now())).toBe('failed')
    return videoId
  }

  it('is queued again, and is no failure any more', async () => {
    const videoId = await createFailed({ uncopyable: 'Its packets lie.' })
    expect((await operations()).failures).toMatchObject([{ videoId, state: 'failed', ...failure }])
    const answer = await rerun(videoId)
    expect(answer.status).toBe(202)
    expect(await answer.json()).toMatchObject({ state: 'queued', ratio: 0, failure: null })
    expect((await operations()).failures).toEqual([])
    expect((await pipeline.tasks.readCount(videoId, 1))?.live).toBe(false)
    expect((await pipeline.videos.get(videoId))?.uncopyable).toBeUndefined()
  })

  it('is listed until it is gone', async () => {
    const videoId = await createFailed()
    await app.request(`/api/videos/${videoId}`, { method: 'DELETE' })
    expect((await operations()).failures).toEqual([])
  })

  it('cannot be made from an import that never came, or a file that is not kept', async () => {
    const imported = await createFailed({ state: 'uploading', attempt: 0 })
    expect(await codeOf(await rerun(imported))).toBe('source-gone')
    const source = { ...metaOf(newVideoId()).source, gone: true }
    const gone = await create({ ...ready, source })
    expect(await codeOf(await rerun(gone))).toBe('source-gone')
    const { failures } = await operations()
    expect(failures).toMatchObject([{ videoId: imported, canRerun: false }])
  })
})

it.each<VideoState>(['uploading', 'queued', 'processing'])('%s: not yet', async state => {
  const videoId = await create({ state, attempt: state === 'uploading' ? 0 : 1 })
  const answer = await rerun(videoId)
  expect([answer.status, await codeOf(answer)]).toEqual([409, 'state-conflict'])
})

it('of what is not there is nothing', async () => {
  expect((await rerun(newVideoId())).status).toBe(404)
  const deleted = await create({ state: 'deleting', attempt: 1 })
  expect((await rerun(deleted)).status).toBe(404)
})

it('an attempt that is not at work any more fails nothing', async () => {
  const videoId = await create({ state: 'processing', attempt: 2 })
  const old = { videoId, attempt: 1 }
  expect(await pipeline.videos.fail(old, failure, pipeline.now())).toBe('ignored')
  const live = await create(ready)
  const played = { videoId: live, attempt: 1 }
  expect(await pipeline.videos.fail(played, failure, pipeline.now())).toBe('ignored')
  expect((await pipeline.videos.get(live))?.state).toBe('ready')
})

it('the MP4 of what plays is made beside a re-run, and what was given up is not gone on with', async () => {
  const videoId = await create(ready)
  await pipeline.tasks.createCount(videoId, 1, newCount(['240p'], 0))
  const mp4: Task = { kind: 'mp4', videoId, attempt: 1 }
  await pipeline.tasks.create(mp4, pipeline.now())
  await pipeline.tasks.claim(mp4, 'worker', pipeline.now())
  await rerun(videoId)
  await pipeline.drain('fast')
  expect(await pipeline.tasks.renew(mp4, 'worker', pipeline.now())).toBe(true)
  pipeline.clock.seconds += 31 * 60
  await reap(pipeline)
  expect(await pipeline.drain('bulk')).toContainEqual(mp4)
  const inspect: Task = { kind: 'inspect', videoId, attempt: 2 }
  expect(await pipeline.drain('fast')).toContainEqual(inspect)
  // Whoever failed it was cut off before it fenced its workers.
  await pipeline.videos.fail({ videoId, attempt: 2 }, failure, pipeline.now())
  pipeline.clock.seconds += 31 * 60
  await reap(pipeline)
  expect(await pipeline.drain('fast')).not.toContainEqual(inspect)
  const owner = 'another'
  await pipeline.tasks.claim(mp4, owner, pipeline.now())
  const marks = { mp4: true }
  const made = await pipeline.tasks.complete(mp4, owner, { chunks: [], counted: false, marks })
  expect(made).toEqual({ outcome: 'done' })
})
