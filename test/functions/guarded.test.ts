// What stands before calls that change something: limits, calls that are made once, entries of what was done, and quotas.
import { randomUUID } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import type { Actor } from '#domain/access.ts'
import { callLimits, noQuota } from '#domain/account.ts'
import { createAudit } from '#platform/audit.ts'
import type { Calls } from '#platform/calls.ts'
import { createOnce, onceSeconds } from '#platform/once.ts'
import { createQuotas, hasRoom } from '#platform/quota.ts'
import { createRateLimits } from '#platform/rate-limits.ts'
import { createApp } from '../../functions/upload/app.ts'
import { personOf } from '../support/actors.ts'
import { createPipeline, newVideoId, type Pipeline } from '../support/pipeline.ts'

const profile = {
  userId: 'u_1',
  email: 'a@b',
  name: 'A',
  role: 'user',
  passwordHash: '',
  createdAt: 0,
} as const

let pipeline: Pipeline
let calls: Calls
let actor: Actor

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'))
  const { table } = pipeline
  calls = {
    ...{ limits: createRateLimits({ table }), once: createOnce({ table }) },
    audit: createAudit({ table }),
  }
})

beforeEach(() => {
  actor = personOf(`u_${randomUUID().slice(0, 8)}`)
})

const appOf = (change: object = {}) =>
  createApp({
    ...{ ...pipeline, calls, identify: () => actor, newVideoId, limits: { maxBytes: 10_000 } },
    ...change,
  })

const begin = (app = appOf(), headers: Record<string, string> = {}, size = 100) =>
  app.request('/api/uploads', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ name: 'a.mp4', size, type: '', fingerprint: randomUUID() }),
  })

describe('a limit', () => {
  it('is told with each call, and ends them in words', async () => {
    actor = personOf('u_key', 'user', ['upload'])
    const first = await begin()
    expect(first.headers.get('ratelimit')).toBe(`"calls-key";r=${callLimits.key.burst - 1};t=0`)
    const { limits } = calls
    const tight = {
      ...calls,
      limits: { take: () => limits.take(none, 'somebody', pipeline.now()) },
    }
    const none = { name: 'none', burst: 1, secondsAToken: 30 }
    const app = appOf({ calls: tight })
    expect((await begin(app)).status).toBe(201)
    const refused = await begin(app)
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toBe('30')
    expect(await refused.json()).toMatchObject({ code: 'too-many-requests' })
  })
})

describe('a call that names itself', () => {
  const once = (key: string, body: object) =>
    appOf().request('/api/uploads', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({ name: 'a.mp4', type: '', fingerprint: 'f', size: 100, ...body }),
    })

  it('is made once, and answered each time', async () => {
    const key = randomUUID()
    const first = await once(key, {})
    const again = await once(key, {})
    expect([first.status, again.status]).toEqual([201, 201])
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(await again.json()).toEqual(await first.json())
    pipeline.clock.seconds += onceSeconds + 1
    expect((await once(key, {})).headers.get('idempotency-replayed')).toBeNull()
  })

  it('is one of two that come at once', async () => {
    const key = randomUUID()
    const answers = await Promise.all([once(key, {}), once(key, {}), once(key, {})])
    const fresh = answers.filter(
      ({ status, headers }) => status === 201 && !headers.get('idempotency-replayed'),
    )
    expect(fresh).toHaveLength(1)
  })

  it('is refused for something else, and may be made again when it failed', async () => {
    const key = randomUUID()
    expect((await once(key, { size: 20_000 })).status).toBe(413)
    expect((await once(key, {})).status).toBe(201)
    const other = await once(key, { size: 99 })
    expect([other.status, await other.json()]).toMatchObject([422, { code: 'call-reused' }])
  })

  it.each(['a b', '\u00e4', 'x'.repeat(256)])('has no name of this form: «%s»', async key => {
    expect((await once(key, {})).status).toBe(400)
  })
})

describe('what was done', () => {
  it('by keys and admins is written down, by people for themselves is not', async () => {
    const list = async () =>
      (await calls.audit.page({ limit: 100, cursor: null }, pipeline.now())).entries
    const entries = async () => (await list()).length
    const before = await entries()
    await begin()
    expect(await entries()).toBe(before)
    actor = personOf('u_machine', 'user', ['upload'])
    await begin()
    actor = personOf('u_admin', 'admin')
    await begin()
    await begin(appOf(), {}, 0)
    expect(await entries()).toBe(before + 2)
    const [, machine] = (await list()).toSorted((a, b) => a.userId.localeCompare(b.userId))
    expect(machine).toMatchObject({ action: 'upload-begun', keyId: 'a-key' })
  })
})

it.each([
  [{ bytes: null, minutes: null }, 1e12, true],
  [{ bytes: 1000, minutes: null }, 500, true],
  [{ bytes: 1000, minutes: null }, 501, false],
  [{ bytes: 500, minutes: null }, 0, false],
  [{ bytes: null, minutes: 2 }, 1e12, true],
  [{ bytes: null, minutes: 1 }, 0, false],
])('a quota of %j has room for %i bytes more: %s', (quota, sizeBytes, room) => {
  expect(hasRoom(quota, { sizeBytes: 500, durationSeconds: 60 }, sizeBytes)).toBe(room)
})

it('a full account begins no upload', async () => {
  const quotas = createQuotas({
    accounts: { read: async () => ({ ...profile, quota: { bytes: 10, minutes: null } }) },
    list: pipeline.list,
    defaultQuota: noQuota,
  })
  const answer = await begin(appOf({ quotas }))
  expect([answer.status, await answer.json()]).toMatchObject([403, { code: 'quota-reached' }])
  expect((await begin(appOf({ quotas }), {}, 10)).status).toBe(201)
})

it('of many uploads begun at the same moment no more stay than there is room for, and nothing of the others', async () => {
  const quotas = createQuotas({
    accounts: { read: async () => ({ ...profile, quota: { bytes: 250, minutes: null } }) },
    list: pipeline.list,
    defaultQuota: noQuota,
  })
  // All have asked before one of them is there.
  const all = { ...quotas, require: async () => undefined }
  const size = 100
  const begun = Array.from({ length: 6 }, () => begin(appOf({ quotas: all }), {}, size))
  const taken = (await Promise.all(begun)).filter(({ status }) => status === 201)
  const { videos, sizeBytes } = await pipeline.list.usage(actor.userId ?? '')
  expect(videos).toBe(taken.length)
  expect(sizeBytes).toBeLessThanOrEqual(250)
})

it('an account with a quota that has more videos than are counted begins no upload: what is large may be behind', async () => {
  const of = {
    accounts: { read: async () => ({ ...profile, quota: { bytes: 1e9, minutes: null } }) },
  }
  const made = { ...of, list: pipeline.list, defaultQuota: noQuota }
  expect((await begin(appOf({ quotas: createQuotas(made) }))).status).toBe(201)
  expect((await begin(appOf({ quotas: createQuotas(made) }))).status).toBe(201)
  const few = createQuotas({ ...made, most: 1 })
  expect((await begin(appOf({ quotas: few }))).status).toBe(403)
  expect(await few.bytesFor({ ownerId: actor.userId ?? '', videoId: newVideoId() })).toBe(0)
})

it.each([
  ['a user', {}, 403],
  ['a user whom an admin has given no limit', { quota: noQuota }, 201],
  ['a user whom an admin has given more', { quota: { bytes: 1000, minutes: null } }, 201],
  ['an admin', { role: 'admin' as const }, 201],
])('the default quota for %s', async (_, change, status) => {
  const quotas = createQuotas({
    accounts: { read: async () => ({ ...profile, role: 'user', ...change }) },
    list: pipeline.list,
    defaultQuota: { bytes: 10, minutes: null },
  })
  expect((await begin(appOf({ quotas }))).status).toBe(status)
  const meta = { ownerId: profile.userId, videoId: newVideoId() }
  expect(((await quotas.bytesFor(meta)) ?? 1e12) > 100).toBe(status === 201)
})

it.each([null, { ...profile, disabled: true }])(
  'who has no account any more begins no upload, whatever their token says: %j',
  async account => {
    const quotas = createQuotas({
      accounts: { read: async () => account },
      list: pipeline.list,
      defaultQuota: noQuota,
    })
    const answer = await begin(appOf({ quotas }))
    expect([answer.status, await answer.json()]).toMatchObject([401, { code: 'not-signed-in' }])
  },
)

it('a body as deep as it may be long is refused like any other', async () => {
  const depth = 30_000
  const answer = await appOf().request('/api/uploads', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `${'['.repeat(depth)}${']'.repeat(depth)}`,
  })
  expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'bad-request' }])
})

it('a body is counted also where a call names itself', async () => {
  const answer = await appOf().request('/api/uploads', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': 'long' },
    body: JSON.stringify({ name: 'x'.repeat(100_000) }),
  })
  expect(answer.status).toBe(413)
})

it('an upload that is gone on with is not counted twice', async () => {
  const quotas = createQuotas({
    accounts: { read: async () => ({ ...profile, quota: { bytes: 150, minutes: null } }) },
    list: pipeline.list,
    defaultQuota: noQuota,
  })
  const app = appOf({ quotas })
  const again = () =>
    app.request('/api/uploads', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'a.mp4', size: 100, type: '', fingerprint: 'the same' }),
    })
  expect((await again()).status).toBe(201)
  expect((await again()).status).toBe(200)
})
