// How soon the pages of the portal are there, on a processor four times slower: largest contentful paint, layout shift, blocked
// time; and what they weigh. Each run in a browser that has nothing kept.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Browser } from 'playwright-core'
import { drawPages } from './drawn-pages.ts'
import { median, percentile, table } from './figures.ts'
import { putFilms } from './shown-films.ts'
import { startStack } from './stack.ts'
import { openBrowser } from './viewer.ts'

const print = (text: string) => process.stdout.write(`${text}\n`)

const slowdown = 4
const goals = { lcpMs: 1200, cls: 0.02, tbtMs: 100 }
/** A page is observed so long after it has loaded: what shifts or blocks later is somebody's doing. */
const observedMs = 4_000
/** What a task takes beyond this keeps people waiting (W3C Long Tasks API). */
const longMs = 50
const sizes = {
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
  desk: { viewport: { width: 1440, height: 900 } },
}

interface Observed {
  fcpMs: number
  lcpMs: number
  cls: number
  tasks: { startMs: number; endMs: number }[]
}

interface Seen {
  lcpMs: number
  cls: number
  /** As defined: from the first contentful paint on, for before it there is nothing to press (web.dev/articles/tbt). */
  tbtMs: number
  /** From the very beginning. */
  blockedMs: number
}

declare global {
  interface Window {
    seenByBench?: Observed
  }
}

/** Runs in the page before anything else of it. */
function observe() {
  const seen: Observed = { fcpMs: 0, lcpMs: 0, cls: 0, tasks: [] }
  window.seenByBench = seen
  const on = (type: string, take: (entry: PerformanceEntry) => void) =>
    new PerformanceObserver(list => list.getEntries().forEach(take)).observe({
      type,
      buffered: true,
    })
  on('paint', ({ name, startTime }) => {
    if (name === 'first-contentful-paint') seen.fcpMs = startTime
  })
  on('largest-contentful-paint', ({ startTime }) => {
    seen.lcpMs = startTime
  })
  on('layout-shift', entry => {
    const { value, hadRecentInput } = entry as PerformanceEntry & {
      value: number
      hadRecentInput: boolean
    }
    if (!hadRecentInput) seen.cls += value
  })
  on('longtask', ({ startTime, duration }) => {
    seen.tasks.push({ startMs: startTime, endMs: startTime + duration })
  })
}

const blockedSince = ({ tasks }: Observed, fromMs: number) =>
  tasks.reduce(
    (sum, { startMs, endMs }) => sum + Math.max(0, endMs - Math.max(startMs, fromMs) - longMs),
    0,
  )

async function look(browser: Browser, size: keyof typeof sizes, url: string): Promise<Seen> {
  const context = await browser.newContext(sizes[size])
  try {
    const page = await context.newPage()
    await page.addInitScript(observe)
    const session = await context.newCDPSession(page)
    await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown })
    await page.goto(url)
    await page.waitForTimeout(observedMs)
    const seen = await page.evaluate(() => window.seenByBench)
    if (!seen?.fcpMs) throw new Error('the page was not observed')
    const { fcpMs, lcpMs, cls } = seen
    return { lcpMs, cls, tbtMs: blockedSince(seen, fcpMs), blockedMs: blockedSince(seen, 0) }
  } finally {
    await context.close()
  }
}

export interface PagesOptions {
  runs: number
  /** Draws the pictures of docs/pictures/ instead. */
  draw: boolean
}

export async function benchPages({ runs, draw }: PagesOptions): Promise<void> {
  const stack = await startStack({ LOG_LEVEL: 'warn' })
  const browser = await openBrowser()
  try {
    if (draw) {
      await drawPages(browser, stack)
      return
    }
    print(`${await weigh()}\n`)
    const ids = await putFilms(stack, 2)
    const pages = { library: '/', watch: `/watch/${ids[0]}`, embed: `/embed/${ids[0]}` }
    const rows = []
    for (const [name, path] of Object.entries(pages)) {
      for (const size of ['phone', 'desk'] as const) {
        const seen: Seen[] = []
        for (let run = 0; run < runs; run++)
          seen.push(await look(browser, size, stack.origin + path))
        const of = (key: keyof Seen) => seen.map(one => one[key])
        rows.push([
          `${name}, ${size}`,
          ...[Math.round(median(of('lcpMs'))), Math.round(percentile(of('lcpMs'), 0.95))],
          ...[median(of('cls')).toFixed(3), Math.max(...of('cls')).toFixed(3)],
          ...[Math.round(median(of('tbtMs'))), Math.round(percentile(of('tbtMs'), 0.95))],
          Math.round(median(of('blockedMs'))),
        ])
      }
    }
    print(
      table(
        ['page', 'LCP ms', 'p95', 'CLS', 'most', 'TBT ms', 'p95', 'from the start'],
        [...rows, ['goal', goals.lcpMs, '', String(goals.cls), '', goals.tbtMs, '', '']],
      ),
    )
  } finally {
    await browser.close()
    await stack.stop()
  }
}

/** What a browser fetches before a page is drawn, gzipped, and what the player adds. */
async function weigh(): Promise<string> {
  const portal = join('.millrace', 'portal')
  const bytesOf = async (path: string) => gzipSync(await readFile(join(portal, path))).length
  const sum = async (paths: readonly string[]) =>
    (await Promise.all(paths.map(bytesOf))).reduce((all, bytes) => all + bytes, 0)
  const rows = []
  for (const page of ['index.html', 'embed.html']) {
    const text = await readFile(join(portal, page), 'utf8')
    const named = [...text.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(
      ([, path]) => path ?? '',
    )
    const budget = page === 'index.html' ? 60 : ''
    rows.push([
      `${page}, JavaScript`,
      (await sum(named.filter(path => path.endsWith('.js')))) / 1024,
      budget,
    ])
    rows.push([`${page}, CSS`, (await sum(named.filter(path => path.endsWith('.css')))) / 1024, ''])
  }
  const entry = await readFile(join(portal, 'index.html'), 'utf8')
  const player = await playerFiles(portal, entry)
  rows.push([
    'player, JavaScript',
    (await sum(player.filter(path => path.endsWith('.js')))) / 1024,
    190,
  ])
  return table(['gzipped', 'KiB', 'budget'], rows)
}

/** The player's own files: what the code of the page imports later, by the player's name. */
async function playerFiles(portal: string, page: string): Promise<string[]> {
  const scripts = [...page.matchAll(/assets\/[\w-]+\.js/g)].map(([path]) => path)
  const codes = await Promise.all(scripts.map(path => readFile(join(portal, path), 'utf8')))
  const named = codes.flatMap(code => [...code.matchAll(/[\w-]*player[\w-]*\.js/g)])
  const all = named.map(([name]) => `assets/${name}`)
  return [...new Set(all)].filter(path => !page.includes(path))
}
