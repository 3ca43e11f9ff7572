// What the table says of people opens nothing: of passwords, tokens, keys and codes it has hashes alone.
import { ScanCommand } from '@aws-sdk/lib-dynamodb'
import { expect, inject, it } from 'vitest'
import { createTableClient } from '#platform/clients.ts'
import {
  adminCode,
  type Browser,
  createAccountRooms,
  createPeople,
  password,
} from '../support/accounts.ts'
import { createPipeline } from '../support/pipeline.ts'

it('keeps nothing in clear that lets anybody in', async () => {
  const pipeline = await createPipeline(inject('ministack'))
  const { table } = pipeline
  const rooms = await createAccountRooms(table)
  const { admin, invite, somebody } = await createPeople(rooms)
  const { browser, account } = await somebody()
  const post = async (by: Browser, path: string, json = {}) =>
    (await by.ask(rooms.app, path, { method: 'POST', json })).json()
  const { key } = await post(browser, '/api/keys', { name: 'ci', scopes: ['read'] })
  const link = await post(admin, `/api/users/${account.userId}/password-link`)
  const opening = [...browser.cookies.values(), key, link.code, await invite()]
  const client = createTableClient(pipeline.services)
  const { Items, LastEvaluatedKey } = await client.send(new ScanCommand({ TableName: table.name }))
  expect(LastEvaluatedKey).toBeUndefined()
  const kept = JSON.stringify(Items)
  expect(kept).toContain(account.userId)
  for (const secret of [password, adminCode, ...opening.map(text => text.split('.').at(-1))]) {
    expect(secret.length).toBeGreaterThan(20)
    expect(kept).not.toContain(secret)
  }
  const roster = JSON.stringify(await table.query('ACCOUNTS', ''))
  expect(roster).toContain(account.userId)
  expect(roster).not.toContain('@')
})
