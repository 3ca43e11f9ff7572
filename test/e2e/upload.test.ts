// Uploads as a person does them, in a real browser against the real local stack: a folder dropped, the queue put in order, a pause, a
// reload in the middle, and files that are no films; at a desk and on a phone.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContextOptions, CDPSession, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { VideoView } from '#domain/video.ts'
import { emulateLine } from '../../bench/emulated-line.ts'
import { fetchOwned } from '../../bench/owner.ts'
import { mebibyte } from '../../bench/random-film.ts'
import { type Stack, startStack } from '../../bench/stack.ts'
import { call } from '../../bench/upload.ts'
import { openBrowser } from '../support/browser.ts'
import { makeSource } from '../support/media.ts'

let folder: string
let stack: Stack

/** A film by its first bytes; what becomes of it after the upload is no question here. */
const film = (megabytes: number) =>
  Buffer.concat([
    Buffer.from('\0\0\0\x10ftypisom\0\0\0\0\0\0\0\0mdat', 'latin1'),
    Buffer.alloc(megabytes * mebibyte, megabytes),
  ])

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-e2e-'))
  await mkdir(join(folder, 'trip', 'zoo'), { recursive: true })
  const files = {
    'trip/take 2.mp4': film(17),
    'trip/take 10.mp4': film(1),
    'trip/zoo/apes.mp4': film(1),
    'trip/notes.txt': 'Bring bananas.',
    'trip/zoo/cover.jpg': 'a picture',
    'trip/zoo/._apes.mp4': 'what a Mac leaves behind',
    'fake.mp4': 'This is a letter.',
    'empty.mp4': '',
  }
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  await makeSource(join(folder, 'trip', 'zoo', 'bears.mp4'), [
    ...['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=24:duration=1'],
    ...['-c:v', 'libx264', '-pix_fmt', 'yuv420p'],
  ])
  stack = await startStack({ LOG_LEVEL: 'error' })
})

/** Nothing of one device is gone on with on the next. */
afterEach(async () => {
  const { videos } = await call<{ videos: VideoView[] }>(`${stack.origin}/api/videos?limit=20`)
  for (const { videoId, state } of videos) {
    const kind = state === 'uploading' ? 'uploads' : 'videos'
    await fetchOwned(`${stack.origin}/api/${kind}/${videoId}`, { method: 'DELETE' })
  }
})

afterAll(async () => {
  await stack?.stop()
  await rm(folder, { recursive: true, force: true })
})

/** The system's own drag: the browser gets paths, as from a file manager. */
async function drop(session: CDPSession, names: string[]) {
  const files = names.map(name => join(folder, name))
  const data = { items: [], files, dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x: 180, y: 300, data })
  }
}

const row = (page: Page, name: string) => page.locator('.upload').filter({ hasText: name })
const names = (page: Page) => page.locator('.uploads .upload-name').allTextContents()
const spoken = (page: Page, sentence: string) =>
  page.locator('[aria-live=polite]', { hasText: sentence }).waitFor({ state: 'attached' })

async function unfinished(title: string): Promise<string> {
  const { videos } = await call<{ videos: VideoView[] }>(`${stack.origin}/api/videos?limit=20`)
  const video = videos.find(video => video.title === title && video.state === 'uploading')
  if (!video) throw new Error(`${title} is not being uploaded`)
  return video.videoId
}

const held = async (videoId: string) =>
  (await call<{ parts: unknown[] }>(`${stack.origin}/api/uploads/${videoId}/parts`)).parts.length

const devices: [string, BrowserContextOptions][] = [
  ['at a desk', { viewport: { width: 1440, height: 900 } }],
  ['on a phone', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }],
]

describe.each(devices)('%s', (_, device) => {
  test('a folder is sent in the order wanted, paused, reloaded, and goes on', async () => {
    const browser = await openBrowser()
    const context = await browser.newContext({ ...device, locale: 'en-GB' })
    const page = await context.newPage()
    const broken: string[] = []
    page.on('pageerror', error => broken.push(error.message))
    page.on('dialog', dialog => void dialog.accept())
    const session = await context.newCDPSession(page)
    // The last part of the only film that has three never gets through.
    await page.route(/partNumber=3&/, () => {})
    await page.goto(stack.origin)
    await page.locator('h1').first().waitFor()
    // So slow that what is on its way stays there until the line is made fast.
    await emulateLine(session, { upBitsPerSecond: 80_000 })
    await drop(session, ['trip', 'fake.mp4', 'empty.mp4'])

    // The folder's films in a person's order, what else lay in it in one sentence, what is wrong with a file in its row.
    await page
      .getByText('2 files were left out (.jpg, .txt): neither video nor sound.')
      .first()
      .waitFor()
    await row(page, 'fake.mp4').getByText('not a video').waitFor()
    await row(page, 'empty.mp4').getByText('The file is empty').waitFor()
    const films = ['take 2.mp4', 'take 10.mp4', 'apes.mp4', 'bears.mp4']
    expect(await names(page)).toEqual(['fake.mp4', 'empty.mp4', ...films])
    await row(page, 'fake.mp4').getByRole('button', { name: 'Upload anyway' }).waitFor()
    expect(await row(page, 'empty.mp4').getByRole('button', { name: 'anyway' }).count()).toBe(0)

    // What the browser itself can read of a film stands beside its name.
    await row(page, 'bears.mp4').getByText('0:01 · 320 × 180').waitFor()

    const all = page.getByRole('progressbar', { name: 'All uploads' })
    expect(await all.getAttribute('aria-valuetext')).toContain('0 of 4 uploaded')

    // Two are on their way, two wait: those change places by the keyboard, and the focus stays on what is moved.
    await row(page, 'bears.mp4').locator('.grip').press('ArrowUp')
    await expect
      .poll(() => names(page).then(list => list.slice(-2)))
      .toEqual(['bears.mp4', 'apes.mp4'])
    const focused = await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))
    expect(focused).toBe('Move bears.mp4, 1 of 2 in the queue')
    await spoken(page, 'bears.mp4 is now 1 of 2')

    const big = row(page, 'take 2.mp4')
    await big.getByRole('button', { name: 'Pause' }).click()
    await big.getByText('Paused').waitFor()
    // Else the call that goes on would wait behind the other films' bytes.
    await emulateLine(session, {})
    await big.getByRole('button', { name: 'Resume' }).click()
    await big.getByText('Uploading').waitFor()

    // The page is left in the middle.
    const videoId = await unfinished('take 2')
    await expect.poll(() => held(videoId), { timeout: 20_000, interval: 50 }).toBe(2)
    await page.reload()
    await page.unrouteAll()
    const left = page.locator('.unfinished .upload').filter({ hasText: 'take 2.mp4' })
    await left.getByRole('button', { name: 'Discard' }).waitFor()
    const sent: string[] = []
    page.on('request', request => {
      if (request.method() === 'PUT' && request.url().includes(videoId)) sent.push(request.url())
    })
    const complete = page.waitForResponse(answer => answer.url().endsWith(`${videoId}/complete`))
    await page
      .locator('input[type=file]')
      .first()
      .setInputFiles(join(folder, 'trip', 'take 2.mp4'))
    expect((await complete).status()).toBe(202)
    expect(sent).toEqual([expect.stringContaining('partNumber=3&')])
    expect(broken).toEqual([])
  })
})
