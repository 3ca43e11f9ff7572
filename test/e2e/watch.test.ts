// The watch page as people use it, in a real browser on the real local stack: prepared by the pointer, worked by keys and by fingers,
// gone on with where it stopped, in another quality and another language, at a moment in an address, past the end of its token.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { PlaybackView, VideoView } from '#domain/video.ts'
import { emulateLine } from '../../bench/emulated-line.ts'
import { type Stack, startStack } from '../../bench/stack.ts'
import { call, upload } from '../../bench/upload.ts'
import { watchToEnd } from '../../bench/viewer.ts'
import { openBrowser } from '../support/browser.ts'
import { shiftOf, watchShifts } from '../support/layout-shifts.ts'
import { makeSource } from '../support/media.ts'

const seconds = 16

let folder: string
let stack: Stack
let videoId: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-watch-'))
  const clip = await makeSource(join(folder, 'Two languages.mp4'), [
    ...['-f', 'lavfi', '-i', `smptebars=size=640x360:rate=12:duration=${seconds}`],
    ...['-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=48000:duration=${seconds}`],
    ...['-f', 'lavfi', '-i', `sine=frequency=880:sample_rate=48000:duration=${seconds}`],
    ...['-map', '0', '-map', '1', '-map', '2', '-c:v', 'libx264', '-preset', 'ultrafast'],
    ...['-g', '24', '-pix_fmt', 'yuv420p', '-c:a', 'aac'],
    ...['-metadata:s:a:0', 'language=eng', '-metadata:s:a:1', 'language=deu'],
  ])
  stack = await startStack({ LOG_LEVEL: 'warn' })
  videoId = (await upload(stack.origin, clip)).videoId
  const isReady = async () => expect((await readVideo()).state).toBe('ready')
  await vi.waitFor(isReady, { timeout: 50_000, interval: 100 })
})

afterAll(async () => {
  await stack?.stop()
  await rm(folder, { recursive: true, force: true })
})

const readVideo = (id = videoId) => call<VideoView>(`${stack.origin}/api/videos/${id}`)
const desk = { viewport: { width: 1440, height: 900 } }
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }

async function open(browser: Browser, options: BrowserContextOptions) {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  const broken: string[] = []
  page.on('pageerror', error => broken.push(error.message))
  return { page, broken }
}

const untilPlaying = (page: Page) =>
  page.waitForFunction(() => window.millrace?.firstFrameAt, undefined, { timeout: 20_000 })
const film = (page: Page) =>
  page.locator('video').evaluate((video: HTMLVideoElement) => ({
    at: video.currentTime,
    paused: video.paused,
    muted: video.muted,
    speed: video.playbackRate,
    height: video.videoHeight,
  }))
const untilFilm = (page: Page, wanted: Partial<Awaited<ReturnType<typeof film>>>) =>
  expect.poll(() => film(page), { timeout: 10_000, interval: 50 }).toMatchObject(wanted)
const untilAt = (page: Page, from: number, to = from + 4) =>
  expect
    .poll(async () => (await film(page)).at, { timeout: 10_000, interval: 50 })
    .toSatisfy((at: number) => at >= from && at <= to)

async function choose(page: Page, name: string) {
  await page.locator('.player').hover()
  await page.locator('.settings-button').click()
  await page.getByRole('menuitemradio', { name, exact: true }).click()
}

it('is ready before the click, obeys keys, remembers how and where somebody watched', async () => {
  const { page, broken } = await open(await openBrowser(), desk)
  const opened: string[] = []
  page.on('request', request => {
    if (request.url().endsWith('/playback')) opened.push(request.method())
  })
  await page.goto(stack.origin)
  const card = page.locator(`a[href="/watch/${videoId}"]`).first()
  const prepared = page.waitForResponse(answer => /\/v\/.+\.mp4$/.test(answer.url()))
  await card.hover()
  await prepared
  await card.click()
  await untilPlaying(page)
  expect(opened).toEqual(['POST'])

  await page.keyboard.press('k')
  await untilFilm(page, { paused: true })
  await page.keyboard.press('1')
  await untilAt(page, seconds * 0.1, seconds * 0.1)
  await page.keyboard.press('.')
  await untilAt(page, seconds * 0.1 + 0.05, seconds * 0.1 + 0.1)
  await page.keyboard.press('l')
  await untilAt(page, seconds * 0.1 + 10, seconds * 0.1 + 10.5)
  await page.keyboard.press('>')
  await page.keyboard.press('m')
  await untilFilm(page, { speed: 1.25, muted: true, paused: true })
  await page.keyboard.press('t')
  await page.locator('main.theatre').waitFor()
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })

  await choose(page, '360p')
  await untilFilm(page, { height: 360 })
  const otherSound = page.waitForResponse(answer => answer.url().endsWith('/audio1.m3u8'))
  await choose(page, 'German')
  await otherSound
  await page.keyboard.press('7')
  await untilAt(page, seconds * 0.7)
  await page.getByRole('button', { name: 'Share' }).click()
  await page.getByRole('checkbox', { name: '0:11' }).check()
  const link = page.getByRole('textbox').first()
  expect(await link.inputValue()).toBe(`${stack.origin}/watch/${videoId}?t=11`)
  await page.keyboard.press('Escape')

  await page.reload()
  await untilPlaying(page)
  await untilAt(page, seconds * 0.7)
  await untilFilm(page, { speed: 1.25, muted: true, height: 360 })
  await page.locator('main.theatre').waitFor()
  await page.getByRole('button', { name: 'Start over' }).click()
  await untilAt(page, 0)

  await page.goto(`${stack.origin}/watch/${videoId}?t=13`)
  await untilPlaying(page)
  await untilAt(page, 13)
  expect(broken).toEqual([])
})

it('stands still while it comes', async () => {
  const { page } = await open(await openBrowser(), phone)
  await watchShifts(page)
  await page.goto(`${stack.origin}/watch/${videoId}`)
  await untilPlaying(page)
  await page.getByRole('link', { name: 'Download MP4' }).waitFor()
  await untilAt(page, 0.5)
  expect(await shiftOf(page)).toBeLessThan(0.02)
})

it('obeys fingers: two taps at a side are ten seconds, one brings the controls', async () => {
  const { page, broken } = await open(await openBrowser(), phone)
  await page.goto(`${stack.origin}/watch/${videoId}`)
  await untilPlaying(page)
  const box = await page.locator('video').boundingBox()
  if (!box) throw new Error('there is no picture')
  const [right, left] = [box.x + box.width * 0.85, box.x + box.width * 0.15]
  const tap = (x: number) => page.touchscreen.tap(x, box.y + box.height / 3)
  const before = (await film(page)).at
  await tap(right)
  await tap(right)
  await untilAt(page, before + 10)
  expect((await film(page)).paused).toBe(false)
  await tap(left)
  await tap(left)
  await untilAt(page, before, before + 6)
  await page.locator('.player.resting').waitFor({ timeout: 5_000 })
  await tap(box.x + box.width / 2)
  await page.locator('.player:not(.resting)').waitFor()
  await page.getByRole('button', { name: 'Pause' }).first().tap()
  await untilFilm(page, { paused: true })
  expect(broken).toEqual([])
})

it('shows another quality late on a long line, and what is loaded until then', async () => {
  const { page, broken } = await open(await openBrowser(), desk)
  // So that nothing of the other quality was loaded before.
  await page.addInitScript(() => localStorage.setItem('millrace.ways', '{"quality":360}'))
  await page.goto(`${stack.origin}/watch/${videoId}`)
  await untilPlaying(page)
  const tools = await page.context().newCDPSession(page)
  await emulateLine(tools, { delayMilliseconds: 1_500 })
  const longestStill = page.locator('video').evaluate(
    (video: HTMLVideoElement) =>
      new Promise<number>(resolve => {
        let longest = 0
        let last = Number.POSITIVE_INFINITY
        video.requestVideoFrameCallback(function onFrame(now, { height }) {
          longest = Math.max(longest, now - last)
          last = now
          if (height === 240) resolve(longest)
          else video.requestVideoFrameCallback(onFrame)
        })
      }),
  )
  await choose(page, '240p')
  await page.getByRole('status').filter({ hasText: '240p is on its way.' }).waitFor()
  expect(await longestStill).toBeLessThan(1_300)
  await page.getByRole('status').filter({ hasText: '240p' }).waitFor({ state: 'detached' })
  expect(broken).toEqual([])
})

it('plays on past the end of its token without a break', async () => {
  const { page, broken } = await open(await openBrowser(), desk)
  const real = await call<PlaybackView>(`${stack.origin}/api/videos/${videoId}/playback`, {
    method: 'POST',
  })
  const [, , token = ''] = real.url.split('/')
  let given = 0
  let endedAt = Number.POSITIVE_INFINITY
  let refused = 0
  let servedAnew = 0
  // Each answer has a token of its own, which lives for four seconds.
  await page.route('**/playback', route => {
    given += 1
    endedAt = Date.now() + 4_000
    const body = JSON.stringify(real).replaceAll(`/t/${token}/`, `/t/short${given}/`)
    const answer = { ...JSON.parse(body), expiresAt: new Date(endedAt).toISOString() }
    return route.fulfill({ json: answer })
  })
  await page.route('**/t/short*/**', route => {
    const url = route.request().url()
    const isNewest = url.includes(`/t/short${given}/`)
    if (isNewest && Date.now() < endedAt) {
      if (given > 1) servedAnew += 1
      return route.continue({ url: url.replace(/short\d+/, token) })
    }
    refused += 1
    return route.fulfill({ status: 403 })
  })
  await page.goto(`${stack.origin}/watch/${videoId}`)
  await untilPlaying(page)
  await expect.poll(() => given, { timeout: 15_000, interval: 50 }).toBeGreaterThan(1)
  // Another quality is asked for with the newest token alone, to the addresses the player knows from the first.
  await choose(page, '240p')
  await choose(page, '360p')
  await untilFilm(page, { height: 360 })
  await page.keyboard.press('9')
  await untilAt(page, seconds * 0.9)
  expect(servedAnew).toBeGreaterThan(0)
  expect(refused).toBe(0)
  expect(await page.evaluate(() => window.millrace?.errors)).toEqual([])
  expect(broken).toEqual([])
})

it('plays a recording that has no picture, with its waveform in view', async () => {
  const song = await makeSource(join(folder, 'A song.mp3'), [
    ...['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=44100:duration=8'],
    ...['-c:a', 'libmp3lame'],
  ])
  const { page, broken } = await open(await openBrowser(), desk)
  const { videoId } = await upload(stack.origin, song)
  await page.goto(`${stack.origin}/watch/${videoId}`)
  await page.waitForFunction(() => window.millrace?.firstFrameAt, undefined, { timeout: 60_000 })
  const watched = await watchToEnd(page, 60)
  expect(watched.ended).toBe(true)
  expect(watched.errors).toEqual([])
  expect(watched.seconds).toBeCloseTo(8, 0)
  await expect
    .poll(async () => (await readVideo(videoId)).state, { timeout: 90_000, interval: 200 })
    .toBe('ready')
  const ready = await readVideo(videoId)
  expect(ready).toMatchObject({ soundOnly: true, width: null, height: null, ratio: 1 })
  expect(ready.posterUrl).not.toBeNull()
  await page.waitForFunction(() => {
    const sleeve = document.querySelector<HTMLImageElement>('.player .sleeve')
    return (sleeve?.naturalWidth ?? 0) > 0
  })
  expect(broken).toEqual([])
})
