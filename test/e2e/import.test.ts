// A link instead of a file, as a person gives it: pasted, fetched before their eyes, watched; called off in the middle; refused in words.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest'
import { type Stack, startStack } from '../../bench/stack.ts'
import { openBrowser } from '../../bench/viewer.ts'
import { makeSource } from '../support/media.ts'
import { startWebsite } from '../support/website.ts'

let folder: string
let film: Buffer
let website: Awaited<ReturnType<typeof startWebsite>>
let stack: Stack
let browser: Browser

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-import-'))
  const clip = await makeSource(join(folder, 'film.mp4'), [
    ...['-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=24:duration=6'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '48', '-pix_fmt', 'yuv420p'],
  ])
  film = await readFile(clip)
  website = await startWebsite()
  const env = { LOG_LEVEL: 'warn', WEBSITE_PORT: String(website.port) }
  ;[stack, browser] = await Promise.all([
    startStack(env, 'test/support/importing-stack.ts'),
    openBrowser(),
  ])
}, 60_000)
afterAll(async () => {
  await browser?.close()
  await stack?.stop()
  website?.close()
  await rm(folder, { recursive: true, force: true })
})
beforeEach(() => {
  website.site.heard.length = 0
})

const desk = { viewport: { width: 1280, height: 800 } }
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }
const broken: string[] = []

async function open(options: BrowserContextOptions = desk): Promise<Page> {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options })
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  onTestFinished(() => context.close())
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  page.on('pageerror', error => broken.push(error.message))
  await page.goto(stack.origin)
  await page.locator('.drop-area').waitFor({ state: 'attached' })
  return page
}

const card = (page: Page, title: string) =>
  page.locator('.card').filter({ has: page.getByRole('heading', { name: title, exact: true }) })

async function paste(page: Page, url: string): Promise<void> {
  await page.evaluate(text => navigator.clipboard.writeText(text), url)
  await page.keyboard.press('ControlOrMeta+V')
}

async function give(page: Page, url: string): Promise<void> {
  await page.getByRole('button', { name: 'From a link' }).click()
  const panel = page.getByRole('dialog', { name: 'Fetch a video from a link' })
  await panel.getByLabel('Address of a video file').fill(url)
  await panel.getByRole('button', { name: 'Fetch' }).click()
}

/** Half of the film in small pieces, and the rest when it is told to. */
function slowly(body: Buffer) {
  const half = Math.floor(body.byteLength / 2)
  const begun = Promise.withResolvers<ServerResponse>()
  const left = Promise.withResolvers<void>()
  let rest = () => {}
  website.site.answer = (_request, response) => {
    let sent = 0
    response.writeHead(200, { 'content-length': body.byteLength, 'content-type': 'video/mp4' })
    response.once('close', () => left.resolve())
    const timer = setInterval(() => {
      const next = Math.min(half, sent + Math.ceil(half / 20))
      response.write(body.subarray(sent, next))
      sent = next
      if (sent === half) clearInterval(timer)
    }, 100)
    rest = () => {
      clearInterval(timer)
      response.end(body.subarray(sent))
    }
    begun.resolve(response)
  }
  return { begun: begun.promise, left: left.promise, rest: () => rest() }
}

it('a pasted link is fetched before one’s eyes, and plays', async () => {
  const page = await open()
  const site = slowly(film)
  await paste(page, 'http://films.example.com/A%20film%20from%20afar.mp4')
  await page.getByText('“A film from afar” is being fetched.').first().waitFor()
  const fetched = card(page, 'A film from afar')
  await fetched.getByText(/^Fetching [1-9][\d.]* \w+ of [\d.]+ [KM]B$/).waitFor()
  await page.getByText(/^1 video ·/).waitFor()
  const bar = fetched.getByRole('progressbar')
  await expect.poll(async () => Number(await bar.getAttribute('aria-valuenow'))).toBeGreaterThan(10)
  site.rest()
  await fetched.locator('a[href^="/watch/"]').first().click({ timeout: 30_000 })
  await page.waitForFunction(() => window.millrace?.firstFrameAt, undefined, { timeout: 60_000 })
  expect(website.site.heard).toHaveLength(1)
})

it('what is deleted in the middle is fetched no further', async () => {
  const page = await open(phone)
  const site = slowly(film)
  await give(page, 'http://films.example.com/Not%20this%20one.mp4')
  const fetched = card(page, 'Not this one')
  await fetched.getByText(/^Fetching/).waitFor()
  await site.begun
  await fetched.getByRole('button', { name: 'Delete Not this one' }).click()
  await fetched.waitFor({ state: 'detached' })
  // Whoever leaves the page does not want it back.
  await page.goto('about:blank')
  await site.left
  await page.goto(stack.origin)
  await card(page, 'A film from afar').waitFor()
  expect(await fetched.count()).toBe(0)
})

it('an address that leads inside is refused in words, and so is a page', async () => {
  const page = await open()
  await give(page, 'http://169.254.169.254/latest/meta-data/')
  const panel = page.getByRole('dialog', { name: 'Fetch a video from a link' })
  await panel.getByText('The link does not lead to a public website.').waitFor()
  await panel.getByRole('button', { name: 'Cancel' }).click()
  await paste(page, 'https://192.168.1.1/film.mp4')
  await page.getByText('The link does not lead to a public website.').first().waitFor()
  website.site.answer = (_request, response) =>
    response.setHeader('content-type', 'text/html').end('<!DOCTYPE html><title>Films</title>')
  await paste(page, 'http://films.example.com/watch')
  await card(page, 'watch')
    .getByText('The link leads to a web page, not to a video file.')
    .waitFor({ timeout: 30_000 })
  expect(website.site.heard.map(({ path }) => path)).toEqual(['/watch'])
  expect(broken).toEqual([])
})
