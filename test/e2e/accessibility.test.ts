// Every page and state of the portal before axe-core, on a phone and at a desk, light and dark: not one violation of WCAG 2.2 AA
// or of what axe calls good practice.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AxeResults, RunOptions } from 'axe-core'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { VideoView } from '#domain/video.ts'
import { type Stack, startStack } from '../../bench/stack.ts'
import { call, upload } from '../../bench/upload.ts'
import { openBrowser } from '../support/browser.ts'
import { makeSource } from '../support/media.ts'

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const phone = { width: 390, height: 844 }
const desk = { width: 1440, height: 900 }

let folder: string
let clip: string
let stack: Stack

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-axe-'))
  clip = await makeSource(join(folder, 'A short film.mp4'), [
    ...['-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=24:duration=8'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '48', '-pix_fmt', 'yuv420p'],
  ])
  stack = await startStack({ LOG_LEVEL: 'warn' })
}, 60_000)

afterAll(async () => {
  await stack?.stop()
  await rm(folder, { recursive: true, force: true })
})

declare global {
  interface Window {
    axe: { run(options: RunOptions): Promise<AxeResults> }
  }
}

/** Its rules for WCAG 2.2 are off by default. */
const everyRule: RunOptions = { rules: { 'target-size': { enabled: true } } }

async function violations(page: Page, options: RunOptions): Promise<string[]> {
  const { violations } = await page.evaluate(options => window.axe.run(options), options)
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
}

/** Colours are all that light and dark differ in. */
async function check(page: Page, state: string): Promise<void> {
  await page.evaluate(await readFile(axe, 'utf8'))
  for (const [size, viewport] of Object.entries({ phone, desk })) {
    await page.setViewportSize(viewport)
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
    expect.soft(await violations(page, everyRule), `${state}, ${size}, light`).toEqual([])
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
    const colours = { runOnly: { type: 'rule' as const, values: ['color-contrast'] } }
    expect.soft(await violations(page, colours), `${state}, ${size}, dark`).toEqual([])
  }
}

const stateOf = async (videoId: string) =>
  (await call<VideoView>(`${stack.origin}/api/videos/${videoId}`)).state

it('is for everybody, in every state', async () => {
  const page = await (await openBrowser()).newPage()
  await page.goto(stack.origin)
  await page.getByRole('heading', { name: 'Drop a video here' }).waitFor()
  await check(page, 'an empty library')

  const text = join(folder, 'notes.txt')
  await writeFile(text, 'no film at all')
  const [film, failed] = await Promise.all([upload(stack.origin, clip), upload(stack.origin, text)])
  await expect.poll(() => stateOf(failed.videoId), { timeout: 30_000 }).toBe('failed')
  await expect.poll(() => stateOf(film.videoId), { timeout: 60_000 }).toBe('ready')

  // The store is silent: what is being sent stays so.
  await page.route(`${stack.endpoint}/**`, () => {})
  await page.route('http://localhost:*/millrace-source/**', () => {})
  await page.reload()
  const files = await Promise.all(
    ['One.mp4', 'Two.mp4', 'Three.mp4'].map(async name => ({
      name,
      mimeType: 'video/mp4',
      buffer: await readFile(clip),
    })),
  )
  const odd = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no film') }
  await page
    .locator('header input[type=file]')
    .first()
    .setInputFiles([...files, odd])
  await page.locator('.uploads li').nth(3).waitFor()
  await page.getByRole('link', { name: 'A short film', exact: true }).waitFor()
  await check(page, 'a library with uploads')
  await page.getByRole('button', { name: 'Appearance and language' }).click()
  await check(page, 'the menu of the portal')

  await page.route('**/api/videos?*', route => route.abort())
  page.on('dialog', dialog => void dialog.accept())
  await page.reload()
  await page.getByText('The library could not be loaded').waitFor()
  await check(page, 'a library that failed')

  await page.goto(`${stack.origin}/watch/${film.videoId}`)
  await page.waitForFunction(() => window.millrace?.firstFrameAt)
  await page.evaluate(() => document.querySelector('video')?.pause())
  await check(page, 'a film')
  await page.getByRole('button', { name: 'Settings' }).click()
  await check(page, 'the settings of the player')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Share', exact: true }).click()
  await check(page, 'the share panel')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  await check(page, 'a question before something is lost')

  await page.goto(`${stack.origin}/watch/${failed.videoId}`)
  await page.getByRole('heading', { name: 'This video could not be processed' }).waitFor()
  await check(page, 'a film that failed')
  await page.goto(`${stack.origin}/nowhere/at/all`)
  await page.getByRole('heading', { name: 'There is nothing at this address' }).waitFor()
  await check(page, 'nothing at an address')
  await page.goto(`${stack.origin}/embed/${film.videoId}`)
  await page.getByRole('button', { name: 'Play: A short film' }).waitFor()
  await check(page, 'a player in a frame')
  await page.getByRole('button', { name: 'Play: A short film' }).click()
  await page.waitForFunction(() => window.millrace?.firstFrameAt)
  await check(page, 'a player in a frame that plays')
})
