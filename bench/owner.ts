// Whoever owns a started stack: its first admin, with a key for programs and a cookie for browsers, so that benches and tests meet the
// doors that people meet.
import type { Browser, BrowserContext } from 'playwright-core'
import type { AccountView } from '#domain/account.ts'
import { type Cookies, cookieField, keepCookies } from './cookies.ts'

export interface Owner {
  /** Of the scope admin. */
  key: string
  /** As browsers hold it; good for ten minutes from when it was asked for. */
  accessCookie(): Promise<{ name: string; value: string }>
  account: AccountView
}

/** By origin. */
const owners = new Map<string, Owner>()

const fromOwnPage = { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' }
/** A token of ten minutes is made new after so long. */
const renewAfterMilliseconds = 5 * 60_000

/** Becomes the first admin of the stack, by the code that it was started with. */
export async function becomeOwner(origin: string, code: string): Promise<Owner> {
  const cookies: Cookies = new Map()
  let renewedAt = Date.now()

  async function send(path: string, json?: object): Promise<Response> {
    const answer = await fetch(`${origin}${path}`, {
      method: 'POST',
      headers: { ...fromOwnPage, ...cookieField(cookies) },
      ...(json ? { body: JSON.stringify(json) } : {}),
    })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    keepCookies(cookies, answer.headers.getSetCookie())
    return answer
  }

  const joined = await send('/api/account', {
    ...{ email: 'owner@example.com', name: 'The owner', password: 'correct horse battery', code },
  })
  const made = await send('/api/keys', { name: 'bench', scopes: ['admin'] })
  const { key } = (await made.json()) as { key: string }
  const owner: Owner = {
    key,
    account: (await joined.json()) as AccountView,
    async accessCookie() {
      if (Date.now() - renewedAt > renewAfterMilliseconds) {
        await send('/api/session/refresh')
        renewedAt = Date.now()
      }
      const name = 'millrace-access'
      return { name, value: cookies.get(name) ?? '' }
    },
  }
  owners.set(origin, owner)
  return owner
}

/** What a program sends along to a stack that somebody owns. */
export function authorizationFor(url: string): { authorization?: string } {
  const owner = owners.get(new URL(url).origin)
  return owner ? { authorization: `Bearer ${owner.key}` } : {}
}

/** `fetch` as the owner of the stack that is asked. */
export const fetchOwned = (url: string, init: RequestInit = {}): Promise<Response> => {
  const headers = new Headers(init.headers)
  for (const [name, value] of Object.entries(authorizationFor(url))) headers.set(name, value)
  return fetch(url, { ...init, headers })
}

/** Runs in every page: what the portal itself remembers once somebody has signed in. */
function rememberOwner({ origin, account }: { origin: string; account: AccountView }) {
  const key = 'millrace.session'
  if (location.origin !== origin || localStorage.getItem(key)) return
  localStorage.setItem(key, JSON.stringify({ accounts: true, account, freshMs: Date.now() }))
}

/** For a window in which nobody is. */
export async function forgetOwner(context: BrowserContext): Promise<void> {
  await context.clearCookies()
  await context.addInitScript(() => localStorage.removeItem('millrace.session'))
}

/** In every window of the browser whoever owns a started stack is signed in there. */
export function signIn(browser: Browser): Browser {
  const newContext = browser.newContext.bind(browser)
  browser.newContext = async options => {
    const context = await newContext(options)
    for (const [url, owner] of owners) {
      await context.addCookies([
        { ...(await owner.accessCookie()), url, httpOnly: true, sameSite: 'Lax' },
      ])
      await context.addInitScript(rememberOwner, { origin: url, account: owner.account })
    }
    return context
  }
  return browser
}
