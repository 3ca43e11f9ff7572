// What nobody may read in the log of the accounts API: passwords, codes, keys and tokens, in calls that go well and in refused ones.
import { expect, inject, it } from 'vitest'
import { createLog } from '#platform/log.ts'
import {
  adminCode,
  Browser,
  createAccountRooms,
  createPeople,
  password,
} from '../support/accounts.ts'
import { createPipeline } from '../support/pipeline.ts'

it('holds no password, code, key or token, and each line is one object', async () => {
  let text = ''
  const write = (line: string) => {
    text += line
  }
  const log = createLog({
    ...{ source: 'accounts', level: 'debug', format: 'json', write },
    now: () => new Date(),
  })
  const { table } = await createPipeline(inject('ministack'))
  const { app } = await createAccountRooms(table, { log })
  const { invite, somebody, signIn, register } = await createPeople({ app })
  const code = await invite()
  const { browser, email } = await somebody()
  const wrong = 'wrong canary of a password'
  const newer = 'newer canary of a password'
  const create = (name: string) =>
    browser.ask(app, '/api/keys', { method: 'POST', json: { name, scopes: ['read'] } })
  const made = await create('ci')
  expect(made.status).toBe(201)
  const { key } = (await made.json()) as { key: string }
  expect((await create('line\r\n\u001b[31mbreak')).status).toBe(400)
  const tokens = [...browser.cookies.values()]
  await signIn(new Browser(), email, wrong)
  await register(new Browser(), { email, code, password: newer })
  await register(new Browser(), { code: 'canary-of-a-code', password: newer })
  const headers = { authorization: 'Bearer millrace_u_canary.canary.canary-of-a-key' }
  await new Browser().ask(app, '/api/keys', { headers })
  await browser.ask(app, '/api/session/refresh', { method: 'POST' })
  tokens.push(...browser.cookies.values())

  const lines = text.trimEnd().split('\n')
  expect(lines.length).toBeGreaterThan(2)
  for (const line of lines) expect(JSON.parse(line)).toMatchObject({ source: 'accounts' })
  const secrets = [password, wrong, newer, code, adminCode, ...tokens, 'canary-of-a-code']
  secrets.push('canary-of-a-key', key)
  for (const secret of secrets) expect(text).not.toContain(secret)
})
