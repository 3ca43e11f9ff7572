// How the player feels: from the click on a card to the first frame, a seek, another quality; then whole viewings on slow networks.
// Every figure is a frame on the screen, as Chromium reports it to the page.
import { availableParallelism } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import type { VideoView } from '#domain/video.ts'
import { makeClip } from './clips.ts'
import { emulateLine } from './emulated-line.ts'
import { type Cell, median, percentile, table } from './figures.ts'
import { startStack } from './stack.ts'
import { call, upload } from './upload.ts'
import { openBrowser } from './viewer.ts'

/** Between the pointer's arrival on a card and the click; people take longer. */
const hoverMilliseconds = 200
const desktop = { width: 1440, height: 900 }
const patienceMilliseconds = 60_000

const print = (text: string) => process.stdout.write(`${text}\n`)

interface Network {
  name: string
  bitsPerSecond: number
  latencyMilliseconds: number
}

/** WebPageTest's profiles, as rates and round trips. */
const networks: readonly Network[] = [
  { name: '4G', bitsPerSecond: 9e6, latencyMilliseconds: 170 },
  { name: '3G', bitsPerSecond: 1.6e6, latencyMilliseconds: 300 },
  { name: 'slow 3G', bitsPerSecond: 400e3, latencyMilliseconds: 400 },
]

interface Frames {
  clickedAt: number
  frames: { at: number; time: number; height: number }[]
}

declare global {
  interface Window {
    seenFrames?: Frames
  }
}

/** Runs in every page before its own code: when a person last clicked, and every frame since. */
function watchFrames() {
  const seen: Frames = { clickedAt: 0, frames: [] }
  window.seenFrames = seen
  addEventListener(
    'click',
    event => {
      seen.clickedAt = event.timeStamp
      seen.frames = []
    },
    true,
  )
  const followed = new WeakSet<HTMLVideoElement>()
  const follow = () => {
    const video = document.querySelector('video')
    if (video && !followed.has(video)) {
      followed.add(video)
      const onFrame: VideoFrameRequestCallback = (now, frame) => {
        seen.frames.push({ at: now, time: frame.mediaTime, height: frame.height })
        video.requestVideoFrameCallback(onFrame)
      }
      video.requestVideoFrameCallback(onFrame)
    }
    requestAnimationFrame(follow)
  }
  follow()
}

interface Awaited {
  /** A frame near this moment of the film. */
  near?: number
  /** A frame of this height. */
  height?: number
}

interface Shown {
  /** From the click to the frame. */
  milliseconds: number
  /** The longest time one frame stood between the two. */
  longestFrame: number
}

/** The first frame since the last click that is what it is to be. */
async function frameShown(page: Page, wanted: Awaited, patience = patienceMilliseconds) {
  const found = await page.waitForFunction(
    ({ near, height }) => {
      const { clickedAt, frames } = window.seenFrames ?? { clickedAt: 0, frames: [] }
      const at = frames.findIndex(
        frame =>
          frame.at > clickedAt &&
          (near === undefined || Math.abs(frame.time - near) < 1.5) &&
          (height === undefined || frame.height === height),
      )
      const last = frames[at]
      if (!last) return null
      const times = [clickedAt, ...frames.slice(0, at + 1).map(frame => frame.at)]
      const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time))
      return { milliseconds: last.at - clickedAt, longestFrame: Math.max(...gaps) }
    },
    wanted,
    { timeout: patience, polling: 20 },
  )
  const shown: Shown | null = await found.jsonValue()
  if (!shown) throw new Error('no frame')
  return shown
}

const card = (page: Page, videoId: string) => page.locator(`a[href="/watch/${videoId}"]`).first()

async function openLibrary(context: BrowserContext, origin: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(`${origin}/`)
  return page
}

/** As a hand does it: the pointer comes to the middle of the card, rests, presses. */
async function clickCard(page: Page, videoId: string, restMilliseconds: number): Promise<Shown> {
  const box = await card(page, videoId).boundingBox()
  if (!box) throw new Error('there is no card')
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  await page.mouse.move(x, y)
  if (restMilliseconds > 0) await wait(restMilliseconds)
  await page.mouse.down()
  await page.mouse.up()
  return frameShown(page, {})
}

async function seekTo(page: Page, ratio: number): Promise<Shown> {
  await page.mouse.move(300, 300)
  const box = await page.locator('.scrubber-track').boundingBox()
  const length = await page.locator('video').evaluate((video: HTMLVideoElement) => video.duration)
  if (!box) throw new Error('there is no scrubber')
  await page.mouse.click(box.x + box.width * ratio, box.y + box.height / 2)
  return frameShown(page, { near: length * ratio })
}

async function switchTo(page: Page, height: number, patience?: number): Promise<Shown> {
  await page.mouse.move(320, 320)
  await page.locator('.settings-button').click()
  await page.getByRole('menuitemradio', { name: `${height}p`, exact: true }).click()
  return frameShown(page, { height }, patience)
}

type Figures = Map<string, Shown[]>

/** A person in a browser that has never been here: one video after the other ways to it. */
async function oneRun(browser: Browser, origin: string, videoId: string, figures: Figures) {
  const note = (name: string, shown: Shown) =>
    figures.set(name, [...(figures.get(name) ?? []), shown])
  const fresh = async () => {
    const context = await browser.newContext({ viewport: desktop })
    await context.addInitScript(watchFrames)
    return context
  }
  const hurried = await fresh()
  const first = await openLibrary(hurried, origin)
  await card(first, videoId).waitFor()
  note('click, nothing cached, no hover', await clickCard(first, videoId, 0))
  await hurried.close()

  const context = await fresh()
  const page = await openLibrary(context, origin)
  await card(page, videoId).waitFor()
  note('click, nothing cached', await clickCard(page, videoId, hoverMilliseconds))
  await wait(1000)
  note('seek, not loaded', await seekTo(page, 0.7 + 0.2 * Math.random()))
  await wait(500)
  note('seek, loaded', await seekTo(page, 0.01 + 0.05 * Math.random()))
  await wait(500)
  note('quality down', await switchTo(page, 240))
  await wait(700)
  note('quality up', await switchTo(page, 720))
  await wait(500)
  await page.locator('a.brand').click()
  await card(page, videoId).waitFor()
  note('click, warm', await clickCard(page, videoId, hoverMilliseconds))
  await context.close()
}

interface Viewing {
  start: number
  stalls: number
  heights: number[]
  /** Another quality, chosen; null: it did not come. */
  switched: (Shown & { from: number; to: number }) | null
  /** In the seconds after that. */
  stallsAfter: number
  errors: number
}

/** A line that does not bring another quality in this time does not bring it. */
const switchPatienceMilliseconds = 20_000
const afterSwitchMilliseconds = 5_000

/** From the click on the card through so many seconds of film; then another quality. */
async function watchOn(
  browser: Browser,
  { origin, videoId, network, seconds }: ViewingOptions,
): Promise<Viewing> {
  const context = await browser.newContext({ viewport: desktop })
  await context.addInitScript(watchFrames)
  const page = await openLibrary(context, origin)
  await card(page, videoId).waitFor()
  const tools = await context.newCDPSession(page)
  await emulateLine(tools, {
    delayMilliseconds: network.latencyMilliseconds,
    ...{ downBitsPerSecond: network.bitsPerSecond, upBitsPerSecond: network.bitsPerSecond },
  })
  const { milliseconds } = await clickCard(page, videoId, hoverMilliseconds)
  await page.waitForFunction(
    until => (document.querySelector('video')?.currentTime ?? 0) >= until,
    seconds,
    { timeout: 4 * seconds * 1000, polling: 200 },
  )
  const seen = await page.evaluate(() => ({
    stalls: window.millrace?.stalls ?? -1,
    heights: (window.seenFrames?.frames ?? [])
      .map(frame => frame.height)
      .filter((height, at, all) => height !== all[at - 1]),
  }))
  const from = seen.heights.at(-1) ?? 0
  const to = from === 240 ? 360 : 240
  const shown = await switchTo(page, to, switchPatienceMilliseconds).catch(() => null)
  await wait(afterSwitchMilliseconds)
  const [stalls, errors] = await page.evaluate(() => [
    window.millrace?.stalls ?? -1,
    window.millrace?.errors.length ?? -1,
  ])
  await context.close()
  return {
    ...seen,
    start: milliseconds,
    switched: shown && { ...shown, from, to },
    stallsAfter: (stalls ?? 0) - seen.stalls,
    errors: errors ?? -1,
  }
}

interface ViewingOptions {
  origin: string
  videoId: string
  network: Network
  seconds: number
}

function clickTable(figures: Figures): string {
  const row = (name: string, all: readonly Shown[]): Cell[] => {
    const times = all.map(({ milliseconds }) => Math.round(milliseconds))
    const stood = all.map(({ longestFrame }) => Math.round(longestFrame))
    return [
      name,
      Math.round(median(times)),
      percentile(times, 0.95),
      Math.max(...times),
      name.startsWith('quality') ? percentile(stood, 0.95) : '',
    ]
  }
  return table(
    ['ms from click to frame', 'median', 'p95', 'most', 'longest still p95'],
    [...figures].map(([name, all]) => row(name, all)),
  )
}

async function networkTable(
  browser: Browser,
  what: { origin: string; videoId: string; seconds: number; runs: number },
): Promise<string> {
  const rows: Cell[][] = []
  for (const network of networks) {
    const seen: Viewing[] = []
    for (let run = 0; run < what.runs; run++)
      seen.push(await watchOn(browser, { ...what, network }))
    const most = (read: (viewing: Viewing) => number) => Math.round(Math.max(...seen.map(read)))
    rows.push([
      network.name,
      Math.round(median(seen.map(({ start }) => start))),
      most(({ start }) => start),
      seen.reduce((sum, { stalls }) => sum + stalls, 0),
      seen.map(({ heights }) => heights.join('→')).join(' '),
      [...new Set(seen.map(({ switched: to }) => (to ? `${to.from}→${to.to}` : 'none')))].join(' '),
      most(({ switched }) => switched?.milliseconds ?? Number.POSITIVE_INFINITY),
      most(({ switched }) => switched?.longestFrame ?? Number.POSITIVE_INFINITY),
      seen.reduce((sum, { stallsAfter }) => sum + stallsAfter, 0),
      seen.reduce((sum, { errors }) => sum + errors, 0),
    ])
  }
  return table(
    [
      ...['network', 'start ms', 'most', 'stalls', 'heights'],
      ...['switch', 'ms, most', 'longest still', 'stalls after', 'errors'],
    ],
    rows,
  )
}

export async function benchPlayer(options: {
  clip: string | undefined
  runs: number
  seconds: number
  /** The emulated networks alone. */
  linesOnly: boolean
}): Promise<void> {
  const { clip, seconds } = options
  // With keyframes that the copy lane takes: ready sooner, and no other for the player.
  const film = await makeClip({ clip, height: 720, seconds, keyframeEvery: 48 })
  const browser = await openBrowser()
  const stack = await startStack({ ACCOUNTS: 'off', LOG_LEVEL: 'warn' })
  try {
    const { origin } = stack
    const { videoId } = await upload(origin, film)
    let state = ''
    while (state !== 'ready') {
      await wait(300)
      state = (await call<VideoView>(`${origin}/api/videos/${videoId}`)).state
      if (state === 'failed') throw new Error('the film failed')
    }
    const figures: Figures = new Map()
    for (let run = 0; run < options.runs && !options.linesOnly; run++)
      await oneRun(browser, origin, videoId, figures)
    print(`a ready film of ${seconds} s at 720p, ${options.runs} runs each, `)
    print(`${hoverMilliseconds} ms of hover, ${availableParallelism()} cores\n`)
    if (!options.linesOnly) print(`${clickTable(figures)}\n`)
    const watched = Math.min(30, seconds / 2)
    const runs = Math.max(1, Math.round(options.runs / 10))
    print(`the first ${watched} s on emulated networks, cache empty, ${runs} runs each\n`)
    print(await networkTable(browser, { origin, videoId, seconds: watched, runs }))
  } finally {
    await stack.stop()
    await browser.close()
  }
}
