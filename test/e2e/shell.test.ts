// What holds the pages of the portal together, as a person meets it in a real browser: an error that
// stays where it happened, a player in a page of another site, what is shared.
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { VideoView } from '#domain/video.ts'
import { untilFinal } from '../../bench/shown-films.ts'
import { type Stack, startStack } from '../../bench/stack.ts'
import { call, upload } from '../../bench/upload.ts'
import { openBrowser } from '../support/browser.ts'
import { makeSource } from '../support/media.ts'

let folder: string
let clip: string
let stack: Stack
let videoId: string

const readVideo = () => call<VideoView>(`${stack.origin}/api/videos/${videoId}`)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-shell-'))
  clip = await makeSource(join(folder, 'A short film.mp4'), [
    ...['-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=24:duration=8'],
    ...['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000:duration=8'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '48', '-pix_fmt', 'yuv420p'],
    ...['-c:a', 'aac'],
  ])
  stack = await startStack({ LOG_LEVEL: 'warn' })
  videoId = (await upload(stack.origin, clip)).videoId
  await untilFinal(stack, videoId)
  // Pages of other sites show what is not private.
  const json = { visibility: 'unlisted' }
  await call(`${stack.origin}/api/videos/${videoId}`, { method: 'PATCH', json })
}, 90_000)

afterAll(async () => {
  await stack?.stop()
  await rm(folder, { recursive: true, force: true })
})

/** `more`: bytes after the film's end, so that it has a size of its own. */
const choose = async (page: Page, name: string, more = 0) =>
  page
    .locator('header input[type=file]')
    .first()
    .setInputFiles({
      name,
      mimeType: 'video/mp4',
      buffer: Buffer.concat([await readFile(clip), Buffer.alloc(more)]),
    })

describe('an error in one part', () => {
  it('leaves the rest of the page alive and can be tried again', async () => {
    const page = await (await openBrowser()).newPage()
    const wrong = { ...(await readVideo()), rungs: null }
    await page.route('**/api/videos?*', route =>
      route.fulfill({ json: { videos: [wrong], cursor: null } }),
    )
    await page.goto(stack.origin)
    const library = page.getByRole('alert').filter({ hasText: 'The library has stopped' })
    await library.waitFor()
    await choose(page, 'Holiday.mp4')
    await page.locator('.uploads', { hasText: 'Holiday' }).waitFor()

    // Still the same: one more try does not mend it, and says how else it may.
    await library.getByRole('button', { name: 'Try again' }).click()
    await library.getByRole('button', { name: 'Reload the page' }).waitFor()
    await page.unroute('**/api/videos?*')
    await library.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('link', { name: 'A short film', exact: true }).waitFor()
    expect(await library.count()).toBe(0)
  })

  it('of the uploads leaves the library alive', async () => {
    const page = await (await openBrowser()).newPage()
    await page.goto(stack.origin)
    await page.getByRole('link', { name: 'A short film', exact: true }).waitFor()
    // One size that cannot be written, and no other of the page is.
    const { size } = await stat(clip)
    await page.evaluate(bytes => {
      const { toFixed } = Number.prototype
      Number.prototype.toFixed = function (places) {
        const size = [1e3, 1e6].some(unit => Math.abs(Number(this) - bytes / unit) < 1e-9)
        if (size) throw new Error('no numbers today')
        return toFixed.call(this, places)
      }
      Object.assign(window, { mend: () => Object.assign(Number.prototype, { toFixed }) })
    }, size + 777)
    await choose(page, 'Second.mp4', 777)
    const uploads = page.getByRole('alert').filter({ hasText: 'The list of uploads has stopped' })
    await uploads.getByText('no numbers today').waitFor()
    expect(await page.getByRole('link', { name: 'A short film', exact: true }).count()).toBe(1)
    await page.evaluate('mend()')
    await uploads.getByRole('button', { name: 'Try again' }).click()
    await page.locator('.uploads', { hasText: 'Second' }).waitFor()
  })

  it('of the player leaves the page of the video alive', async () => {
    const page = await (await openBrowser()).newPage()
    await page.addInitScript(() => {
      const Real = window.MediaMetadata
      Object.assign(window, {
        mend: () => Object.assign(window, { MediaMetadata: Real }),
        MediaMetadata: class {
          constructor() {
            throw new Error('no titles today')
          }
        },
      })
    })
    await page.goto(`${stack.origin}/watch/${videoId}`)
    const player = page.getByRole('alert').filter({ hasText: 'The player has stopped' })
    await player.getByText('no titles today').waitFor()
    await page.getByRole('heading', { name: 'A short film' }).waitFor()
    await page.evaluate('mend()')
    await player.getByRole('button', { name: 'Try again' }).click()
    await page.waitForFunction(() => window.millrace?.firstFrameAt)
  })
})

/** Another site with the player in a frame: its address is another one than the portal's. */
async function startOtherSite(code: string): Promise<string> {
  const server = createServer((_, answer) => {
    answer.setHeader('content-type', 'text/html')
    answer.end(`<!doctype html><title>Elsewhere</title><body>${code}<script>
      const told = []
      addEventListener('message', ({ origin, data }) => told.push({ origin, ...data }))
      const say = message => frames[0].postMessage({ type: 'millrace', ...message }, '*')
    </script>`)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const address = server.address()
  return typeof address === 'object' ? `http://127.0.0.1:${address?.port}` : ''
}

interface Told {
  type: string
  event: string
  seconds?: number
}
const told = (page: Page) => page.evaluate<Told[]>('told')
const hears = (page: Page, event: string) =>
  page.waitForFunction(`told.some(({ event }) => event === '${event}')`, undefined, {
    timeout: 15_000,
  })

describe('a player in a page of another site', () => {
  it('obeys it, tells it what happens, and loads no player before it is wanted', async () => {
    const page = await (await openBrowser()).newPage()
    const broken: string[] = []
    page.on('console', line => {
      if (line.type() === 'error') broken.push(line.text())
    })
    const asked: string[] = []
    page.on('request', request => asked.push(new URL(request.url()).pathname))
    const code = `<iframe src="${stack.origin}/embed/${videoId}" allow="autoplay; fullscreen; screen-wake-lock" width="640" height="360"></iframe>`
    await page.goto(await startOtherSite(code))
    const player = page.frameLocator('iframe')
    await player.getByRole('button', { name: 'Play: A short film' }).waitFor()
    await hears(page, 'ready')
    expect(asked.filter(path => /player|playback|\.m3u8/.test(path))).toEqual([])

    await page.evaluate("say({ do: 'seek', seconds: 5 }); say({ do: 'play' })")
    await hears(page, 'timeupdate')
    await page.evaluate("say({ do: 'volume', volume: 0.25, muted: true }); say({ do: 'pause' })")
    await hears(page, 'pause')
    const video = player.locator('video')
    expect(await video.evaluate((element: HTMLVideoElement) => element.volume)).toBe(0.25)
    expect(await video.evaluate((element: HTMLVideoElement) => element.muted)).toBe(true)
    const paused = (await told(page)).find(({ event }) => event === 'pause')
    expect(paused?.seconds).toBeGreaterThanOrEqual(5)
    await page.evaluate("say({ do: 'seek', seconds: 7.5 }); say({ do: 'play' })")
    await hears(page, 'ended')
    expect(new Set((await told(page)).map(({ type }) => type))).toEqual(new Set(['millrace']))
    expect(broken).toEqual([])
  })

  it('begins by itself, silent, without controls, when its address says so', async () => {
    const page = await (await openBrowser()).newPage()
    const address = `${stack.origin}/embed/${videoId}?autoplay=1&muted=1&controls=0&t=3`
    await page.goto(await startOtherSite(`<iframe src="${address}" allow="autoplay"></iframe>`))
    await hears(page, 'timeupdate')
    const frame = page.frameLocator('iframe')
    const [first] = (await told(page)).filter(({ event }) => event === 'timeupdate')
    expect(first?.seconds).toBeGreaterThanOrEqual(3)
    expect(await frame.locator('video').evaluate((one: HTMLVideoElement) => one.muted)).toBe(true)
    expect(await frame.locator('.controls').isVisible()).toBe(false)
  })

  it('silent by its address, is no choice of the viewer: the next film has sound', async () => {
    const page = await (await openBrowser()).newPage()
    const untilMuted = (muted: boolean) =>
      page.waitForFunction(
        wanted => {
          const video = document.querySelector('video')
          return video !== null && video.currentTime > 0 && video.muted === wanted
        },
        muted,
        { timeout: 15_000 },
      )
    await page.goto(`${stack.origin}/embed/${videoId}?autoplay=1&muted=1`)
    await untilMuted(true)
    await page.goto(`${stack.origin}/watch/${videoId}`)
    await untilMuted(false)
  })

  it('says so when there is no such film', async () => {
    const page = await (await openBrowser()).newPage()
    const address = `${stack.origin}/embed/v_0000000000000000000000`
    await page.goto(await startOtherSite(`<iframe src="${address}"></iframe>`))
    await page.frameLocator('iframe').getByText('There is no such video').waitFor()
    await hears(page, 'error')
  })
})

describe('sharing', () => {
  it('gives a link from a moment, and code that embeds', async () => {
    const browser = await openBrowser()
    const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] })
    const page = await context.newPage()
    await page.goto(`${stack.origin}/watch/${videoId}`)
    await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 2)
    await page.getByRole('button', { name: 'Share', exact: true }).click()
    const panel = page.getByRole('dialog', { name: 'Share this video' })
    const clipboard = () => page.evaluate(() => navigator.clipboard.readText())
    await panel.getByRole('button', { name: 'Copy link' }).click()
    await expect.poll(clipboard).toBe(`${stack.origin}/watch/${videoId}`)
    await panel.getByRole('checkbox').check()
    await panel.getByRole('button', { name: 'Copy link' }).click()
    await expect.poll(clipboard).toMatch(new RegExp(`/watch/${videoId}\\?t=[2-8]$`))
    await panel.getByRole('button', { name: 'Copy code' }).click()
    await expect.poll(clipboard).toContain(`<iframe src="${stack.origin}/embed/${videoId}?t=`)
  })
})

describe('without a network', () => {
  it('opens all the same, says so, lets uploads wait, and goes on by itself', async () => {
    const browser = await openBrowser()
    const context = await browser.newContext()
    const page = await context.newPage()
    const film = page.getByRole('link', { name: 'A short film', exact: true })
    await page.goto(stack.origin)
    await film.waitFor()
    await page.evaluate(() => navigator.serviceWorker.ready)
    await page.reload()
    await page.locator('.card img').first().waitFor()
    const kept = () =>
      page.evaluate(async () => {
        const all = []
        for (const name of await caches.keys())
          for (const { url } of await (await caches.open(name)).keys())
            all.push(new URL(url).pathname)
        return all
      })
    await expect.poll(kept).toContainEqual(expect.stringMatching(/^\/v\/.*poster/))

    await context.setOffline(true)
    await page.goto(`${stack.origin}/watch/${videoId}`)
    await page.getByText('No network. Uploads wait').waitFor()
    await page.goto(stack.origin)
    await page.getByText('The library could not be loaded').waitFor()
    await choose(page, 'On the train.mp4')
    await page.locator('.uploads').getByText('Goes on by itself').waitFor()

    await context.setOffline(false)
    await film.waitFor()
    await page.locator('.uploads').getByText('Goes on by itself').waitFor({ state: 'hidden' })
    expect((await kept()).filter(path => /^\/(api|t)\/|m3u8|storyboard|embed/.test(path))).toEqual(
      [],
    )
  })

  it('shows a new build at once, whatever is kept', async () => {
    const browser = await openBrowser()
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(stack.origin)
    await page.evaluate(() => navigator.serviceWorker.ready)
    const answer = await fetch(`${stack.origin}/service-worker.js`)
    expect(answer.headers.get('cache-control')).toBe('no-cache')
    await page.evaluate(async () => {
      const shell = await caches.open('millrace-shell-1')
      const old = new Response('<title>Old</title>', { headers: { 'content-type': 'text/html' } })
      await shell.put('/index.html', old)
    })
    await page.reload()
    await page.locator('header.top').waitFor()
    expect(await page.title()).toBe('Millrace')
  })
})
