// The main job as a person does it: a film dropped on the page of the real local stack plays in a real browser, from its first
// frame to its last, while it is still being encoded; then seeking, a reload, and the same address for a program.
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { PlaybackView, VideoView } from '#domain/video.ts'
import { type Stack, startStack } from '../../bench/stack.ts'
import { call } from '../../bench/upload.ts'
import { watchToEnd } from '../../bench/viewer.ts'
import { openBrowser } from '../support/browser.ts'
import { makeSource } from '../support/media.ts'
import { watchWithShaka } from '../support/shaka.ts'

const run = promisify(execFile)
const seconds = 11

let folder: string
let clip: string
let stack: Stack

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-e2e-'))
  clip = await makeSource(join(folder, 'A film about numbers.mp4'), [
    ...['-f', 'lavfi', '-i', `testsrc2=size=1280x720:rate=24:duration=${seconds}`],
    ...['-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=48000:duration=${seconds}`],
    ...[
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-g',
      '48',
      '-pix_fmt',
      'yuv420p',
      '-c:a',
      'aac',
    ],
  ])
  stack = await startStack({ LOG_LEVEL: 'warn' })
})

afterAll(async () => {
  await stack?.stop()
  await rm(folder, { recursive: true, force: true })
})

/** What the browser does when a person lets a file go over the page. */
async function drop(page: Page, file: string, name: string, type = 'video/mp4'): Promise<void> {
  const base64 = (await readFile(file)).toString('base64')
  // The page has loaded before its portal has started.
  await page.locator('.drop-area').waitFor({ state: 'attached' })
  await page.evaluate(
    ({ base64, name, type }) => {
      const bytes = Uint8Array.from(atob(base64), letter => letter.charCodeAt(0))
      const transfer = new DataTransfer()
      transfer.items.add(new File([bytes], name, { type, lastModified: 1 }))
      for (const step of ['dragenter', 'dragover', 'drop']) {
        const event = new DragEvent(step, {
          bubbles: true,
          cancelable: true,
          dataTransfer: transfer,
        })
        document.body.dispatchEvent(event)
      }
    },
    { base64, name, type },
  )
}

const readVideo = (videoId: string) => call<VideoView>(`${stack.origin}/api/videos/${videoId}`)

it('plays a dropped film to its end while it is being encoded', async () => {
  const browser = await openBrowser()
  const page = await browser.newPage()
  const broken: string[] = []
  page.on('pageerror', error => broken.push(error.message))
  page.on('console', line => {
    if (line.type() === 'error') broken.push(line.text())
  })
  await page.goto(stack.origin)
  await drop(page, clip, 'A film about numbers.mp4')
  const link = page.locator('a[href^="/watch/"]').first()
  await link.click()
  const videoId = new URL(page.url()).pathname.slice('/watch/'.length)
  await page.waitForFunction(() => window.millrace?.firstFrameAt, undefined, { timeout: 60_000 })

  const atFirstFrame = await readVideo(videoId)
  expect(atFirstFrame.state).toBe('processing')
  expect(atFirstFrame.ratio).toBeLessThan(1)
  expect(atFirstFrame.title).toBe('A film about numbers')

  const watched = await watchToEnd(page, 90)
  // How smoothly is the bench's question: a busy machine may make a viewer wait, never lose the film.
  expect(watched.ended).toBe(true)
  expect(watched.errors.filter(error => error !== 'bufferStalledError')).toEqual([])
  expect(watched.seconds).toBeCloseTo(seconds, 1)

  await expect
    .poll(async () => (await readVideo(videoId)).state, { timeout: 90_000, interval: 200 })
    .toBe('ready')
  const ready = await readVideo(videoId)
  expect(ready.ratio).toBe(1)
  expect(ready.rungs).toEqual([240, 360, 480, 720].map(height => ({ height, state: 'ready' })))

  await page.reload()
  await page.waitForFunction(() => window.millrace?.firstFrameAt, undefined, { timeout: 30_000 })
  const shown = await page.evaluate(async () => {
    const video = document.querySelector('video') as HTMLVideoElement
    const seeked = new Promise(resolve => video.addEventListener('seeked', resolve, { once: true }))
    video.currentTime = 7.5
    await seeked
    return { at: video.currentTime, errors: window.millrace?.errors }
  })
  // It plays on while it is asked.
  expect(shown.at).toBeGreaterThanOrEqual(7.5)
  expect(shown.at).toBeLessThan(8.5)
  expect(shown.errors).toEqual([])
  expect(broken).toEqual([])

  const playback = await call<PlaybackView>(`${stack.origin}/api/videos/${videoId}/playback`, {
    method: 'POST',
  })
  const { stdout, stderr } = await run('ffprobe', [
    ...['-v', 'warning', '-count_packets', '-select_streams', 'v', '-show_entries'],
    ...['stream=height,nb_read_packets', '-of', 'csv=p=0', `${stack.origin}${playback.url}`],
  ])
  expect(stderr).toBe('')
  const rungs = new Set(stdout.trim().split('\n').filter(Boolean))
  for (const height of [240, 360, 480, 720]) expect(rungs).toContain(`${height},${seconds * 24}`)

  const viewing = await watchWithShaka(browser, {
    ...{ origin: stack.origin, url: playback.url, timeoutSeconds: 60 },
  })
  expect(viewing.complaints).toEqual([])
  expect(viewing.heights).toEqual([240, 360, 480, 720])
  expect(viewing.seconds).toBeCloseTo(seconds, 1)
})
