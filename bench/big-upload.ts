// A large file through the portal in a real Chromium: its tab killed at 40 % and opened again; what was sent twice, whether the
// bytes are the same, what the tab's memory did; and the rate beside plain PUTs of the same parts by the same browser, as fast as the
// machine goes and on a fast line.
import { execFile } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Browser, CDPSession, Page } from 'playwright-core'
import { planParts } from '#domain/parts.ts'
import { emulateLine } from './emulated-line.ts'
import { type Cell, median, table } from './figures.ts'
import { noteLongTasks } from './long-tasks.ts'
import { fetchOwned } from './owner.ts'
import { hashOf, mebibyte, randomFilm, storedHash } from './random-film.ts'
import { type Stack, startStack } from './stack.ts'
import { call } from './upload.ts'
import { openBrowser } from './viewer.ts'

const patienceMilliseconds = 300_000

const heldParts = async (stack: Stack, videoId: string) =>
  (await call<{ parts: unknown[] }>(`${stack.origin}/api/uploads/${videoId}/parts`)).parts.length

/** The upload that the page begins. */
const begunUpload = async (page: Page): Promise<string> => {
  const answer = await page.waitForResponse(
    response => response.request().method() === 'POST' && response.url().endsWith('/api/uploads'),
  )
  return ((await answer.json()) as { videoId: string }).videoId
}

async function choose(page: Page, stack: Stack, file: string): Promise<string> {
  await page.goto(stack.origin)
  const begun = begunUpload(page)
  await page.locator('input[type=file]').first().setInputFiles(file)
  return begun
}

const lookEveryMilliseconds = 250

/** JavaScript heap of the tab, MiB, at its largest in the first half of the time until `done` and in the second. */
async function heapPeaks(session: CDPSession, done: Promise<unknown>): Promise<[number, number]> {
  await session.send('Performance.enable')
  const seen: number[] = []
  let going = true
  const stop = () => {
    going = false
  }
  done.then(stop, stop)
  while (going) {
    const { metrics } = await session.send('Performance.getMetrics')
    const used = metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0
    seen.push(used / mebibyte)
    await wait(lookEveryMilliseconds)
  }
  const half = seen.length >> 1
  return [Math.max(...seen.slice(0, half)), Math.max(...seen.slice(half))]
}

interface Line {
  name: string
  bitsPerSecond: number
  delayMilliseconds: number
  megabytes: number
}

/** Faster than most homes have, slower than this machine. */
const fibre: Line = {
  name: '200 Mbit/s, 20 ms',
  bitsPerSecond: 200_000_000,
  delayMilliseconds: 20,
  megabytes: 256,
}

async function openPage(browser: Browser, address: string, line: Line | null) {
  const page = await browser.newPage()
  // Of 250, as browsers have it, nothing would be left at the end of a large file.
  await page.addInitScript(() => performance.setResourceTimingBufferSize(50_000))
  await page.goto(address)
  // What the page does for itself at its start is no part of the upload.
  await page.waitForLoadState('networkidle')
  const session = await page.context().newCDPSession(page)
  if (line) {
    const { bitsPerSecond, delayMilliseconds } = line
    const rates = { downBitsPerSecond: bitsPerSecond, upBitsPerSecond: bitsPerSecond }
    await emulateLine(session, { delayMilliseconds, ...rates })
  }
  return { page, session }
}

/** By the browser's own clock, for both ways alike: until the last part has been answered. */
const secondsOfParts = (page: Page, since: 'begun' | 'first part') =>
  page.evaluate(from => {
    const all = performance.getEntriesByType('resource') as PerformanceResourceTiming[]
    const parts = all.filter(({ name }) => name.includes('partNumber='))
    const begun = all.find(({ name }) => name.endsWith('/api/uploads'))?.responseEnd ?? 0
    const first = Math.min(...parts.map(({ startTime }) => startTime))
    const last = Math.max(...parts.map(({ responseEnd }) => responseEnd))
    return (last - (from === 'begun' ? begun : first)) / 1000
  }, since)

/** What the portal takes from the moment it knows its upload; waiting for the first addresses is its own. */
async function uploadOnce(browser: Browser, stack: Stack, file: string, line: Line | null) {
  const { page, session } = await openPage(browser, stack.origin, line)
  const asked = page.waitForRequest(request => request.url().endsWith('/complete'), {
    timeout: patienceMilliseconds,
  })
  const completed = page.waitForResponse(answer => answer.url().endsWith('/complete'), {
    timeout: patienceMilliseconds,
  })
  const blocks = await noteLongTasks(page)
  const begun = begunUpload(page)
  await page.locator('input[type=file]').first().setInputFiles(file)
  const videoId = await begun
  const heap = await heapPeaks(session, asked)
  const longest = Math.max(0, ...(await blocks()))
  const seconds = await secondsOfParts(page, 'begun')
  await completed
  await page.close()
  await deleteVideo(stack, videoId)
  return { seconds, heap, longest }
}

/** Resolves when nothing works on it any more. */
async function deleteVideo(stack: Stack, videoId: string) {
  const address = `${stack.origin}/api/videos/${videoId}`
  await fetch(address, { method: 'DELETE' })
  while ((await fetch(address)).ok) await wait(lookEveryMilliseconds)
}

/** The same parts by the same browser, with nothing but fetch, all addresses known before. */
async function plainPuts(browser: Browser, stack: Stack, file: string, line: Line | null) {
  const { page } = await openPage(browser, `${stack.origin}/health`, line)
  await page.evaluate(() => {
    document.body.innerHTML = '<input type="file" id="plain">'
  })
  await page.locator('#plain').setInputFiles(file)
  const videoId = await page.evaluate(async () => {
    const post = async (path: string, body: unknown) =>
      (
        await fetch(path, {
          method: 'POST',
          body: JSON.stringify(body),
          headers: { 'content-type': 'application/json' },
        })
      ).json()
    const chosen = (document.querySelector('#plain') as HTMLInputElement).files?.[0] as File
    const begun = await post('/api/uploads', {
      name: 'plain.bin',
      size: chosen.size,
      type: 'application/octet-stream',
      fingerprint: `plain-${Math.random()}`,
    })
    const partNumbers = Array.from({ length: begun.partCount }, (_, index) => index + 1)
    const parts: { partNumber: number; url: string; size: number }[] = []
    // A call takes a hundred.
    while (partNumbers.length > 0) {
      const wanted = { partNumbers: partNumbers.splice(0, 100) }
      parts.push(...(await post(`/api/uploads/${begun.videoId}/parts`, wanted)).parts)
    }
    const sender = async () => {
      for (let part = parts.shift(); part; part = parts.shift()) {
        const start = (part.partNumber - 1) * begun.partSize
        await fetch(part.url, { method: 'PUT', body: chosen.slice(start, start + part.size) })
      }
    }
    await Promise.all([1, 2, 3, 4].map(sender))
    return begun.videoId as string
  })
  const seconds = await secondsOfParts(page, 'first part')
  await page.close()
  await fetchOwned(`${stack.origin}/api/uploads/${videoId}`, { method: 'DELETE' })
  return seconds
}

async function killedAndResumed(browser: Browser, stack: Stack, file: string, partCount: number) {
  const page = await browser.newPage()
  const videoId = await choose(page, stack, file)
  while ((await heldParts(stack, videoId)) < partCount * 0.4) await wait(20)
  await page.close()
  const held = await heldParts(stack, videoId)
  const again = await browser.newPage()
  let sent = 0
  again.on('requestfinished', request => {
    if (request.method() === 'PUT') sent += 1
  })
  const completed = again.waitForResponse(answer => answer.url().endsWith('/complete'), {
    timeout: patienceMilliseconds,
  })
  const resumed = await choose(again, stack, file)
  await completed
  const same = (await storedHash(stack, videoId)) === (await hashOf(createReadStream(file)))
  await again.close()
  return { held, sent, same, sameUpload: resumed === videoId }
}

async function compare(
  browser: Browser,
  stack: Stack,
  line: Line | null,
  { megabytes: most, runs }: UploadOptions,
): Promise<Cell[][]> {
  const megabytes = Math.min(most, line?.megabytes ?? most)
  const file = await randomFilm(megabytes)
  const portal: Awaited<ReturnType<typeof uploadOnce>>[] = []
  const plain: number[] = []
  for (let turn = 0; turn < runs; turn++) {
    const ways = [
      async () => plain.push(await plainPuts(browser, stack, file, line)),
      async () => portal.push(await uploadOnce(browser, stack, file, line)),
    ]
    // Whoever comes second finds another machine: each is it equally often, and what the first left to the disk is written.
    for (const way of turn % 2 === 0 ? ways : ways.reverse()) {
      await promisify(execFile)('sync')
      await way()
    }
    const [last, lastPlain] = [portal.at(-1)?.seconds ?? 0, plain.at(-1) ?? 0]
    process.stderr.write(`portal ${last.toFixed(2)} s, plain ${lastPlain.toFixed(2)} s\n`)
  }
  const portalRate = megabytes / median(portal.map(({ seconds }) => seconds))
  const plainRate = megabytes / median(plain)
  const peak = (half: 0 | 1) => Math.max(...portal.map(({ heap }) => heap[half]))
  const longest = Math.max(...portal.map(run => run.longest))
  const where = line ? `, ${line.name}` : ''
  const heap = `${peak(0).toFixed(1)}, ${peak(1).toFixed(1)}`
  const block = longest === 0 ? 'below 50' : longest
  return [
    [`portal${where}`, megabytes, portalRate, portalRate / plainRate, heap, block],
    [`plain PUTs, 4 at once${where}`, megabytes, plainRate, 1, '-', '-'],
  ]
}

export interface UploadOptions {
  megabytes: number
  runs: number
}

export async function benchUpload(options: UploadOptions): Promise<void> {
  const file = await randomFilm(options.megabytes)
  const { partCount } = planParts(options.megabytes * mebibyte)
  const browser = await openBrowser()
  const stack = await startStack()
  try {
    const { held, sent, same, sameUpload } = await killedAndResumed(browser, stack, file, partCount)
    process.stdout.write(
      `${options.megabytes} MiB in ${partCount} parts, tab killed with ${held} stored: ${sent} sent after reopening (${partCount - held} were missing), ${sameUpload ? 'the same upload' : 'another upload'}, bytes ${same ? 'identical' : 'DIFFERENT'}\n`,
    )
    const rows = [
      ...(await compare(browser, stack, null, options)),
      ...(await compare(browser, stack, fibre, options)),
    ]
    const [rate, ratio, heap] = ['MiB/s', 'ratio (goal 0.95)', 'heap MiB, first and second half']
    const head = ['way', 'MiB', rate, ratio, heap, 'longest block, ms (goal 50)']
    process.stdout.write(
      `Each in turn with the other, ${options.runs} times; medians. Plain PUTs have their addresses before they begin.\n${table(head, rows)}\n`,
    )
  } finally {
    await stack.stop()
    await browser.close()
  }
}
