// The pictures of the pages about accounts, and somebody who is seen on them.
import type { Browser } from 'playwright-core'
import type { Drawing } from './drawn-pages.ts'
import type { Stack } from './stack.ts'

/** As many as the documents show: light, at a desk. */
const drawn = ['']

export const doors: Drawing[] = [
  {
    ...{ name: 'sign-in', path: '/sign-in', drawn, stranger: true },
    until: page => page.getByRole('heading', { name: 'Sign in' }).waitFor(),
  },
  {
    ...{ name: 'join', path: '/join#for-a-picture.alone', stranger: true, drawn: ['-phone-dark'] },
    until: page => page.getByText('You have been invited').waitFor(),
  },
]

export const accounts: Drawing[] = [
  {
    ...{ name: 'account', path: '/account', drawn },
    until: page => page.getByText('this device').waitFor(),
  },
  {
    ...{ name: 'administration', path: '/admin', drawn },
    until: page => page.getByText('Grace Hopper').first().waitFor(),
  },
]

/** Whoever else has an account, and a limit to it. */
export async function inviteSomebody(browser: Browser, { origin }: Stack): Promise<void> {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(`${origin}/account`)
  const call = <T>(path: string, method: string, json: object): Promise<T> =>
    page.evaluate(
      async ({ path, method, body }) => {
        const headers = { 'content-type': 'application/json' }
        return (await fetch(path, { method, headers, body })).json()
      },
      { path, method, body: JSON.stringify(json) },
    )
  await call('/api/account', 'PATCH', { name: 'Ada Lovelace' })
  const { code } = await call<{ code: string }>('/api/invitations', 'POST', { role: 'user' })
  const joined = await fetch(`${origin}/api/account`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
    body: JSON.stringify({
      ...{ code, email: 'grace@example.com', name: 'Grace Hopper' },
      password: 'mill race water wheel',
    }),
  })
  const { userId } = (await joined.json()) as { userId: string }
  const quota = { bytes: 50e9, minutes: 600 }
  await call(`/api/users/${userId}`, 'PATCH', { quota })
  await context.close()
}
