// A forgotten password: a link that an admin makes sets another, once, within a day, and nothing that was signed in stays so.
import { beforeAll, expect, inject, it } from 'vitest'
import { passwordLinkSeconds } from '#domain/account.ts'
import type { Problem } from '#domain/api.ts'
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
