// The end of an account with all it owns: asked for through the API, gone on with by the reaper, cut off anywhere.
import { beforeEach, describe, expect, inject, it } from 'vitest'
import { endAccount } from '#platform/end-account.ts'
import type { RevokeAll } from '#platform/revoke.ts'
import { reap } from '../../functions/reaper/reap.ts'
import {
  type AccountRooms,
  Browser,
  createAccountRooms,
  createPeople,
  type People,
  password,
} from '../support/accounts.ts'
import { createPipeline, metaOf, newVideoId, type Pipeline } from '../support/pipeline.ts'

let pipeline: Pipeline
let rooms: AccountRooms
let people: People
/** As each is shut out of the gate. */
let revoked: string[]
/** What the gate's keeper does, beyond that. */
let atRevoke: RevokeAll
const revokeAll: RevokeAll = async videoIds => {
  await atRevoke(videoIds)
  revoked.push(...videoIds)
}

beforeEach(async () => {
  pipeline = await createPipeline(inject('ministack'))
  revoked = []
  atRevoke = () => {}
  const { table, now } = pipeline
  rooms = await createAccountRooms(table, {
    now,
    endAccount: (...who) => endAccount({ ...pipeline, revokeAll }, ...who),
  })
  people = await createPeople(rooms)
})

async function somebodyWith(videos: number) {
  const somebody = await people.somebody()
  const { userId: ownerId } = somebody.account
  const ids = Array.from({ length: videos }, newVideoId)
  const begun = ids.map((videoId, i) =>
    pipeline.videos.create(
      metaOf(videoId, { ownerId, state: 'ready', attempt: 1, createdAt: 1_700_000_000 + i }),
      null,
    ),
  )
  await Promise.all(begun)
  return { ...somebody, ids, ownerId }
}

type Somebody = Awaited<ReturnType<typeof somebodyWith>>

const end = ({ ownerId }: Somebody) =>
  people.admin.ask(rooms.app, `/api/users/${ownerId}`, { method: 'DELETE' })

const look = () => reap({ ...pipeline, revokeAll })

/** How many are still there for whoever finds them. */
async function left({ ids }: Somebody): Promise<number> {
  const metas = await Promise.all(ids.map(videoId => pipeline.videos.get(videoId)))
  return metas.filter(meta => meta && meta.state !== 'deleting').length
}

const partition = ({ ownerId }: Somebody) => pipeline.table.query(`USER#${ownerId}`, '')

it('takes a few videos within the call, and the account itself a minute later', async () => {
  const one = await somebodyWith(3)
  await pipeline.table.create({ pk: `USER#${one.ownerId}`, sk: 'ONCE#x' })
  const asked = await one.browser.ask(rooms.app, '/api/account/deletion', {
    ...{ method: 'POST', json: { password } },
  })
  expect(asked.status).toBe(202)
  expect([await left(one), revoked.toSorted()]).toEqual([0, one.ids.toSorted()])
  expect((await one.browser.ask(rooms.app, '/api/account')).status).toBe(401)
  expect((await people.signIn(new Browser(), one.email)).status).toBe(401)
  expect(await look()).toMatchObject({ ended: 0 })
  pipeline.clock.seconds += 60
  expect(await look()).toMatchObject({ ended: 1, failed: 0 })
  expect(await partition(one)).toEqual([])
  pipeline.clock.seconds += 60
  expect(await look()).toMatchObject({ ended: 0 })
})

it('takes many a step at a time, none longer than it may be', async () => {
  const one = await somebodyWith(80)
  // Each takes two seconds.
  atRevoke = ({ length }) => {
    pipeline.clock.seconds += 2 * length
  }
  const begunAt = pipeline.now()
  expect((await end(one)).status).toBe(202)
  expect(pipeline.now() - begunAt).toBeLessThan(25)
  expect(await left(one)).toBeGreaterThan(60)
  const looks: number[] = []
  while ((await left(one)) > 0) {
    pipeline.clock.seconds += 31
    const before = pipeline.now()
    await look()
    looks.push(pipeline.now() - before)
    expect(looks.length).toBeLessThan(20)
  }
  expect(looks.length).toBeGreaterThan(2)
  expect(Math.max(...looks)).toBeLessThan(50)
  pipeline.clock.seconds += 60
  await look()
  expect(await partition(one)).toEqual([])
})

describe('cut off', () => {
  it('between two videos, it is gone on with', async () => {
    const one = await somebodyWith(30)
    const killed = Promise.withResolvers<void>()
    let calls = 0
    atRevoke = () => {
      calls += 1
      if (calls === 1) return
      killed.resolve()
      // Nothing of this process is heard of again.
      return new Promise(() => {})
    }
    void end(one)
    await killed.promise
    expect(await left(one)).toBe(20)
    atRevoke = () => {}
    pipeline.clock.seconds += 60
    expect(await look()).toMatchObject({ ended: 1, failed: 0 })
    expect([await left(one), await partition(one)]).toEqual([0, []])
    expect([...new Set(revoked)].toSorted()).toEqual(one.ids.toSorted())
  })

  it('by what it needs, it is asked for all the same, and stays due until that answers', async () => {
    const one = await somebodyWith(3)
    atRevoke = () => {
      throw new Error('the gate is out')
    }
    expect((await end(one)).status).toBe(202)
    pipeline.clock.seconds += 60
    expect(await look()).toMatchObject({ ended: 0, failed: 1 })
    expect([await left(one), (await partition(one)).length > 0]).toEqual([3, true])
    atRevoke = () => {}
    expect(await look()).toMatchObject({ ended: 1, failed: 0 })
    expect([await left(one), await partition(one)]).toEqual([0, []])
  })
})

it('takes what was begun while its person was on the way out', async () => {
  const one = await somebodyWith(1)
  await end(one)
  const late = newVideoId()
  const { ownerId } = one
  await pipeline.videos.create(metaOf(late, { ownerId, createdAt: 1_900_000_000 }), null)
  pipeline.clock.seconds += 60
  await look()
  expect((await pipeline.videos.get(late))?.state).toBe('deleting')
})

it('leaves the address to whoever comes next, for good', async () => {
  const one = await somebodyWith(1)
  await end(one)
  const next = new Browser()
  const { email } = one
  expect((await people.register(next, { email, code: await people.invite() })).status).toBe(201)
  pipeline.clock.seconds += 60
  expect(await look()).toMatchObject({ ended: 1 })
  expect((await people.signIn(next, email)).status).toBe(200)
})

it('is anybody’s but the last admin’s, who makes somebody else one first', async () => {
  const leave = () =>
    people.admin.ask(rooms.app, '/api/account/deletion', { method: 'POST', json: { password } })
  await Promise.all(Array.from({ length: 3 }, () => people.somebody()))
  expect((await leave()).status).toBe(409)
  const { browser } = await people.somebody({ role: 'admin' })
  expect((await leave()).status).toBe(202)
  const asked = { method: 'POST', json: { password } }
  expect((await browser.ask(rooms.app, '/api/account/deletion', asked)).status).toBe(409)
})

it.each([
  ['end each other', { method: 'DELETE' }],
  ['shut each other out', { method: 'PATCH', json: { disabled: true } }],
  ['make each other users', { method: 'PATCH', json: { role: 'user' } }],
])('leaves an admin, also where two %s at the same moment', async (_, asked) => {
  const other = await people.somebody({ role: 'admin' })
  const answers = await Promise.all([
    people.admin.ask(rooms.app, `/api/users/${other.account.userId}`, asked),
    other.browser.ask(rooms.app, '/api/users/owner', asked),
  ])
  const { accounts } = await pipeline.accounts.page(10, null)
  const admins = accounts.filter(({ role, disabled }) => role === 'admin' && !disabled)
  expect([answers.filter(({ ok }) => ok).length, admins.length]).toEqual([1, 1])
})

it('leaves an admin, also where both of two go at the same moment', async () => {
  const other = await people.somebody({ role: 'admin' })
  const asked = { method: 'POST', json: { password } }
  const leaving = [people.admin, other.browser].map(browser =>
    browser.ask(rooms.app, '/api/account/deletion', asked),
  )
  expect((await Promise.all(leaving)).map(({ status }) => status).toSorted()).toEqual([202, 409])
})

it('is not taken back', async () => {
  const one = await somebodyWith(1)
  await end(one)
  const path = `/api/users/${one.ownerId}`
  const json = { disabled: false }
  expect((await people.admin.ask(rooms.app, path, { method: 'PATCH', json })).status).toBe(404)
  expect((await end(one)).status).toBe(202)
  const { users } = await (await people.admin.ask(rooms.app, '/api/users')).json()
  expect(users.map((user: { userId: string }) => user.userId)).toEqual(['owner'])
})
