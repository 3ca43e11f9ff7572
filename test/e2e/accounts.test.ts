// People, as they meet each other in the portal: the first admin, whom they invite, what is private, what is shared and taken back, a
// session that ends in the middle of an upload, and nothing left behind for the next one at the same browser.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Secret, TOTP } from 'otpauth'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Stack, startStack } from '../../bench/stack.ts'
import { openBrowser } from '../support/browser.ts'
import { makeSource } from '../support/media.ts'

const adminCode = 'the code of the first admin'
const password = 'mill race water wheel'
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

let folder: string
let clip: string
let stack: Stack

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-people-'))
  clip = await makeSource(join(folder, 'A short film.mp4'), [
    ...['-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=24:duration=4'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '48', '-pix_fmt', 'yuv420p'],
  ])
  stack = await startStack({ LOG_LEVEL: 'warn', ACCOUNTS: 'on', ADMIN_CODE: adminCode })
}, 60_000)

afterAll(async () => {
  await stack?.stop()
  await rm(folder, { recursive: true, force: true })
})

async function openPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  return context.newPage()
}

async function becomes(page: Page, link: string, name: string): Promise<void> {
  await page.goto(link)
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('E-mail address').fill(`${name.toLowerCase()}@example.com`)
  await page.getByLabel('New password').fill(password)
  await page.getByRole('button', { name: 'Make account' }).click()
}

async function signIn(page: Page, name: string): Promise<void> {
  await page.getByLabel('E-mail address').fill(`${name.toLowerCase()}@example.com`)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(await readFile(axe, 'utf8'))
  const { violations } = await page.evaluate(() =>
    window.axe.run({ rules: { 'target-size': { enabled: true } } }),
  )
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
}

const choose = (page: Page, buffer: Buffer, name = 'A short film.mp4') =>
  page
    .locator('header input[type=file]')
    .first()
    .setInputFiles({ name, mimeType: 'video/mp4', buffer })

it('a new installation becomes two people’s, and what is private stays so', async () => {
  const browser = await openBrowser()
  const ada = await openPage(browser)
  const complaints: string[] = []
  ada.on('console', message => message.type() === 'error' && complaints.push(message.text()))

  await ada.goto(stack.origin)
  await ada.getByRole('heading', { name: 'Sign in' }).waitFor()
  expect(complaints, 'of a stranger').toEqual([])
  expect(await violations(ada), 'the door').toEqual([])
  await ada.goto(`${stack.origin}/join#${encodeURIComponent(adminCode)}`)
  await ada.getByText('you become the admin').waitFor()
  expect(await violations(ada), 'joining').toEqual([])
  await becomes(ada, `${stack.origin}/join#${encodeURIComponent(adminCode)}`, 'Ada')
  await ada.getByRole('heading', { name: 'Drop a video here' }).waitFor()

  await choose(ada, await readFile(clip))
  const watch = ada.locator('.uploads').getByRole('link', { name: /^Watch/ })
  await watch.waitFor({ timeout: 30_000 })
  await watch.click()
  await ada.waitForURL('**/watch/*')
  const film = ada.url()

  await ada.getByRole('button', { name: 'Your account, Ada' }).click()
  await ada.getByRole('link', { name: 'Administration' }).click()
  await ada.getByRole('button', { name: 'Make a link' }).click()
  const invitation = await ada.getByLabel('Link to the invitation').inputValue()
  expect(await violations(ada), 'administration').toEqual([])

  await ada.goto(invitation)
  await ada.getByText('You are signed in as Ada').waitFor()

  const bob = await openPage(browser)
  await becomes(bob, invitation, 'Bob')
  await bob.getByRole('heading', { name: 'Drop a video here' }).waitFor()
  await bob.goto(film)
  await bob.getByRole('heading', { name: 'or it is not yours to see' }).waitFor()

  // A stranger comes by a link, and can change nothing.
  await ada.goto(film)
  await ada.getByRole('button', { name: 'Share', exact: true }).click()
  await ada.getByLabel('For whom').fill('Eve')
  await ada.getByRole('button', { name: 'Make a link' }).click()
  const link = await ada.locator('.share-address').textContent()
  expect(await violations(ada), 'the share panel').toEqual([])
  const eve = await openPage(browser)
  await eve.goto(link ?? '')
  await eve.waitForFunction(() => window.millrace?.firstFrameAt)
  await eve.getByRole('heading', { name: 'A short film' }).waitFor()
  expect(await eve.getByRole('button', { name: 'Delete' }).count()).toBe(0)
  expect(await eve.getByRole('button', { name: 'Rename' }).count()).toBe(0)
  await eve.goto((link ?? '').replace('/watch/', '/embed/'))
  expect(await eve.getByRole('link', { name: 'A short film' }).getAttribute('href')).toContain(
    new URL(link ?? '').search,
  )
  await eve.goto(link ?? '')

  await ada.getByRole('button', { name: 'Take back the link: Eve' }).click()
  await ada.getByText('The link is taken back.').first().waitFor()
  await eve.reload()
  await eve.getByRole('heading', { name: 'or it is not yours to see' }).waitFor()

  // Unlisted: whoever has the address.
  await ada.getByRole('radio', { name: /^Unlisted/ }).check()
  await ada.getByText('Saved.').first().waitFor()
  await bob.reload()
  await bob.waitForFunction(() => window.millrace?.firstFrameAt)
  expect(await bob.getByRole('button', { name: 'Delete' }).count()).toBe(0)
}, 60_000)

it('people and what was done are shown some at a time, more on demand; whoever is removed is gone at once', async () => {
  const browser = await openBrowser()
  const ada = await openPage(browser)
  await ada.route(/\/api\/(users|audit)(\?|$)/, (route, request) => {
    const url = new URL(request.url())
    url.searchParams.set('limit', '1')
    return route.continue({ url: url.href })
  })
  await ada.goto(`${stack.origin}/sign-in?to=/admin`)
  await signIn(ada, 'Ada')
  await ada.getByRole('button', { name: 'Make a link' }).click()
  const invitation = await ada.getByLabel('Link to the invitation').inputValue()
  const cyd = await openPage(browser)
  await becomes(cyd, invitation, 'Cyd')
  await cyd.getByRole('heading', { name: 'Drop a video here' }).waitFor()

  await ada.reload()
  const people = ada.getByRole('region', { name: 'People' })
  const rows = people.getByRole('listitem')
  const more = people.getByRole('button', { name: 'Show more' })
  await more.waitFor()
  expect(await rows.count()).toBe(1)
  await people.getByText('The 1 shown here:').waitFor()
  expect(await violations(ada), 'a part of the people').toEqual([])
  for (let shown = 2; shown <= 3; shown++) {
    await more.click()
    await expect.poll(() => rows.count()).toBe(shown)
  }
  const done = ada.getByRole('region', { name: 'What was done' })
  const entries = done.getByRole('row', { name: /Ada invited somebody/ })
  expect(await entries.count()).toBe(1)
  await done.getByRole('button', { name: 'Show more' }).click()
  await expect.poll(() => done.getByRole('row').count()).toBe(3)
  await people.getByLabel('Change the account of Cyd').click()
  await people.getByRole('button', { name: 'Delete Cyd' }).click()
  await ada.getByRole('dialog').getByRole('button').last().click()
  await expect.poll(() => rows.count()).toBe(2)
  await people.getByText('bob@example.com').waitFor()
  await expect.poll(() => more.count()).toBe(0)
  await people.getByText(/^2 people: \d+ videos?, /).waitFor()
  await done.getByText('deleted an account').waitFor()

  await people.getByLabel('Change the account of Bob').click()
  const limits = people.getByRole('form', { name: 'Limits of Bob' })
  const gigabytes = limits.getByLabel('GB')
  await limits.getByText('as by default').waitFor()
  await gigabytes.fill('1.5')
  await limits.getByRole('button', { name: 'Save' }).click()
  const byDefault = limits.getByRole('button', { name: 'Limits of Bob as by default' })
  await byDefault.waitFor()
  expect(await gigabytes.inputValue()).toBe('1.5')
  await byDefault.click()
  await limits.getByText('as by default').waitFor()
  await expect.poll(() => gigabytes.inputValue()).toBe('')
}, 60_000)

it('whoever forgot the password gets a link to a new one, which counts once', async () => {
  const browser = await openBrowser()
  const ada = await openPage(browser)
  await ada.goto(`${stack.origin}/sign-in?to=/admin`)
  await signIn(ada, 'Ada')
  await ada.getByLabel('Change the account of Bob').click()
  await ada.getByRole('button', { name: 'Link to a new password for Bob' }).click()
  const link = await ada
    .getByRole('textbox', { name: 'Link to a new password for Bob' })
    .inputValue()
  expect(await violations(ada), 'a link that is shown').toEqual([])

  const bob = await openPage(browser)
  const set = async (given: string) => {
    await bob.goto(link)
    await bob.getByRole('heading', { name: 'Set a new password' }).waitFor()
    await bob.getByLabel('New password').fill(given)
    await bob.getByRole('button', { name: 'Save' }).click()
  }
  await set('password1234')
  await bob.getByText('guessed first').waitFor()
  expect(await violations(bob), 'a new password').toEqual([])
  await bob.getByLabel('New password').fill(password)
  await bob.getByRole('button', { name: 'Save' }).click()
  await bob.getByText('The password is set').first().waitFor()
  await signIn(bob, 'Bob')
  await bob.getByRole('heading', { name: 'Drop a video here' }).waitFor()
  await set('another water wheel')
  await bob.getByText('The link does not hold any more').waitFor()
}, 60_000)

it('a session that ends costs no upload; the next one at the browser finds nothing of it', async () => {
  const browser = await openBrowser()
  const ada = await openPage(browser)
  await ada.goto(`${stack.origin}/sign-in?to=/account`)
  await signIn(ada, 'Ada')
  await ada.getByRole('heading', { name: 'Your account' }).waitFor()
  await ada.getByText('this device').waitFor()
  await ada.getByLabel('What it is for').fill('A script')
  await ada.getByLabel('read: list and watch videos').uncheck()
  await ada.getByRole('button', { name: 'Make a key' }).click()
  await ada.getByText('at least one thing').waitFor()
  await ada.getByLabel('read: list and watch videos').check()
  await ada.getByRole('button', { name: 'Make a key' }).click()
  const key = await ada.getByLabel('Your new key').inputValue()
  expect(await violations(ada), 'the account').toEqual([])
  const asMachine = () =>
    fetch(`${stack.origin}/api/videos`, { headers: { authorization: `Bearer ${key}` } })
  expect((await asMachine()).status).toBe(200)
  await ada.getByRole('button', { name: 'Revoke A script' }).click()
  await ada.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await expect.poll(async () => (await asMachine()).status).toBe(401)
  // What had the focus is gone: whoever works by keyboard goes on beside it.
  await ada.getByText('There are none.').waitFor()
  expect(await ada.getByLabel('Your new key').count()).toBe(0)
  await expect.poll(() => ada.evaluate(() => document.activeElement?.textContent)).toBe('API keys')

  // Signed out from somewhere else, with a token that has run out.
  await ada.goto(stack.origin)
  await ada.getByRole('link', { name: 'A short film', exact: true }).waitFor()
  const { length } = await ada.context().cookies()
  expect(length).toBe(2)
  await ada.context().clearCookies()
  await choose(ada, Buffer.concat([await readFile(clip), Buffer.alloc(9)]), 'Second.mp4')
  await ada.getByText('goes on as soon as you sign in again').waitFor()
  await ada.getByRole('link', { name: 'Sign in' }).click()
  await signIn(ada, 'Ada')
  const second = ada.locator('.uploads li', { hasText: 'Second' })
  await second
    .getByText(/Getting ready|Processing|Ready/)
    .first()
    .waitFor({ timeout: 30_000 })

  await ada.getByRole('button', { name: 'Your account, Ada' }).click()
  await ada.getByRole('button', { name: 'Sign out' }).click()
  await ada.getByRole('heading', { name: 'Sign in' }).waitFor()
  const left = await ada.evaluate(async () => ({
    kept: Object.entries(localStorage).filter(([, text]) => text.includes('Ada')),
    caches: (await caches.keys()).filter(name => name.includes('posters')),
  }))
  expect(left).toEqual({ kept: [], caches: [] })
  await signIn(ada, 'Bob')
  await ada.getByRole('heading', { name: 'Drop a video here' }).waitFor()
}, 60_000)

it('a second factor is set up with an app, asked for at the door, and lost', async () => {
  const browser = await openBrowser()
  const ada = await openPage(browser)
  await ada.goto(`${stack.origin}/sign-in?to=/account`)
  await signIn(ada, 'Ada')
  const part = ada.getByRole('region', { name: 'Second factor' })
  await part.getByLabel('Password', { exact: true }).fill(password)
  await part.getByRole('button', { name: 'Set it up' }).click()
  await part.getByRole('img', { name: 'QR code for an authenticator app' }).waitFor()
  expect(await violations(ada), 'setting it up').toEqual([])
  const typed = (await part.locator('code').textContent()) ?? ''
  const secret = Secret.fromBase32(typed.replaceAll(' ', ''))
  const codeIn = (seconds: number) =>
    new TOTP({ secret }).generate({ timestamp: Date.now() + seconds * 1000 })
  await part.getByRole('textbox', { name: 'Code' }).fill('000000')
  await part.getByRole('button', { name: 'Turn it on' }).click()
  await part.getByText('The code is wrong').waitFor()
  await part.getByRole('textbox', { name: 'Code' }).fill(codeIn(0))
  await part.getByRole('button', { name: 'Turn it on' }).click()
  const recovery = (await part.getByLabel('Your recovery codes').inputValue()).split('\n')
  expect(recovery).toHaveLength(10)
  expect(await violations(ada), 'it is on').toEqual([])

  await ada.getByRole('button', { name: 'Your account, Ada' }).click()
  await ada.getByRole('button', { name: 'Sign out', exact: true }).click()
  await signIn(ada, 'Ada')
  const code = ada.getByRole('textbox', { name: 'Code' })
  await code.waitFor()
  expect(await violations(ada), 'the code at the door').toEqual([])
  await expect.poll(() => code.evaluate(field => field === document.activeElement)).toBe(true)
  // The one that turned it on is used up; the next one counts half a minute ahead.
  await ada.keyboard.type(codeIn(30))
  await ada.keyboard.press('Enter')
  await ada.getByRole('link', { name: 'A short film', exact: true }).waitFor()

  // The phone is gone.
  await ada.goto(`${stack.origin}/account`)
  await part.getByText('Turn it off').first().click()
  await part.getByLabel('Password', { exact: true }).fill(password)
  await part.getByRole('textbox', { name: 'Code' }).fill(recovery[3] ?? '')
  await part.getByRole('button', { name: 'Turn it off' }).click()
  await part.getByRole('button', { name: 'Set it up' }).waitFor()
}, 60_000)
