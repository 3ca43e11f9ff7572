// A second factor: begun, in force by a first code, asked for when somebody signs in, good once a code, lost and taken away.
import { Secret, TOTP } from 'otpauth'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import type { AccountView } from '#domain/account.ts'
import { secondFactorKey } from '#domain/account-item.ts'
import { createSecondFactors } from '#platform/second-factors.ts'
import { openWayBack } from '#platform/way-back.ts'
import {
  type AccountRooms,
  Browser,
  createAccountRooms,
  createPeople,
  type People,
  password,
} from '../support/accounts.ts'
import { createPipeline, type Pipeline } from '../support/pipeline.ts'

let pipeline: Pipeline
let rooms: AccountRooms
let people: People
/** Epoch seconds: moved on from test to test, so that no limit of one is another's. */
let seconds = 1_800_000_000

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'))
  rooms = await createAccountRooms(pipeline.table, { now: () => seconds })
  people = await createPeople(rooms)
})

const codeOf = async (answer: Response) => ((await answer.json()) as { code?: string }).code
const path = '/api/account/second-factor'

/** As an authenticator app that has read the QR code. */
function appOf(uri: string) {
  const secret = new URL(uri).searchParams.get('secret') ?? ''
  return (at = seconds) =>
    new TOTP({ secret: Secret.fromBase32(secret), digits: 6, period: 30 }).generate({
      timestamp: at * 1000,
    })
}

async function begin(browser: Browser) {
  const answer = await browser.ask(rooms.app, path, { method: 'POST', json: { password } })
  expect(answer.status).toBe(201)
  return (await answer.json()) as { secret: string; uri: string }
}

const confirm = (browser: Browser, code: string) =>
  browser.ask(rooms.app, path, { method: 'PUT', json: { code } })

const signIn = (email: string, code?: string, browser = new Browser()) =>
  browser.ask(rooms.app, '/api/session', {
    method: 'POST',
    json: { email, password, ...(code === undefined ? {} : { code }) },
  })

/** Somebody with a second factor in force. */
async function guarded() {
  seconds += 3600
  const { browser, email, account } = await people.somebody()
  const { uri } = await begin(browser)
  const codeAt = appOf(uri)
  const answer = await confirm(browser, codeAt())
  expect(answer.status).toBe(200)
  const { recoveryCodes } = (await answer.json()) as { recoveryCodes: string[] }
  seconds += 60
  return { browser, email, account, codeAt, recoveryCodes }
}

const accountOf = async (browser: Browser) =>
  (await (await browser.ask(rooms.app, '/api/account')).json()) as AccountView

describe('a second factor', () => {
  it('is not in force before a code of it has come back', async () => {
    const { browser, email } = await people.somebody()
    const { secret, uri } = await begin(browser)
    expect(uri).toContain(`secret=${secret}`)
    expect(uri).toMatch(/^otpauth:\/\/totp\/Millrace:person-\d+%40example\.com\?/)
    expect(await codeOf(await confirm(browser, '000000'))).toBe('second-factor-wrong')
    expect((await signIn(email)).status).toBe(200)
    expect((await accountOf(browser)).secondFactor).toBe(false)
    // Begun anew, the app's first entry is of no use.
    const { uri: second } = await begin(browser)
    expect(await codeOf(await confirm(browser, appOf(uri)()))).toBe('second-factor-wrong')
    expect((await confirm(browser, appOf(second)())).status).toBe(200)
    expect((await accountOf(browser)).secondFactor).toBe(true)
  })

  it('takes the password to be begun, and is begun once', async () => {
    const { browser } = await guarded()
    const wrong = { method: 'POST', json: { password: 'not the password' } }
    expect(await codeOf(await browser.ask(rooms.app, path, wrong))).toBe('sign-in-failed')
    const again = await browser.ask(rooms.app, path, { method: 'POST', json: { password } })
    expect(await codeOf(again)).toBe('state-conflict')
  })

  it('is asked for after the password, and never instead of it', async () => {
    const { email, codeAt } = await guarded()
    const without = new Browser()
    expect(await codeOf(await signIn(email, undefined, without))).toBe('second-factor-needed')
    expect(without.cookies.size).toBe(0)
    const code = codeAt()
    const json = { email, password: 'not the password', code }
    const guessed = await new Browser().ask(rooms.app, '/api/session', { method: 'POST', json })
    expect(await codeOf(guessed)).toBe('sign-in-failed')
    // That has not used it up.
    expect((await signIn(email, `${code.slice(0, 3)} ${code.slice(3)}`)).status).toBe(200)
  })

  it('takes a code once, and none of an earlier or a later minute', async () => {
    const { email, codeAt } = await guarded()
    const code = codeAt()
    const both = await Promise.all([signIn(email, code), signIn(email, code)])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401])
    expect(await codeOf(await signIn(email, code))).toBe('second-factor-wrong')
    for (const offset of [-90, 90]) {
      const other = codeAt(seconds + offset)
      expect([offset, await codeOf(await signIn(email, other))]).toEqual([
        offset,
        'second-factor-wrong',
      ])
    }
    // A clock that is half a minute ahead.
    expect((await signIn(email, codeAt(seconds + 30))).status).toBe(200)
    // What was before it is too late now.
    expect((await signIn(email, codeAt(seconds))).status).toBe(401)
  })

  it('is not guessed', async () => {
    const { email, codeAt } = await guarded()
    const guesser = new Browser()
    const codes = Array.from({ length: 8 }, (_, i) => String(111_110 + i))
    const answers: (string | undefined)[] = []
    for (const code of codes) answers.push(await codeOf(await signIn(email, code, guesser)))
    expect(answers.slice(0, 5)).toEqual(Array(5).fill('second-factor-wrong'))
    expect(answers.slice(5)).toEqual(Array(3).fill('too-many-requests'))
    // Whose it is gets in from elsewhere.
    expect((await signIn(email, codeAt())).status).toBe(200)
  })

  it('that is lost is replaced by a recovery code, each once', async () => {
    const { email, recoveryCodes } = await guarded()
    expect(recoveryCodes).toHaveLength(10)
    expect(new Set(recoveryCodes).size).toBe(10)
    const [first = '', second = ''] = recoveryCodes
    expect(first).toMatch(/^([a-z2-7]{4}-){3}[a-z2-7]{4}$/)
    const both = await Promise.all([signIn(email, first), signIn(email, first)])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401])
    expect((await signIn(email, first)).status).toBe(401)
    expect((await signIn(email, second.toUpperCase().replaceAll('-', ' '))).status).toBe(200)
  })

  it('is taken away with the password and a code', async () => {
    const { browser, email, codeAt, recoveryCodes } = await guarded()
    const remove = (json: object) =>
      browser.ask(rooms.app, `${path}/removal`, { method: 'POST', json })
    const code = codeAt()
    expect(await codeOf(await remove({ password: 'not the password', code }))).toBe(
      'sign-in-failed',
    )
    expect(await codeOf(await remove({ password, code: '000000' }))).toBe('second-factor-wrong')
    expect((await remove({ password, code })).status).toBe(204)
    expect(await codeOf(await remove({ password, code: recoveryCodes[0] }))).toBe('state-conflict')
    expect((await signIn(email)).status).toBe(200)
    // And may be begun again.
    await begin(browser)
  })

  it('is taken away by an admin, for whoever has lost all of it', async () => {
    const { email, account } = await guarded()
    const user = `/api/users/${account.userId}`
    const json = { secondFactor: false }
    const answer = await people.admin.ask(rooms.app, user, { method: 'PATCH', json })
    expect(await answer.json()).toMatchObject({ userId: account.userId, secondFactor: false })
    expect((await signIn(email)).status).toBe(200)
    const audit = await people.admin.ask(rooms.app, '/api/audit?limit=200')
    expect(await audit.text()).toContain('{\\"secondFactor\\":false}')
    // A browser that an admin left open is not enough to take their own away.
    const own = await people.admin.ask(rooms.app, '/api/users/owner', { method: 'PATCH', json })
    expect(await codeOf(own)).toBe('state-conflict')
    // Nobody gives somebody else one.
    const given = await people.admin.ask(rooms.app, user, {
      ...{ method: 'PATCH', json: { secondFactor: true } },
    })
    expect(given.status).toBe(400)
  })

  it('of the only admin, who has lost that and the password, is taken away by the operator', async () => {
    const { email, account } = await guarded()
    const { table } = pipeline
    const { accounts } = rooms.deps
    expect(await openWayBack({ table, accounts }, 'nobody@example.com', seconds)).toBeNull()
    const code = await openWayBack({ table, accounts }, email, seconds)
    const set = { method: 'POST', json: { code, password: 'another battery staple' } }
    const answer = await new Browser().ask(rooms.app, '/api/account/new-password', set)
    expect(answer.status).toBe(204)
    expect((await people.signIn(new Browser(), email, 'another battery staple')).status).toBe(200)
    const entries = await (await people.admin.ask(rooms.app, '/api/audit?limit=200')).text()
    expect(entries).toContain('"operator"')
    expect(entries).toContain(account.userId)
  })

  it('lies in the table as nobody can use it', async () => {
    const { account, codeAt, recoveryCodes, email } = await guarded()
    const { userId } = account
    const item = JSON.stringify(await pipeline.table.get(secondFactorKey(userId)))
    for (const code of recoveryCodes) expect(item).not.toContain(code.replaceAll('-', ''))
    // Another key opens nothing; recovery codes still count.
    const others = createSecondFactors({ table: pipeline.table, key: new Uint8Array(32).fill(1) })
    await expect(others.use(userId, codeAt(), seconds)).rejects.toMatchObject({
      ...{ code: 'second-factor-wrong', detail: 'sealed with another key' },
    })
    expect(await others.use(userId, recoveryCodes[0] ?? '', seconds)).toBe(true)
    expect((await signIn(email, codeAt())).status).toBe(200)
  })
})
