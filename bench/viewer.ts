// A person at the portal, in a real Chromium: drops a file, opens it the moment it can be opened, watches.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
// Declares window.millrace.
import type {} from '../web/src/watch/player/measure.ts'
import { signIn } from './owner.ts'

export interface FirstFrame {
  videoId: string
  /** Milliseconds since the epoch. */
  completedAt: number
  playlistAt: number
  firstFrameAt: number
}

/** @param ways which ports of this machine are reached through which others: `{ 'localhost:8080': 9000 }` */
export async function openBrowser(ways: Readonly<Record<string, number>> = {}): Promise<Browser> {
  const executablePath = (await readFile(join('.millrace', 'chromium'), 'utf8')).trim()
  const rules = Object.entries(ways).map(([host, port]) => `MAP ${host} 127.0.0.1:${port}`)
  const browser = await chromium.launch({
    executablePath,
    args: [
      ...(rules.length > 0 ? [`--host-resolver-rules=${rules.join(',')}`] : []),
      '--autoplay-policy=no-user-gesture-required',
      '--disable-dev-shm-usage',
      // Chromium's sandbox refuses to run as root, as containers do.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  })
  return signIn(browser)
}

const patienceMilliseconds = 60_000

/** Runs in the page: opens the card of the only upload as soon as it is a link. */
function clickWhenLinked(known: readonly string[]): Promise<string> {
  return new Promise(resolve => {
    const look = () => {
      for (const link of document.querySelectorAll<HTMLAnchorElement>('a[href^="/watch/"]')) {
        const videoId = link.pathname.slice('/watch/'.length)
        if (known.includes(videoId)) continue
        link.click()
        resolve(videoId)
        return
      }
      setTimeout(look, 10)
    }
    look()
  })
}

/** From the library page: chooses the file, opens the video, waits for its first frame. */
export async function dropAndWatch(
  page: Page,
  origin: string,
  file: string,
  known: readonly string[] = [],
): Promise<FirstFrame> {
  await page.goto(`${origin}/`)
  const complete = page.waitForResponse(answer => answer.url().endsWith('/complete'), {
    timeout: patienceMilliseconds,
  })
  // Without this a page that has no file input would be reported as a response that never came.
  complete.catch(() => undefined)
  await page.locator('input[type=file]').first().setInputFiles(file)
  const answer = await complete
  await answer.finished()
  const completedAt = answer.request().timing().startTime + answer.request().timing().responseEnd
  const videoId = await page.evaluate(clickWhenLinked, known)
  await page.waitForFunction(() => window.millrace?.firstFrameAt, undefined, {
    timeout: patienceMilliseconds,
    polling: 50,
  })
  const seen = await page.evaluate(() => {
    const playlists = performance.getEntriesByType('resource') as PerformanceResourceTiming[]
    const main = playlists.find(entry => entry.name.endsWith('/main.m3u8'))
    const at = (milliseconds: number) => performance.timeOrigin + milliseconds
    return {
      playlistAt: at(main?.responseEnd ?? 0),
      firstFrameAt: at(window.millrace?.firstFrameAt ?? 0),
    }
  })
  return { videoId, completedAt, ...seen }
}

export interface Watched {
  seconds: number
  stalls: number
  errors: readonly string[]
  ended: boolean
  /** Heights on the screen in the order they were first seen. */
  heights: number[]
}

/** Watches to the end; what a viewer went through. */
export async function watchToEnd(page: Page, timeoutSeconds: number): Promise<Watched> {
  return page.evaluate(async limit => {
    const video = document.querySelector('video')
    if (!video) throw new Error('there is no player')
    const heights: number[] = []
    const until = performance.now() + limit * 1000
    while (!video.ended && performance.now() < until) {
      if (video.videoHeight && heights.at(-1) !== video.videoHeight) heights.push(video.videoHeight)
      await new Promise(resolve => setTimeout(resolve, 100))
    }
    return {
      seconds: video.currentTime,
      stalls: window.millrace?.stalls ?? -1,
      errors: window.millrace?.errors ?? [],
      ended: video.ended,
      heights,
    }
  }, timeoutSeconds)
}
