// The accounts API over the real table, and people who use it as browsers do: with a jar of cookies.
import { type AccountView, noQuota } from '#domain/account.ts'
import { createAccessKey, createAccessTokens } from '#platform/access-tokens.ts'
import { createAccounts } from '#platform/accounts.ts'
import { createApiKeys } from '#platform/api-keys.ts'
import { createAudit } from '#platform/audit.ts'
import { createIdentify } from '#platform/identify.ts'
import { silentLog } from '#platform/log.ts'
import { createPasswordLinks } from '#platform/password-links.ts'
import { createPasswords } from '#platform/passwords.ts'
import { createRateLimits } from '#platform/rate-limits.ts'
import { createReadNames } from '#platform/read-names.ts'
import { createSecondFactors } from '#platform/second-factors.ts'
import { createSessions } from '#platform/sessions.ts'
import type { Table } from '#platform/table.ts'
import { createVideoList } from '#platform/video-list.ts'
import { viewerAddressHeader } from '#platform/viewer-address.ts'
import { type Cookies, cookieField, keepCookies } from '../../bench/cookies.ts'
import { type AccountsDeps, createApp } from '../../functions/accounts/app.ts'

export const adminCode = 'the code of the first admin'

export async function createAccountRooms(table: Table, change: Partial<AccountsDeps> = {}) {
  const now = change.now ?? (() => Date.now() / 1000)
  const keys = createApiKeys({ table })
  const tokens = await createAccessTokens({
    ...{ now, issuer: 'millrace-test' },
    keys: { current: await createAccessKey(), previous: null },
  })
  const secure = change.secure ?? false
  const identify = createIdentify({ verifier: tokens, keys, secure, publicOrigin: null, now })
  const deps: AccountsDeps = {
    ...{ identify, keys, tokens, secure, now, adminCode, log: silentLog },
    accounts: createAccounts({ table }),
    sessions: createSessions({ table }),
    passwordLinks: createPasswordLinks({ table }),
    passwords: createPasswords({ cost: { memory: 64, passes: 1, parallelism: 1 } }),
    secondFactors: createSecondFactors({ table, key: new Uint8Array(32) }),
    limits: createRateLimits({ table }),
    audit: createAudit({ table }),
    readNames: createReadNames({ table }),
    list: createVideoList({ table }),
    registration: 'invited',
    defaultQuota: noQuota,
    publicOrigin: null,
    endAccount: async (userId, admin) => void (await deps.accounts.shut(userId, now(), admin)),
    ...change,
  }
  return { app: createApp(deps), deps, identify }
}

export type AccountRooms = Awaited<ReturnType<typeof createAccountRooms>>

interface Asked {
  method?: string
  json?: unknown
  headers?: Record<string, string>
}

interface Answering {
  request(path: string, init?: RequestInit): Response | Promise<Response>
}

let people = 0

/** A browser of somebody: an address of its own, and the cookies it was given. */
export class Browser {
  readonly cookies: Cookies = new Map()
  readonly address = `192.0.2.${++people % 250}`

  /** Refreshes its token and asks again when it has run out, as the portal does. */
  renews = false

  async ask(app: Answering, path: string, asked: Asked = {}): Promise<Response> {
    const answer = await this.#ask(app, path, asked)
    if (answer.status !== 401 || !this.renews) return answer
    await this.#ask(app, '/api/session/refresh', { method: 'POST' })
    return this.#ask(app, path, asked)
  }

  async #ask(app: Answering, path: string, { method = 'GET', json, headers }: Asked) {
    const answer = await app.request(path, {
      method,
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      headers: {
        'sec-fetch-site': 'same-origin',
        [viewerAddressHeader]: this.address,
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...cookieField(this.cookies),
        ...headers,
      },
    })
    keepCookies(this.cookies, answer.headers.getSetCookie())
    return answer
  }
}

export const password = 'correct horse battery'

let addresses = 0
export const someEmail = () => `person-${++addresses}@example.com`

/** The first admin, and how others come. */
export async function createPeople({ app }: { app: Answering }) {
  const admin = new Browser()
  admin.renews = true
  const post = (browser: Browser, path: string, json: object, by: Answering = app) =>
    browser.ask(by, path, { method: 'POST', json })
  const register = (browser: Browser, change: object = {}, by?: Answering) =>
    post(browser, '/api/account', { email: someEmail(), password, name: 'Somebody', ...change }, by)
  const first = { email: 'Admin@Example.com ', name: 'Ada', code: adminCode }
  const { status } = await register(admin, first)
  if (status !== 201) throw new Error(`no admin: ${status}`)

  async function invite(change: object = {}): Promise<string> {
    const answer = await post(admin, '/api/invitations', { role: 'user', ...change })
    return ((await answer.json()) as { code: string }).code
  }

  return {
    admin,
    register,
    invite,
    signIn: (browser: Browser, email: string, given = password) =>
      post(browser, '/api/session', { email, password: given }),
    /** A person of their own, signed in. */
    async somebody(change: object = {}) {
      const browser = new Browser()
      const email = someEmail()
      const answer = await register(browser, { email, code: await invite(change) })
      return { browser, email, account: (await answer.json()) as AccountView }
    },
  }
}

export type People = Awaited<ReturnType<typeof createPeople>>
