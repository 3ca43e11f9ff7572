// Uploads through the portal on bad lines, slowed down by Chromium's own emulation, broken off by a proxy: does each finish, how much was
// sent twice; then an upload cut off at each of its steps by a closed tab, a killed browser, a lost network, a killed server: is what
// arrives the same file?
import { createReadStream } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import type { CDPSession, Page, Route } from 'playwright-core'
import { planParts } from '#domain/parts.ts'
import type { VideoView } from '#domain/video.ts'
import { layLine } from './breakable-line.ts'
import { emulateLine } from './emulated-line.ts'
import { type Cell, table } from './figures.ts'
import { hashOf, mebibyte, randomFilm, storedHash } from './random-film.ts'
import { type Stack, startStack } from './stack.ts'
import { call } from './upload.ts'
import { openBrowser } from './viewer.ts'

interface Line {
  name: string
  /** Bits a second upwards. */
  up: number
  delayMilliseconds: number
  /** Every connection breaks, and none is to be had for so long, so often. */
  broken?: { seconds: number; everySeconds: number }
}

const megabit = 1_000_000
const tunnels = { seconds: 4, everySeconds: 20 }
const lines: Line[] = [
  { name: '3G, 0.75 Mbit/s, 150 ms', up: 0.75 * megabit, delayMilliseconds: 150 },
  { name: '4G, 9 Mbit/s, 60 ms', up: 9 * megabit, delayMilliseconds: 60 },
  { name: '4G, broken for 4 s every 20', up: 9 * megabit, delayMilliseconds: 60, broken: tunnels },
  { name: '40 Mbit/s, 50 ms', up: 40 * megabit, delayMilliseconds: 50 },
  {
    ...{ name: '40 Mbit/s, broken for 4 s every 20', up: 40 * megabit },
    ...{ delayMilliseconds: 50, broken: tunnels },
  },
  { name: '40 Mbit/s, 300 ms', up: 40 * megabit, delayMilliseconds: 300 },
]

/** What each line carries in about a minute, at least two parts of it, at most what was asked for. */
function megabytesFor({ up }: Line, most: number): number {
  const inAMinute = Math.round(((up / 8) * 60) / mebibyte)
  return Math.min(most, Math.max(16, inAMinute))
}

interface Counted {
  /** Parts the store has taken, and those that were begun. */
  taken: number
  begun: number
  /** Bytes that left the page, those in vain among them. */
  bytes: number
}

declare global {
  interface Window {
    counted?: Counted
  }
}

/** Runs in the page before its own code: counts what its parts send. */
function countParts() {
  const counted: Counted = { taken: 0, begun: 0, bytes: 0 }
  window.counted = counted
  const send = XMLHttpRequest.prototype.send
  XMLHttpRequest.prototype.send = function (body) {
    let seen = 0
    counted.begun += 1
    this.upload.addEventListener('progress', ({ loaded }) => {
      counted.bytes += loaded - seen
      seen = loaded
    })
    this.addEventListener('load', () => {
      if (this.status === 200) counted.taken += 1
    })
    send.call(this, body)
  }
}

async function emulate(session: CDPSession, line: Line, offline: boolean) {
  const { delayMilliseconds, up } = line
  const rates = { downBitsPerSecond: up, upBitsPerSecond: up }
  await emulateLine(session, { offline, delayMilliseconds, ...rates })
}

/** A browser whose every connection to the stack runs over lines that can be broken. */
async function behindLines(stack: Stack) {
  const addresses = [new URL(stack.origin), new URL(stack.endpoint)]
  const laid = await Promise.all(addresses.map(({ port }) => layLine(Number(port))))
  const ways = addresses.map(({ host }, index) => [host, laid[index]?.port ?? 0])
  return { browser: await openBrowser(Object.fromEntries(ways)), laid }
}

async function overLine(
  { browser, laid }: Awaited<ReturnType<typeof behindLines>>,
  stack: Stack,
  line: Line,
  most: number,
) {
  const megabytes = megabytesFor(line, most)
  const file = await randomFilm(megabytes)
  const { partCount } = planParts(megabytes * mebibyte)
  const page = await browser.newPage()
  await page.addInitScript(countParts)
  await page.goto(stack.origin)
  const session = await page.context().newCDPSession(page)
  await emulate(session, line, false)
  const brokenNow = () => laid.reduce((sum, each) => sum + each.broken(), 0)
  const brokenBefore = brokenNow()
  const began = performance.now()
  const videoId = await choose(page, file)
  const completed = completion(page)
  let over = false
  const stop = () => {
    over = true
  }
  completed.then(stop, stop)
  if (line.broken) {
    const { seconds, everySeconds } = line.broken
    while (!over) {
      await Promise.race([completed, wait((everySeconds - seconds) * 1000)])
      if (over) break
      for (const each of laid) each.break()
      await wait(seconds * 1000)
      for (const each of laid) each.mend()
    }
  }
  await completed
  const seconds = (performance.now() - began) / 1000
  const counted = await page.evaluate(() => window.counted)
  if (!counted) throw new Error('nothing was counted')
  const same = (await storedHash(stack, videoId)) === (await hashOf(createReadStream(file)))
  await page.close()
  await call(`${stack.origin}/api/videos/${videoId}`, { method: 'DELETE' }).catch(() => undefined)
  return [
    ...[line.name, megabytes, partCount, seconds, brokenNow() - brokenBefore],
    ...[counted.taken / partCount, counted.bytes / (megabytes * mebibyte)],
    same ? 'identical' : 'DIFFERENT',
  ] satisfies Cell[]
}

const patienceMilliseconds = 600_000

const completion = (page: Page) =>
  page.waitForResponse(answer => answer.url().endsWith('/complete') && answer.ok(), {
    timeout: patienceMilliseconds,
  })

/** Chooses the file; the id of the upload that is begun, or gone on with. */
async function choose(page: Page, file: string): Promise<string> {
  const begun = page.waitForResponse(
    answer => answer.request().method() === 'POST' && answer.url().endsWith('/api/uploads'),
    { timeout: 60_000 },
  )
  await page.locator('input[type=file]').first().setInputFiles(file)
  return ((await (await begun).json()) as { videoId: string }).videoId
}

/** Where an upload is when it is cut off. `lost`: the server has done it, its answer never arrives. */
const steps = {
  'beginning, answer lost': { path: /\/api\/uploads$/, lost: true },
  'first addresses asked for': { path: /\/api\/uploads\/[^/]+\/parts$/, lost: false },
  'parts on their way, 40 %': null,
  'all parts there, before «complete»': { path: /\/complete$/, lost: false },
  '«complete», answer lost': { path: /\/complete$/, lost: true },
} satisfies Record<string, { path: RegExp; lost: boolean } | null>
type Step = keyof typeof steps

const cuts = ['tab closed', 'browser killed', 'network lost', 'server killed'] as const
type Cut = (typeof cuts)[number]

const heldParts = async (stack: Stack, videoId: string) =>
  (await call<{ parts: unknown[] }>(`${stack.origin}/api/uploads/${videoId}/parts`)).parts.length

const newest = async (stack: Stack): Promise<VideoView | undefined> =>
  (await call<{ videos: VideoView[] }>(`${stack.origin}/api/videos?limit=1`)).videos[0]

/** Resolves when the upload is at the step, held there; `go` lets what is held fail as the cut would make it. */
async function holdAt(page: Page, stack: Stack, step: Step, partCount: number) {
  const point = steps[step]
  if (!point) {
    for (;;) {
      const video = await newest(stack).catch(() => undefined)
      const held = video ? await heldParts(stack, video.videoId).catch(() => 0) : 0
      if (held >= partCount * 0.4) return async () => {}
      await wait(20)
    }
  }
  const { promise, resolve } = Promise.withResolvers<Route>()
  let once = true
  await page.route(point.path, async route => {
    if (!once || route.request().method() !== 'POST') return route.continue()
    once = false
    if (point.lost) await route.fetch()
    resolve(route)
  })
  const route = await promise
  return () => route.abort('connectionreset').catch(() => undefined)
}

async function cutOff(stack: Stack, file: string, partCount: number, step: Step, cut: Cut) {
  let browser = await openBrowser()
  try {
    let page = await browser.newPage()
    const session = await page.context().newCDPSession(page)
    await page.goto(stack.origin)
    const held = holdAt(page, stack, step, partCount)
    await page.locator('input[type=file]').first().setInputFiles(file)
    const go = await held
    const reopened = cut === 'tab closed' || cut === 'browser killed'
    if (cut === 'tab closed') await page.close()
    if (cut === 'browser killed') {
      await browser.close()
      browser = await openBrowser()
    }
    if (reopened) {
      page = await browser.newPage()
      await page.goto(stack.origin)
      const video = await newest(stack)
      if (video?.state === 'uploading') {
        const done = completion(page)
        await choose(page, file)
        await done
      }
    } else {
      const line = { name: '', up: -8, delayMilliseconds: 0 }
      const lostAt = performance.now()
      const cutting = cut === 'network lost' ? emulate(session, line, true) : stack.kill()
      await go()
      const said = page.getByText(/(No network|cannot be reached)/).first()
      await said.waitFor({ timeout: 20_000 })
      const saidAfter = (performance.now() - lostAt) / 1000
      await cutting
      if (cut === 'network lost') await emulate(session, line, false)
      else await stack.restart()
      await page
        .locator('.upload a[href^="/watch/"], .upload.failed, .upload.done')
        .first()
        .waitFor({ timeout: 60_000 })
      const words = await page.locator('.upload .upload-words').allTextContents()
      return { ...(await outcome(stack, file)), saidAfter, words: words.join(' / ') }
    }
    return { ...(await outcome(stack, file)), saidAfter: null, words: '' }
  } finally {
    await browser.close()
  }
}

/** One video, its bytes those of the file; gone afterwards. */
async function outcome(stack: Stack, file: string) {
  const { videos } = await call<{ videos: VideoView[] }>(`${stack.origin}/api/videos?limit=10`)
  const live = videos.filter(video => video.state !== 'deleting')
  const [video] = live
  const same =
    video !== undefined &&
    (await storedHash(stack, video.videoId).catch(() => '')) ===
      (await hashOf(createReadStream(file)))
  for (const { videoId } of live) {
    await call(`${stack.origin}/api/uploads/${videoId}`, { method: 'DELETE' }).catch(
      () => undefined,
    )
    await call(`${stack.origin}/api/videos/${videoId}`, { method: 'DELETE' }).catch(() => undefined)
  }
  return { same, count: live.length }
}

export interface NetworkOptions {
  megabytes: number
  /** Only the first or only the second table. */
  only: 'lines' | 'kills' | null
}

export async function benchNetwork({ megabytes, only }: NetworkOptions): Promise<void> {
  const stack = await startStack({ ACCOUNTS: 'off', LOG_LEVEL: 'error' })
  try {
    if (only !== 'kills') {
      const behind = await behindLines(stack)
      const rows: Cell[][] = []
      for (const line of lines) {
        rows.push(await overLine(behind, stack, line, megabytes))
        process.stderr.write(`${rows.at(-1)?.join(', ')}\n`)
      }
      await behind.browser.close()
      for (const line of behind.laid) line.close()
      const head = ['line', 'MiB', 'parts', 'seconds', 'connections broken']
      const sent = ['parts sent ÷ needed', 'bytes sent ÷ needed']
      process.stdout.write(
        `Each line with what it carries in about a minute, at least two parts, at most ${megabytes} MiB.\n${table([...head, ...sent, 'in the store'], rows)}\n`,
      )
    }
    if (only !== 'lines') {
      const size = 96
      const file = await randomFilm(size)
      const { partCount } = planParts(size * mebibyte)
      const rows: Cell[][] = []
      for (const step of Object.keys(steps) as Step[]) {
        const row: Cell[] = [step]
        for (const cut of cuts) {
          const { same, count, saidAfter, words } = await cutOff(stack, file, partCount, step, cut)
          const videos = count === 1 ? '' : `, ${count} VIDEOS`
          const said = saidAfter === null ? '' : `, said after ${saidAfter.toFixed(1)} s`
          process.stderr.write(`${step}, ${cut}: ${same}, ${count} videos${said}\n`)
          row.push(`${same ? 'identical' : `DIFFERENT (${words})`}${videos}${said}`)
        }
        rows.push(row)
      }
      process.stdout.write(
        `${size} MiB, cut off and gone on with.\n${table(['step', ...cuts], rows)}\n`,
      )
    }
  } finally {
    await stack.stop()
  }
}
