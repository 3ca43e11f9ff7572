// Sessions in the real table: a token is good once; used twice it ends its session; two tabs at the same moment do not.
import { beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { createLog } from '#platform/log.ts'
import { createSessions, graceSeconds, type Sessions, sessionSeconds } from '#platform/sessions.ts'
import type { Table } from '#platform/table.ts'
import { createPipeline } from '../support/pipeline.ts'

const began = 1_800_000_000
let table: Table
let sessions: Sessions
let userId: string
let people = 0

beforeAll(async () => {
  ;({ table } = await createPipeline(inject('ministack')))
  sessions = createSessions({ table })
})
beforeEach(() => {
  userId = `u_${people++}`
})

const begin = () => sessions.create(userId, 'Firefox on Linux', began)
const refreshed = async (token: string | null | undefined, at: number) => {
  const tokens = await sessions.refresh(token ?? '', at)
  return tokens?.refreshToken ?? null
}

describe('a session', () => {
  it('is refreshed again and again, each time by the token before', async () => {
    const { sessionId, refreshToken } = await begin()
    let token: string | null = refreshToken
    for (let hour = 1; hour <= 5; hour++) {
      const tokens = await sessions.refresh(token ?? '', began + hour * 3600)
      expect(tokens).toMatchObject({ userId, sessionId })
      expect(tokens?.refreshToken).not.toBe(token)
      token = tokens?.refreshToken ?? null
    }
  })

  it('ends when a token is used a second time, for whoever has the other', async () => {
    const { refreshToken } = await begin()
    const stolen = refreshToken
    const next = await refreshed(refreshToken, began + 60)
    expect(next).not.toBeNull()
    expect(await sessions.refresh(stolen, began + 60 + graceSeconds + 1)).toBeNull()
    expect(await sessions.refresh(next ?? '', began + 120)).toBeNull()
    expect(await sessions.list(userId, began + 120)).toEqual([])
  })

  it('ends in the end, however much it is used', async () => {
    let { refreshToken: token }: { refreshToken: string | null } = await begin()
    const days = (n: number) => began + n * 24 * 3600
    for (const day of [25, 50, 75, 89]) {
      token = await refreshed(token, days(day))
      expect(token, `after ${day} days`).not.toBeNull()
    }
    expect(await refreshed(token, days(90))).toBeNull()
    expect(await sessions.list(userId, days(90))).toEqual([])
  })

  it('tells of a token that came twice, and does not repeat it', async () => {
    const lines: string[] = []
    const write = (line: string) => void lines.push(line)
    const log = createLog({
      source: 'a',
      level: 'info',
      format: 'json',
      write,
      now: () => new Date(0),
    })
    const told = createSessions({ table, log })
    const { refreshToken, sessionId } = await begin()
    await told.refresh(refreshToken, began + 60)
    expect(lines).toEqual([])
    await told.refresh(refreshToken, began + 60 + graceSeconds + 1)
    expect(lines.join('')).toContain(userId)
    expect(lines.join('')).not.toContain(refreshToken.slice(userId.length + sessionId.length + 2))
  })

  it('does not end when a second tab comes a moment later, which gets no token of its own', async () => {
    const { sessionId, refreshToken } = await begin()
    const next = await refreshed(refreshToken, began + 60)
    const second = await sessions.refresh(refreshToken, began + 60 + graceSeconds)
    expect(second).toEqual({ userId, sessionId, refreshToken: null })
    expect(await refreshed(next, began + 90)).not.toBeNull()
  })

  it('ends within the grace, too, when the token is older than that', async () => {
    const { refreshToken } = await begin()
    const second = await refreshed(refreshToken, began + 60)
    await refreshed(second, began + 61)
    expect(await sessions.refresh(refreshToken, began + 62)).toBeNull()
    expect(await sessions.list(userId, began + 62)).toEqual([])
  })

  it('of which many ask at once gives one token and is whole', async () => {
    const { refreshToken } = await begin()
    const all = await Promise.all(
      Array.from({ length: 12 }, () => sessions.refresh(refreshToken, began + 60)),
    )
    expect(all.every(tokens => tokens !== null)).toBe(true)
    const fresh = all.flatMap(tokens => tokens?.refreshToken ?? [])
    expect(fresh).toHaveLength(1)
    expect(await refreshed(fresh[0], began + 120)).not.toBeNull()
  })

  it('nobody uses ends by itself', async () => {
    const { refreshToken } = await begin()
    expect(await sessions.refresh(refreshToken, began + sessionSeconds + 1)).toBeNull()
  })

  it('can be ended: this one, all others, all', async () => {
    const [one, two, three] = [await begin(), await begin(), await begin()]
    await sessions.end(userId, two.sessionId)
    expect(await sessions.refresh(two.refreshToken, began + 1)).toBeNull()
    await sessions.endAll(userId, one.sessionId)
    expect(await sessions.refresh(three.refreshToken, began + 1)).toBeNull()
    expect((await sessions.list(userId, began)).map(({ sessionId }) => sessionId)).toEqual([
      one.sessionId,
    ])
    await sessions.endAll(userId)
    expect(await sessions.refresh(one.refreshToken, began + 1)).toBeNull()
  })

  it('is listed, the latest used first, and says which browser it is', async () => {
    const older = await begin()
    const newer = await sessions.create(userId, 'x'.repeat(1000), began + 10)
    await sessions.refresh(older.refreshToken, began + 20)
    const list = await sessions.list(userId, began + 20)
    expect(list.map(({ sessionId }) => sessionId)).toEqual([older.sessionId, newer.sessionId])
    expect(list.map(({ client }) => client.length)).toEqual([16, 200])
  })
})

it.each([
  '',
  'a.b.c',
  '..',
  'VIDEO#1.META.x',
  `u_1.${'a'.repeat(22)}.${'b'.repeat(43)}`,
  `u_1#.${'a'.repeat(22)}.${'b'.repeat(43)}`,
  'x'.repeat(5000),
])('%j is no token', async token => {
  expect(await sessions.refresh(token, began)).toBeNull()
})

it('the table holds no token', async () => {
  const { refreshToken, sessionId } = await begin()
  const secret = refreshToken.split('.').at(-1) ?? ''
  const items = JSON.stringify(await table.query(`USER#${userId}`, 'SESSION#'))
  expect(items).toContain(sessionId)
  expect(items).not.toContain(secret)
})
