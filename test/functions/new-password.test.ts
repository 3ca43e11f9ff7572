// A forgotten password: a link that an admin makes sets another, once, within a day, and nothing that was signed in stays so.
import { beforeAll, expect, inject, it } from 'vitest'
import { passwordLinkSeconds } from '#domain/account.ts'
import type { Problem } from '#domain/api.ts'
import { MillraceError } from '#domain/errors.ts'
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

const next = 'another good one'
let table: Table
let rooms: AccountRooms
let people: People
let time = 1_800_000_000
const now = () => time

beforeAll(async () => {
  ;({ table } = await createPipeline(inject('ministack')))
  rooms = await createAccountRooms(table, { now })
  people = await createPeople(rooms)
})

async function link(userId: string): Promise<string> {
  const path = `/api/users/${userId}/password-link`
  const answer = await people.admin.ask(rooms.app, path, { method: 'POST' })
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([201, 'no-store'])
  return ((await answer.json()) as { code: string }).code
}

async function set(code: string, given = next) {
  const answer = await new Browser().ask(rooms.app, '/api/account/new-password', {
    ...{ method: 'POST', json: { code, password: given } },
  })
  const said = answer.status === 204 ? null : ((await answer.json()) as Problem).code
  return [answer.status, said]
}

const refused = [422, 'account-refused']

it('is set anew once; what was signed in is out, and the old one opens nothing', async () => {
  const { browser, email, account } = await people.somebody()
  const code = await link(account.userId)
  expect(await set(code, 'password12')).toEqual([422, 'password-weak'])
  const both = await Promise.all([set(code), set(code)])
  expect(both.sort()).toEqual([[204, null], refused])
  expect((await browser.ask(rooms.app, '/api/account')).status).toBe(401)
  expect((await people.signIn(new Browser(), email, password)).status).toBe(401)
  expect((await people.signIn(new Browser(), email, next)).status).toBe(200)
  const { entries } = await (await people.admin.ask(rooms.app, '/api/audit?limit=200')).json()
  const entry = { action: 'password-link-created', target: account.userId }
  expect(entries).toContainEqual(expect.objectContaining(entry))
  expect(JSON.stringify(entries)).not.toContain(code.split('.')[1])
})

it('is not set by a link that has ended, has a newer one, or is none', async () => {
  const { account } = await people.somebody()
  const older = await link(account.userId)
  const newer = await link(account.userId)
  expect(await set(older)).toEqual(refused)
  const [userId = '', secret = ''] = newer.split('.')
  const { account: other } = await people.somebody()
  for (const forged of ['', 'x', `${userId}.`, `${other.userId}.${secret}`, `${newer}A`]) {
    const [status] = await set(forged)
    expect([forged, status]).toEqual([forged, forged === '' ? 400 : 422])
  }
  time += passwordLinkSeconds
  expect(await set(newer)).toEqual(refused)
})

it('is not set by a link of before it was changed, nor for somebody who is kept out', async () => {
  const { browser, account } = await people.somebody()
  const code = await link(account.userId)
  const json = { current: password, next: 'a third of the kind' }
  await browser.ask(rooms.app, '/api/account/password', { method: 'POST', json })
  expect(await set(code)).toEqual(refused)
  const again = await link(account.userId)
  await rooms.deps.accounts.change(account.userId, { disabled: true })
  expect(await set(again)).toEqual(refused)
  await rooms.deps.accounts.change(account.userId, { disabled: false })
  const kept = await link(account.userId)
  const user = `/api/users/${account.userId}`
  for (const disabled of [true, false])
    await people.admin.ask(rooms.app, user, { method: 'PATCH', json: { disabled } })
  expect(await set(kept)).toEqual(refused)
})

it('is not set by who was an admin, nor do they come back by a link or an invitation they have kept', async () => {
  const { browser: leaving, account } = await people.somebody({ role: 'admin' })
  const { account: other } = await people.somebody()
  const path = `/api/users/${other.userId}/password-link`
  const made = await leaving.ask(rooms.app, path, { method: 'POST' })
  const { code } = (await made.json()) as { code: string }
  const invite = async (role: string) => {
    const asked = { method: 'POST', json: { role } }
    const answer = await leaving.ask(rooms.app, '/api/invitations', asked)
    return ((await answer.json()) as { code: string }).code
  }
  const [asAdmin, asUser] = [await invite('admin'), await invite('user')]
  const json = { role: 'user' }
  await people.admin.ask(rooms.app, `/api/users/${account.userId}`, { method: 'PATCH', json })
  expect(await set(code)).toEqual(refused)
  const register = async (by: string) => {
    const email = `${by.slice(0, 8).toLowerCase()}@example.com`
    return (await people.register(new Browser(), { email, code: by })).status
  }
  expect([await register(asAdmin), await register(asUser)]).toEqual([422, 201])
})

it('that is changed while the old one is being signed in with leaves nobody in', async () => {
  const { browser, email, account } = await people.somebody()
  const { sessions } = rooms.deps
  const json = { current: password, next }
  const changing: typeof sessions.create = async (...who) => {
    // Checked already, and no session yet.
    const path = '/api/account/password'
    expect((await browser.ask(rooms.app, path, { method: 'POST', json })).status).toBe(204)
    return sessions.create(...who)
  }
  const slow = await createAccountRooms(table, {
    ...rooms.deps,
    sessions: { ...sessions, create: changing },
  })
  const answer = await new Browser().ask(slow.app, '/api/session', {
    ...{ method: 'POST', json: { email, password } },
  })
  expect(answer.status).toBe(401)
  expect(await sessions.list(account.userId, now())).toHaveLength(1)
})

it('is the admin’s to give for others alone, and by no key', async () => {
  const { browser, account } = await people.somebody()
  const ask = async (by: Browser, userId: string, headers = {}) => {
    const asked = { method: 'POST', headers }
    return (await by.ask(rooms.app, `/api/users/${userId}/password-link`, asked)).status
  }
  expect(await ask(browser, account.userId)).toBe(403)
  expect(await ask(people.admin, 'owner')).toBe(409)
  expect(await ask(people.admin, 'u_0000000000000000000000')).toBe(404)
  const json = { name: 'k', scopes: ['admin'] }
  const made = await people.admin.ask(rooms.app, '/api/keys', { method: 'POST', json })
  const authorization = `Bearer ${((await made.json()) as { key: string }).key}`
  expect(await ask(new Browser(), account.userId, { authorization })).toBe(403)
})

it('is set, or changed, with nobody left in, wherever that is cut off', async () => {
  const { sessions } = rooms.deps
  const { browser, email, account } = await people.somebody()
  await people.signIn(new Browser(), email)
  const cut: typeof sessions = {
    ...sessions,
    async endAll(...who) {
      if (ends++ > 0) throw new MillraceError('table-unavailable')
      await sessions.endAll(...who)
    },
  }
  let ends = 0
  const { app } = await createAccountRooms(table, { ...rooms.deps, sessions: cut })
  const json = { current: password, next }
  const changed = await browser.ask(app, '/api/account/password', { method: 'POST', json })
  expect(changed.status).toBe(503)
  expect(await sessions.list(account.userId, now())).toHaveLength(1)
  ends = 0
  const set = {
    method: 'POST',
    json: { code: await link(account.userId), password: 'a third one of it' },
  }
  expect((await new Browser().ask(app, '/api/account/new-password', set)).status).toBe(503)
  expect(await sessions.list(account.userId, now())).toEqual([])
})
