// Accounts through their API, over the real table: the first admin, invitations, signing in and out, passwords.
import { beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { type AccountView, attemptLimits } from '#domain/account.ts'
import type { Problem } from '#domain/api.ts'
import type { Table } from '#platform/table.ts'
import { cookieField } from '../../bench/cookies.ts'
import {
  type AccountRooms,
  adminCode,
  Browser,
  createAccountRooms,
  createPeople,
  type People,
  password,
  someEmail,
} from '../support/accounts.ts'
import { createPipeline } from '../support/pipeline.ts'

let table: Table
let rooms: AccountRooms
let admin: People['admin']
let register: People['register']
let invite: People['invite']
let signIn: People['signIn']
let somebody: People['somebody']
let time = 1_800_000_000
const now = () => time

const refresh = async (browser: Browser) =>
  (await browser.ask(rooms.app, '/api/session/refresh', { method: 'POST' })).status
const code = async (answer: Response) => ((await answer.json()) as Problem).code

beforeAll(async () => {
  ;({ table } = await createPipeline(inject('ministack')))
  rooms = await createAccountRooms(table, { now })
  ;({ admin, register, invite, signIn, somebody } = await createPeople(rooms))
})

describe('the first admin', () => {
  it('has what was there before accounts, and may everything', async () => {
    const account = await (await admin.ask(rooms.app, '/api/account')).json()
    expect(account).toMatchObject({ userId: 'owner', role: 'admin', email: 'admin@example.com' })
  })

  it('is made once: the code is of no use afterwards', async () => {
    const answer = await register(new Browser(), { code: adminCode })
    expect([answer.status, await code(answer)]).toEqual([422, 'account-refused'])
    const told = await (await new Browser().ask(rooms.app, '/api/session')).json()
    expect(told).toMatchObject({ fresh: false, registration: 'invited' })
  })
})

describe('an account', () => {
  it('is made by an invitation, once, with its role', async () => {
    const invitation = await invite({ role: 'guest' })
    const [first, second] = await Promise.all([
      register(new Browser(), { code: invitation }),
      register(new Browser(), { code: invitation }),
    ])
    expect([first.status, second.status].sort()).toEqual([201, 422])
    const view = (await (first.ok ? first : second).json()) as AccountView
    expect(view.role).toBe('guest')
  })

  it('is made by whom it was meant for', async () => {
    const email = someEmail()
    const invitation = await invite({ email: email.toUpperCase() })
    expect((await register(new Browser(), { code: invitation })).status).toBe(422)
    expect((await register(new Browser(), { code: invitation, email })).status).toBe(201)
  })

  it('is not made a second time for an address, nor is that told apart from a wrong code', async () => {
    const { email } = await somebody()
    const taken = await register(new Browser(), {
      email: `  ${email.toUpperCase()}`,
      code: await invite(),
    })
    const wrong = await register(new Browser(), { code: 'x.y' })
    expect([taken.status, wrong.status]).toEqual([422, 422])
    const [a, b] = [await taken.json(), await wrong.json()] as [Problem, Problem]
    expect([a.code, a.detail]).toEqual([b.code, b.detail])
  })

  it.each(['open', 'invited', 'off'] as const)(
    'without a code, where registration is %s',
    async registration => {
      const { app } = await createAccountRooms(table, { now, registration })
      const answer = await register(new Browser(), {}, app)
      expect(answer.status).toBe(registration === 'open' ? 201 : 403)
    },
  )

  it.each([
    ['short', 'ten chars'],
    ['common', 'password1234'],
    ['common in another case', 'QwertyUiop1!'],
    ['one letter', 'aaaaaaaaaaaaaa'],
    ['the address', 'person-weak@example.com'],
    ['its beginning', 'person-weak2024'],
    ['the name', 'Some Body 1815'],
  ])('wants a password that is not guessed first: %s', async (_, weak) => {
    const email = 'person-weak@example.com'
    const json = { email, name: 'Some-Body', password: weak, code: await invite() }
    const answer = await register(new Browser(), json)
    expect([answer.status, await code(answer)]).toEqual([422, 'password-weak'])
  })

  it.each([
    { email: 'no address' },
    { email: 'a@b@c' },
    { email: 'a\u0000@example.com' },
    { name: '' },
    { name: 'x\u0007' },
    { role: 'admin' },
  ])('is not made of %j', async change => {
    const answer = await register(new Browser(), { ...change, code: await invite() })
    expect([answer.status, await code(answer)]).toEqual([400, 'bad-request'])
  })
})

describe('signing in', () => {
  it('answers the same for a wrong password, an unknown address and a disabled account', async () => {
    const { email, account } = await somebody()
    const wrong = await signIn(new Browser(), email, 'another password')
    const unknown = await signIn(new Browser(), someEmail(), 'another password')
    const json = { disabled: true }
    await admin.ask(rooms.app, `/api/users/${account.userId}`, { method: 'PATCH', json })
    const disabled = await signIn(new Browser(), email)
    const told = await Promise.all(
      [wrong, unknown, disabled].map(async answer => {
        const { code, detail } = (await answer.json()) as Problem
        return [answer.status, code, detail, answer.headers.getSetCookie().length]
      }),
    )
    expect(told[0]).toEqual([401, 'sign-in-failed', expect.any(String), 0])
    expect(told[1]).toEqual(told[0])
    expect(told[2]).toEqual(told[0])
  })

  it('stops guessing at one account, and leaves its owner elsewhere and all others alone', async () => {
    const { email, browser } = await somebody()
    const thief = new Browser()
    const answers: number[] = []
    for (let i = 0; i < attemptLimits.signInHere.burst + 1; i++) {
      answers.push((await signIn(thief, email, `guess number ${i}`)).status)
    }
    expect(answers).toEqual([...Array(attemptLimits.signInHere.burst).fill(401), 429])
    const stopped = await signIn(thief, email)
    expect(stopped.status).toBe(429)
    expect(Number(stopped.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(stopped.headers.get('ratelimit')).toMatch(/^"sign-in-here";r=0;t=\d+$/)
    expect(stopped.headers.get('ratelimit-policy')).toBe('"sign-in-here";q=5;w=1500')
    expect((await signIn(browser, email)).status).toBe(200)
    expect((await signIn(new Browser(), (await somebody()).email)).status).toBe(200)
  })

  it('lets in whoever knows the password, however often, and still counts what was guessed', async () => {
    const { email, browser } = await somebody()
    for (let i = 0; i < attemptLimits.signInHere.burst + 2; i++) {
      expect((await signIn(browser, email)).status).toBe(200)
    }
    for (let i = 0; i < attemptLimits.signInHere.burst; i++) {
      expect((await signIn(browser, email, 'a wrong password')).status).toBe(401)
    }
    expect((await signIn(browser, email)).status).toBe(429)
  })

  it('stops guessing from many addresses at one account, too', async () => {
    const { email } = await somebody()
    let status = 0
    let guesses = 0
    while (status !== 429 && guesses < 100) {
      ;({ status } = await signIn(new Browser(), email, 'a wrong password'))
      guesses++
    }
    expect(guesses).toBe(attemptLimits.signInAccount.burst + 1)
  })

  it('gives cookies that no script reads and no other site sends', async () => {
    for (const secure of [true, false]) {
      const { app } = await createAccountRooms(table, { now, secure, registration: 'open' })
      const answer = await register(new Browser(), {}, app)
      const cookies = answer.headers.getSetCookie()
      expect(cookies).toHaveLength(2)
      for (const line of cookies) {
        expect(line).toMatch(/; HttpOnly/)
        expect(line).toMatch(/; SameSite=Lax/)
        expect(line).toMatch(/; Path=\//)
        expect(line).not.toMatch(/Domain=/i)
        expect(line.startsWith('__Host-')).toBe(secure)
        expect(/; Secure/.test(line)).toBe(secure)
      }
    }
  })

  it('is asked for by pages of this site alone', async () => {
    const { email } = await somebody()
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': '', origin: 'https://evil.example' },
    ]) {
      const json = { email, password }
      const answer = await new Browser().ask(rooms.app, '/api/session', {
        method: 'POST',
        json,
        headers,
      })
      expect([answer.status, await code(answer)]).toEqual([403, 'origin-refused'])
    }
  })
})

describe('staying signed in', () => {
  it('goes on by the refresh token after the access token has run out', async () => {
    const { browser } = await somebody()
    time += 601
    const late = await browser.ask(rooms.app, '/api/account')
    expect([late.status, await code(late)]).toEqual([401, 'not-signed-in'])
    expect(await refresh(browser)).toBe(204)
    expect((await browser.ask(rooms.app, '/api/account')).status).toBe(200)
  })

  it('ends for everybody who holds a token that was used twice', async () => {
    const { browser } = await somebody()
    const thief = new Browser()
    for (const [name, value] of browser.cookies) thief.cookies.set(name, value)
    expect(await refresh(browser)).toBe(204)
    time += 60
    expect(await refresh(thief)).toBe(401)
    expect(thief.cookies.size).toBe(0)
    expect(await refresh(browser)).toBe(401)
  })

  it('takes the role that one has meanwhile, and ends with the account', async () => {
    const { browser, account, email } = await somebody()
    const change = (json: object) =>
      admin.ask(rooms.app, `/api/users/${account.userId}`, { method: 'PATCH', json })
    expect((await change({ role: 'admin' })).status).toBe(200)
    // Signed out by the change.
    expect(await refresh(browser)).toBe(401)
    await signIn(browser, email)
    expect((await browser.ask(rooms.app, '/api/users')).status).toBe(200)
    await admin.ask(rooms.app, `/api/users/${account.userId}`, { method: 'DELETE' })
    expect((await browser.ask(rooms.app, '/api/account')).status).toBe(401)
    expect(await refresh(browser)).toBe(401)
    expect((await signIn(browser, email)).status).toBe(401)
  })

  it('ends here, or everywhere but here', async () => {
    const { browser, email } = await somebody()
    const [phone, desk] = [new Browser(), new Browser()]
    await signIn(phone, email)
    await signIn(desk, email)
    const list = await (await desk.ask(rooms.app, '/api/sessions')).json()
    expect(list.sessions).toHaveLength(3)
    expect(list.sessions.filter((session: { current: boolean }) => session.current)).toHaveLength(1)
    await phone.ask(rooms.app, '/api/session', { method: 'DELETE' })
    expect(phone.cookies.size).toBe(0)
    await desk.ask(rooms.app, '/api/sessions', { method: 'DELETE' })
    expect(await refresh(browser)).toBe(401)
    expect(await refresh(desk)).toBe(204)
  })

  it.each([
    [
      'elsewhere',
      async (desk: Browser) => desk.ask(rooms.app, '/api/sessions', { method: 'DELETE' }),
    ],
    [
      'by another password',
      async (desk: Browser) => {
        const json = { current: password, next: 'another good one' }
        await desk.ask(rooms.app, '/api/account/password', { method: 'POST', json })
      },
    ],
    [
      'here',
      async (_: Browser, lost: Browser) =>
        lost.ask(rooms.app, '/api/session', { method: 'DELETE' }),
    ],
  ])('ends at once for what would outlive it, ended %s', async (_, end) => {
    const { browser: lost, email } = await somebody()
    const desk = new Browser()
    await signIn(desk, email)
    const thief = new Browser()
    for (const [name, value] of lost.cookies) thief.cookies.set(name, value)
    const makesKey = async (headers = {}) => {
      const json = { name: 'kept', scopes: ['read'] }
      const answer = await thief.ask(rooms.app, '/api/keys', { method: 'POST', json, headers })
      return answer.status
    }
    const bearer = { authorization: `Bearer ${thief.cookies.get('millrace-access')}`, cookie: '' }
    expect([await makesKey(), await makesKey(bearer)]).toEqual([201, 201])
    await end(desk, lost)
    expect([await makesKey(), await makesKey(bearer)]).toEqual([401, 401])
    expect((await desk.ask(rooms.app, '/api/account')).status).toBe(200)
  })
})

describe('how often somebody may ask', () => {
  const limit = (answer: Response) => answer.headers.get('ratelimit')?.split(';', 1)[0]

  it('is limited where something is changed, as elsewhere', async () => {
    const { browser, email } = await somebody()
    const json = { name: 'Ada' }
    const changed = await browser.ask(rooms.app, '/api/account', { method: 'PATCH', json })
    expect([changed.status, limit(changed)]).toEqual([200, '"calls-user"'])
    const nobody = await new Browser().ask(rooms.app, '/api/account', { method: 'PATCH', json })
    expect([nobody.status, limit(nobody)]).toEqual([401, '"calls-address"'])
    const read = await browser.ask(rooms.app, '/api/account')
    expect([read.status, limit(read)]).toEqual([200, undefined])
    // Its own, and no other beside it.
    expect(limit(await signIn(browser, email))).toBe('"sign-in-here"')
  })

  it('ends in words, for refreshing, too', async () => {
    const { browser, email } = await somebody()
    const { take } = rooms.deps.limits
    const names: string[] = []
    vi.spyOn(rooms.deps.limits, 'take').mockImplementation(async (limit, ...asked) => {
      names.push(limit.name)
      return take({ ...limit, burst: 1, secondsAToken: 30 }, ...asked)
    })
    expect([await refresh(browser), await refresh(browser)]).toEqual([204, 429])
    expect(names).toEqual(['calls-user', 'calls-user'])
    names.length = 0
    await signIn(new Browser(), email)
    expect(names.filter(name => name.startsWith('calls'))).toEqual([])
    vi.restoreAllMocks()
  })
})

describe('one’s own account', () => {
  it('has a name, a language and a picture that can be changed', async () => {
    const { browser, account } = await somebody()
    const json = { name: 'Zoë 🦊', language: 'de' }
    const changed = await (
      await browser.ask(rooms.app, '/api/account', { method: 'PATCH', json })
    ).json()
    expect(changed).toMatchObject({ name: 'Zoë 🦊', language: 'de', pictureUrl: null })
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNiAAAABgADNjd8qAAAAABJRU5ErkJggg==',
      'base64',
    )
    const headers = { ...cookieField(browser.cookies), 'sec-fetch-site': 'same-origin' }
    const put = (body: BodyInit) =>
      rooms.app.request('/api/account/picture', { method: 'PUT', body, headers })
    const pictured = (await (await put(new Uint8Array(png))).json()) as AccountView
    expect(pictured.pictureUrl).toContain(`/api/users/${account.userId}/picture?version=`)
    const shown = await browser.ask(rooms.app, pictured.pictureUrl ?? '')
    expect(shown.headers.get('content-type')).toBe('image/png')
    expect(Buffer.from(await shown.arrayBuffer())).toEqual(png)
    expect((await put('<svg onload="alert(1)"/>')).status).toBe(415)
    expect((await put(new Uint8Array(70_000))).status).toBe(413)
  })

  it('changes its password with the old one, and is signed out everywhere else', async () => {
    const { browser, email } = await somebody()
    const other = new Browser()
    await signIn(other, email)
    const change = (current: string, next: string) =>
      browser.ask(rooms.app, '/api/account/password', { method: 'POST', json: { current, next } })
    expect((await change('not the password', 'another good one')).status).toBe(401)
    expect((await change(password, 'password12')).status).toBe(422)
    expect((await change(password, 'another good one')).status).toBe(204)
    expect(await refresh(other)).toBe(401)
    expect(await refresh(browser)).toBe(204)
    expect((await signIn(new Browser(), email)).status).toBe(401)
    expect((await signIn(new Browser(), email, 'another good one')).status).toBe(200)
  })

  it('is deleted with its password, and its address is free', async () => {
    const { browser, email } = await somebody()
    const end = (given: string) =>
      browser.ask(rooms.app, '/api/account/deletion', { method: 'POST', json: { password: given } })
    expect((await end('not the password')).status).toBe(401)
    expect((await end(password)).status).toBe(202)
    expect((await register(new Browser(), { email, code: await invite() })).status).toBe(201)
  })
})
