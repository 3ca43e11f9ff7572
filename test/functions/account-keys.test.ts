// Keys of machines and what admins do, through the accounts API, over the real table.
import { afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { type AccountView, noQuota, type Quota } from '#domain/account.ts'
import type { Table } from '#platform/table.ts'
import {
  type AccountRooms,
  Browser,
  createAccountRooms,
  createPeople,
  type People,
  password,
} from '../support/accounts.ts'
import { createPipeline } from '../support/pipeline.ts'

let table: Table
let rooms: AccountRooms
let admin: People['admin']
let register: People['register']
let invite: People['invite']
let somebody: People['somebody']
let time = 1_800_000_000
const now = () => time

beforeAll(async () => {
  ;({ table } = await createPipeline(inject('ministack')))
  rooms = await createAccountRooms(table, { now })
  ;({ admin, register, invite, somebody } = await createPeople(rooms))
})

afterEach(() => vi.restoreAllMocks())

describe('keys', () => {
  const create = (browser: Browser, json: object) =>
    browser.ask(rooms.app, '/api/keys', { method: 'POST', json: { name: 'ci', ...json } })
  const actorOf = (key: string, path = '/api/videos') =>
    rooms.identify(new Request(`http://x${path}`, { headers: { authorization: `Bearer ${key}` } }))

  it('are shown once, are good for their scopes, end, and can be taken back', async () => {
    const { browser, account } = await somebody()
    const created = await create(browser, { scopes: ['read'], expiresInDays: 1 })
    const { key, keyId } = (await created.json()) as { key: string; keyId: string }
    expect(await actorOf(key)).toEqual({
      userId: account.userId,
      role: 'user',
      scopes: ['read'],
      keyId,
      sessionId: null,
    })
    const listed = await (await browser.ask(rooms.app, '/api/keys')).text()
    expect(listed).not.toContain(key)
    expect(JSON.parse(listed).keys[0].lastUsedAt).not.toBeNull()
    time += 24 * 3600 + 2
    await expect(actorOf(key)).rejects.toMatchObject({ code: 'not-signed-in' })
    time -= 24 * 3600 + 2
    await browser.ask(rooms.app, `/api/keys/${keyId}`, { method: 'DELETE' })
    await expect(actorOf(key)).rejects.toMatchObject({ code: 'not-signed-in' })
  })

  it('end with their owner', async () => {
    const { browser, account } = await somebody()
    const { key } = (await (await create(browser, { scopes: ['upload'] })).json()) as {
      key: string
    }
    const json = { disabled: true }
    await admin.ask(rooms.app, `/api/users/${account.userId}`, { method: 'PATCH', json })
    await expect(actorOf(key)).rejects.toMatchObject({ code: 'not-signed-in' })
  })

  it('make no keys, read no account, and change none', async () => {
    const { key } = (await (await create(admin, { scopes: ['admin'] })).json()) as { key: string }
    const headers = { authorization: `Bearer ${key}` }
    for (const path of ['/api/keys', '/api/account', '/api/sessions']) {
      expect((await new Browser().ask(rooms.app, path, { headers })).status).toBe(403)
    }
    expect((await new Browser().ask(rooms.app, '/api/users', { headers })).status).toBe(200)
  })

  it('have tickets for event streams, good for ten minutes and there alone', async () => {
    const { browser } = await somebody()
    const { key } = (await (await create(browser, { scopes: ['read'] })).json()) as { key: string }
    const asked = await new Browser().ask(rooms.app, '/api/tickets', {
      ...{ method: 'POST', headers: { authorization: `Bearer ${key}` } },
    })
    const { ticket } = (await asked.json()) as { ticket: string }
    const by = (path: string) => rooms.identify(new Request(`http://x${path}?ticket=${ticket}`))
    expect(await by('/api/events')).toMatchObject({ scopes: ['read'] })
    // Nowhere else, and never a new one by it.
    await expect(actorOf(ticket, '/api/tickets')).rejects.toMatchObject({ code: 'not-signed-in' })
    expect(await by('/api/videos')).toMatchObject({ userId: null })
    time += 601
    await expect(by('/api/events')).rejects.toMatchObject({ code: 'not-signed-in' })
  })

  it('have tickets of their owners beside them: a person may follow by one, too', async () => {
    const { browser, account } = await somebody()
    const asked = await browser.ask(rooms.app, '/api/tickets', { method: 'POST' })
    const { ticket } = (await asked.json()) as { ticket: string }
    const found = await rooms.identify(new Request(`http://x/api/events?ticket=${ticket}`))
    expect(found).toMatchObject({ userId: account.userId, scopes: null })
    await expect(actorOf(ticket)).rejects.toMatchObject({ code: 'not-signed-in' })
  })

  it.each([
    'millrace_owner.AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    'millrace_',
    'millrace_owner.x.y',
    'x.y.z',
    '',
  ])('of no account, or no form, are refused: «%s»', async key => {
    await expect(actorOf(key)).rejects.toMatchObject({ code: 'not-signed-in' })
  })
})

describe('admins', () => {
  it('see everybody, and leave an entry of what they do', async () => {
    const { account } = await somebody()
    time += 1
    const json = { quota: { bytes: 1000, minutes: null } }
    await admin.ask(rooms.app, `/api/users/${account.userId}`, { method: 'PATCH', json })
    const { users } = await (await admin.ask(rooms.app, '/api/users')).json()
    const found = users.find(({ userId }: AccountView) => userId === account.userId)
    const usage = { videos: 0, sizeBytes: 0, durationSeconds: 0, complete: true }
    expect(found).toMatchObject({ quota: json.quota, usage })
    expect(JSON.stringify(users)).not.toMatch(/argon2|hash/i)
    const { entries } = await (await admin.ask(rooms.app, '/api/audit?limit=200')).json()
    const entry = { userId: 'owner', action: 'user-changed', target: account.userId }
    expect(entries).toContainEqual(expect.objectContaining(entry))
  })

  it('see whose quota is the default, set it, and leave it to the default again', async () => {
    const defaultQuota = { bytes: 5e9, minutes: 30 }
    const { app } = await createAccountRooms(table, { ...rooms.deps, defaultQuota })
    const { account, browser } = await somebody()
    const of = async (userId: string) => {
      const { users } = await (await admin.ask(app, '/api/users?limit=100')).json()
      return users.find((user: AccountView) => user.userId === userId)
    }
    const set = (quota: Quota | null) =>
      admin.ask(app, `/api/users/${account.userId}`, { method: 'PATCH', json: { quota } })

    expect(await of(account.userId)).toMatchObject({ quota: defaultQuota, quotaSet: false })
    expect(await of('owner')).toMatchObject({ quota: noQuota, quotaSet: false })
    expect(await (await set(noQuota)).json()).toMatchObject({ quota: noQuota })
    expect(await of(account.userId)).toMatchObject({ quota: noQuota, quotaSet: true })
    expect(await (await set(null)).json()).toMatchObject({ quota: defaultQuota })
    expect(await of(account.userId)).toMatchObject({ quota: defaultQuota, quotaSet: false })
    const standing = await (await browser.ask(app, '/api/session')).json()
    expect(standing.account.quota).toEqual(defaultQuota)
  })

  it('are answered for what is done, also where no entry can be written: the log has it', async () => {
    vi.spyOn(rooms.deps.audit, 'write').mockRejectedValue(new Error('no table'))
    const error = vi.spyOn(rooms.deps.log, 'error')
    const json = { name: 'ci', scopes: ['read'] }
    const made = await admin.ask(rooms.app, '/api/keys', { method: 'POST', json })
    expect(made.status).toBe(201)
    const entry = { userId: 'owner', action: 'key-created', detail: 'ci' }
    expect(error).toHaveBeenCalledWith(expect.any(String), expect.objectContaining(entry))
    const invited = { method: 'POST', json: { role: 'user' } }
    expect((await admin.ask(rooms.app, '/api/invitations', invited)).status).toBe(201)
  })

  it('end nobody, and nobody ends, without an entry that was written before', async () => {
    const { browser, account } = await somebody()
    vi.spyOn(rooms.deps.audit, 'write').mockRejectedValue(new Error('no table'))
    const path = `/api/users/${account.userId}`
    const removed = await admin.ask(rooms.app, path, { method: 'DELETE' })
    const json = { password }
    const asked = { method: 'POST', json }
    const left = await browser.ask(rooms.app, '/api/account/deletion', asked)
    expect([removed.status, left.status]).toEqual([500, 500])
    expect((await browser.ask(rooms.app, '/api/account')).status).toBe(200)
    vi.restoreAllMocks()
    expect((await browser.ask(rooms.app, '/api/account/deletion', asked)).status).toBe(202)
    const { entries } = await (await admin.ask(rooms.app, '/api/audit?limit=200')).json()
    expect(entries).toContainEqual(
      expect.objectContaining({ userId: account.userId, action: 'account-deleted' }),
    )
  })

  it('are what they are now, whatever their token says', async () => {
    const { browser, account } = await somebody({ role: 'admin' })
    const invites = async () => {
      const invited = { method: 'POST', json: { role: 'admin' } }
      return (await browser.ask(rooms.app, '/api/invitations', invited)).status
    }
    // Between the change and the end of their sessions, and after both.
    await rooms.deps.accounts.change(account.userId, { role: 'user' })
    expect(await invites()).toBe(403)
    const json = { role: 'user' }
    await admin.ask(rooms.app, `/api/users/${account.userId}`, { method: 'PATCH', json })
    expect(await invites()).toBe(401)
  })

  it('shut somebody out of the account at once', async () => {
    const { browser, account } = await somebody()
    await rooms.deps.accounts.change(account.userId, { disabled: true })
    expect((await browser.ask(rooms.app, '/api/account')).status).toBe(401)
  })

  it('make nobody an admin by a key, nor end anybody', async () => {
    const made = await admin.ask(rooms.app, '/api/keys', {
      ...{ method: 'POST', json: { name: 'k', scopes: ['admin'] } },
    })
    const { key } = (await made.json()) as { key: string }
    const headers = { authorization: `Bearer ${key}` }
    const { account } = await somebody()
    for (const [method, path, json] of [
      ['POST', '/api/invitations', { role: 'admin' }],
      ['PATCH', `/api/users/${account.userId}`, { role: 'admin' }],
      ['DELETE', `/api/users/${account.userId}`, undefined],
    ] as const) {
      const asked = { method, headers, ...(json ? { json } : {}) }
      expect((await new Browser().ask(rooms.app, path, asked)).status).toBe(403)
    }
    const shown = await new Browser().ask(rooms.app, '/api/session', { headers })
    expect(await shown.json()).toMatchObject({ account: null })
  })

  it('leave no installation without one', async () => {
    const json = { password: 'correct horse battery' }
    const answer = await admin.ask(rooms.app, '/api/account/deletion', { method: 'POST', json })
    expect(answer.status).toBe(409)
  })

  it('take nobody’s last rights: their own they keep', async () => {
    for (const json of [{ role: 'user' }, { disabled: true }]) {
      const answer = await admin.ask(rooms.app, '/api/users/owner', { method: 'PATCH', json })
      expect(answer.status).toBe(409)
    }
  })

  it('are asked alone', async () => {
    const { browser } = await somebody()
    for (const path of ['/api/users', '/api/invitations', '/api/audit']) {
      expect((await browser.ask(rooms.app, path)).status).toBe(403)
      expect((await new Browser().ask(rooms.app, path)).status).toBe(401)
    }
  })

  it('take invitations back', async () => {
    const invitation = await invite()
    const path = `/api/invitations/${invitation.split('.')[0]}`
    expect((await admin.ask(rooms.app, path, { method: 'DELETE' })).status).toBe(204)
    expect((await register(new Browser(), { code: invitation })).status).toBe(422)
  })
})
