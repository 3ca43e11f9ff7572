// A library of thousands in a real Chromium: the first page, a scroll through all of it, searches, a way to a video and back;
// with the long tasks and frames of the page's own thread, and what the API takes for each.
import type { Browser, Page } from 'playwright-core'
import { median, percentile, table } from './figures.ts'
import { fetchOwned } from './owner.ts'
import { seedLibrary } from './seed-library.ts'
import { type Stack, startStack } from './stack.ts'
import { openBrowser } from './viewer.ts'

const print = (text: string) => process.stdout.write(`${text}\n`)

const requests = [
  ['first page', '/api/videos?limit=24'],
  ['page of 48', '/api/videos?limit=48'],
  ['search, common', '/api/videos?limit=24&q=rome'],
  ['search, one', '/api/videos?limit=24&q=zizkov+1963'],
  ['search, none', '/api/videos?limit=24&q=nothing'],
  ['failed ones', '/api/videos?limit=24&state=failed'],
  ['by title', '/api/videos?limit=24&sort=title'],
  ['usage', '/api/usage'],
] as const

async function timeRequests(stack: Stack, runs: number) {
  const rows = []
  for (const [name, path] of requests) {
    const times = []
    for (let run = 0; run < runs; run++) {
      const began = performance.now()
      const answer = await fetchOwned(stack.origin + path)
      await answer.arrayBuffer()
      if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
      times.push(performance.now() - began)
    }
    rows.push([name, median(times), percentile(times, 0.95)])
  }
  return table(['request', 'median ms', 'p95 ms'], rows)
}

interface Watched {
  seconds: number
  frames: number
  /** Of more than two sixtieths of a second. */
  lateFrames: number
  longTasks: number
  longestMs: number
  /** Drawn at the same time, at most. */
  cards: number
}

declare global {
  interface Window {
    watching?: { tasks: number[]; frames: number[]; cards: number; going: boolean }
  }
}

/** Runs in the page: notes every long task and every frame from now on. */
function beginWatching() {
  const seen = { tasks: [] as number[], frames: [] as number[], cards: 0, going: true }
  window.watching = seen
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) seen.tasks.push(entry.duration)
  }).observe({ type: 'longtask' })
  let before = performance.now()
  const frame = (now: number) => {
    seen.frames.push(now - before)
    seen.cards = Math.max(seen.cards, document.querySelectorAll('.card').length)
    before = now
    if (seen.going) requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
}

async function watched(page: Page, act: () => Promise<void>): Promise<Watched> {
  await page.evaluate(beginWatching)
  const began = performance.now()
  await act()
  const seconds = (performance.now() - began) / 1000
  const seen = await page.evaluate(() => {
    if (window.watching) window.watching.going = false
    return window.watching
  })
  const { tasks = [], frames = [], cards = 0 } = seen ?? {}
  return {
    seconds,
    frames: frames.length,
    lateFrames: frames.filter(ms => ms > 34).length,
    longTasks: tasks.length,
    longestMs: Math.max(0, ...tasks),
    cards,
  }
}

/** Runs in the page, before all else. */
function noteFirstCards() {
  const look = () => {
    if (document.querySelector('.card .card-title')) performance.mark('first cards')
    else requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}

/** Runs in the page: a hand on the wheel, until there is no more. */
async function scrollToEnd(pixelsAFrame: number) {
  for (let resting = 0; resting < 120; ) {
    await new Promise(requestAnimationFrame)
    const before = scrollY
    scrollBy(0, pixelsAFrame)
    const waits = document.querySelector('.more') !== null
    resting = scrollY === before && !waits ? resting + 1 : 0
  }
}

async function scrollThrough(page: Page) {
  return watched(page, () => page.evaluate(scrollToEnd, 120))
}

/** Runs in the page: when the list answers this search, to a frame. */
async function untilFound({ words, wanted }: { words: string; wanted: string }): Promise<number> {
  const found = () =>
    new URLSearchParams(location.search).get('q') === words &&
    document.querySelector('.videos[aria-busy=false]') &&
    document.querySelector('.empty, .card .card-title')?.textContent?.includes(wanted)
  while (!found()) await new Promise(requestAnimationFrame)
  return performance.timeOrigin + performance.now()
}

/** From the last letter to the list that answers it, what the box waits for more letters included. */
async function search(page: Page, words: string, wanted: string) {
  const box = page.locator('input[type=search]')
  await box.fill('')
  await page.waitForURL(url => url.search === '')
  await page.locator('.videos[aria-busy=false] .card').first().waitFor()
  let milliseconds = 0
  const seen = await watched(page, async () => {
    await box.pressSequentially(words)
    const began = Date.now()
    milliseconds = (await page.evaluate(untilFound, { words, wanted })) - began
  })
  return { milliseconds, seen }
}

/** Opens a video far down and comes back: how far from where it was, and how long that took. */
async function thereAndBack(page: Page) {
  await page.evaluate(async () => {
    scrollTo(0, document.body.scrollHeight / 2)
    for (let frames = 0; frames < 10; frames++) await new Promise(requestAnimationFrame)
  })
  // One in the middle of the screen, so that the click has no need to scroll.
  const href = await page.evaluate(() => {
    const middle = (link: Element) => Math.abs(link.getBoundingClientRect().top - innerHeight / 2)
    const links = [...document.querySelectorAll<HTMLAnchorElement>('.card.ready .card-title a')]
    return links.sort((a, b) => middle(a) - middle(b))[0]?.pathname
  })
  const link = page.locator(`.card-title a[href="${href}"]`)
  const before = await page.evaluate(() => scrollY)
  await link.click()
  await page.locator('main.watch').waitFor()
  let milliseconds = 0
  const seen = await watched(page, async () => {
    const began = performance.now()
    await page.goBack()
    await page.evaluate(async path => {
      const focused = () => document.activeElement?.getAttribute('href') === path
      while (!focused()) await new Promise(requestAnimationFrame)
    }, href)
    milliseconds = performance.now() - began
  })
  const after = await page.evaluate(() => scrollY)
  return { milliseconds, movedPixels: Math.abs(after - before), seen }
}

const row = (name: string, seen: Watched): (string | number)[] => [
  name,
  seen.seconds,
  seen.frames,
  seen.lateFrames,
  seen.longTasks,
  Math.round(seen.longestMs),
  seen.cards,
]

async function visit(browser: Browser, stack: Stack, screen: 'desktop' | 'phone') {
  const page = await browser.newPage(
    screen === 'desktop'
      ? { viewport: { width: 1440, height: 900 } }
      : { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  )
  await page.addInitScript(noteFirstCards)
  await page.goto(`${stack.origin}/`)
  await page.locator('.card .card-title').first().waitFor()
  const firstCards = await page.evaluate(
    () => performance.getEntriesByName('first cards')[0]?.startTime ?? Number.NaN,
  )
  const scrolled = await scrollThrough(page)
  const back = await thereAndBack(page)
  const common = await search(page, 'rome', 'Rome')
  const one = await search(page, 'zizkov 1963', 'Žižkov 1963')
  const none = await search(page, 'nothing', '')
  await page.close()
  print(
    `\n${screen}: first cards ${Math.round(firstCards)} ms after the address; back at ${back.movedPixels} px from where it was, ${Math.round(back.milliseconds)} ms`,
  )
  print(
    `from the last letter to the answer: ${[common, one, none].map(({ milliseconds }) => Math.round(milliseconds)).join(', ')} ms (common, one, none)\n`,
  )
  const head = ['', 'seconds', 'frames', '> 34 ms', 'tasks > 50 ms', 'longest ms', 'cards drawn']
  const rows = [
    row('scroll through all', scrolled),
    row('back from a video', back.seen),
    row('search, common', common.seen),
    row('search, one', one.seen),
    row('search, none', none.seen),
  ]
  print(table(head, rows))
}

export async function benchLibrary({ videos, runs }: { videos: number; runs: number }) {
  const stack = await startStack({ LOG_LEVEL: 'warn' })
  const browser = await openBrowser()
  try {
    await seedLibrary(stack, { videos, pictured: Math.min(videos, 60) })
    print(`A library of ${videos} videos\n`)
    print(await timeRequests(stack, runs))
    for (const screen of ['desktop', 'phone'] as const) await visit(browser, stack, screen)
  } finally {
    await browser.close()
    await stack.stop()
  }
}
