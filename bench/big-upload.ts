// A large file through the portal in a real Chromium: its tab killed at 40 % and opened again; what was sent twice, whether the
// bytes are the same, what the tab's memory did; and the rate beside plain PUTs of the same parts by the same browser.
import { createReadStream } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { planParts } from '#domain/parts.ts'
import { median, table } from './figures.ts'
import { hashOf, mebibyte, randomFilm, storedHash } from './random-film.ts'
import { type Stack, startStack } from './stack.ts'
import { call } from './upload.ts'
import { openBrowser } from './viewer.ts'

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

/** Milliseconds of every task of the page's main thread that took more than 50 (the API tells of no shorter ones). */
async function longTasks(page: Page): Promise<() => Promise<number[]>> {
  await page.evaluate(() => {
    const seen: number[] = []
    const observer = new PerformanceObserver(list => {
      for (const { duration } of list.getEntries()) seen.push(Math.round(duration))
    })
    observer.observe({ type: 'longtask' })
    Object.assign(window, { longTasks: seen })
  })
  return () => page.evaluate(() => (window as unknown as { longTasks: number[] }).longTasks)
}

/** JavaScript heap of the tab, MiB, at its largest in the first half of the time until `done` and in the second. */
async function heapPeaks(page: Page, done: Promise<unknown>): Promise<[number, number]> {
  const session = await page.context().newCDPSession(page)
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
    await wait(100)
  }
  const half = seen.length >> 1
  return [Math.max(...seen.slice(0, half)), Math.max(...seen.slice(half))]
}

async function uploadOnce(browser: Browser, stack: Stack, file: string) {
  const page = await browser.newPage()
  const completed = page.waitForResponse(answer => answer.url().endsWith('/complete'), {
    timeout: 300_000,
  })
  await page.goto(stack.origin)
  await page.waitForSelector('h1')
  const blocks = await longTasks(page)
  const begun = begunUpload(page)
  await page.locator('input[type=file]').first().setInputFiles(file)
  const videoId = await begun
  const began = performance.now()
  let lastPartAt = began
  page.on('requestfinished', request => {
    if (request.method() === 'PUT') lastPartAt = performance.now()
  })
  const heap = await heapPeaks(page, completed)
  await completed
  const longest = Math.max(0, ...(await blocks()))
  const seconds = (lastPartAt - began) / 1000
  await page.close()
  await call(`${stack.origin}/api/videos/${videoId}`, { method: 'DELETE' }).catch(() => undefined)
  return { seconds, heap, longest }
}

/** The same parts by the same browser, with nothing but fetch. */
async function plainPuts(browser: Browser, stack: Stack, file: string): Promise<number> {
  const page = await browser.newPage()
  await page.goto(`${stack.origin}/health`)
  await page.evaluate(() => {
    document.body.innerHTML = '<input type="file" id="plain">'
  })
  await page.locator('#plain').setInputFiles(file)
  const { videoId, seconds } = await page.evaluate(async () => {
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
    const began = performance.now()
    const sender = async () => {
      for (let part = parts.shift(); part; part = parts.shift()) {
        const start = (part.partNumber - 1) * begun.partSize
        await fetch(part.url, { method: 'PUT', body: chosen.slice(start, start + part.size) })
      }
    }
    await Promise.all([1, 2, 3, 4].map(sender))
    return { videoId: begun.videoId as string, seconds: (performance.now() - began) / 1000 }
  })
  await page.close()
  await fetch(`${stack.origin}/api/uploads/${videoId}`, { method: 'DELETE' })
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
    timeout: 300_000,
  })
  const resumed = await choose(again, stack, file)
  await completed
  const same = (await storedHash(stack, videoId)) === (await hashOf(createReadStream(file)))
  await again.close()
  return { held, sent, same, sameUpload: resumed === videoId }
}

export async function benchUpload(options: { megabytes: number; runs: number }): Promise<void> {
  const file = await randomFilm(options.megabytes)
  const { partCount } = planParts(options.megabytes * mebibyte)
  const browser = await openBrowser()
  const stack = await startStack()
  try {
    const { held, sent, same, sameUpload } = await killedAndResumed(browser, stack, file, partCount)
    process.stdout.write(
      `${options.megabytes} MiB in ${partCount} parts, tab killed with ${held} stored: ${sent} sent after reopening (${partCount - held} were missing), ${sameUpload ? 'the same upload' : 'another upload'}, bytes ${same ? 'identical' : 'DIFFERENT'}\n`,
    )
    const portal: Awaited<ReturnType<typeof uploadOnce>>[] = []
    const plain: number[] = []
    for (let turn = 0; turn < options.runs; turn++) {
      plain.push(await plainPuts(browser, stack, file))
      portal.push(await uploadOnce(browser, stack, file))
    }
    const rate = (seconds: number) => options.megabytes / seconds
    const portalRate = rate(median(portal.map(({ seconds }) => seconds)))
    const plainRate = rate(median(plain))
    const peak = (half: 0 | 1) => Math.max(...portal.map(({ heap }) => heap[half]))
    const longest = Math.max(...portal.map(run => run.longest))
    process.stdout.write(
      `${table(
        [
          'way',
          'MiB/s',
          'ratio (goal 0.95)',
          'heap MiB, first and second half',
          'longest block, ms (goal 50)',
        ],
        [
          [
            'portal',
            portalRate,
            portalRate / plainRate,
            `${peak(0).toFixed(1)}, ${peak(1).toFixed(1)}`,
            longest === 0 ? 'below 50' : longest,
          ],
          ['plain PUTs, 4 at once', plainRate, 1, '-', '-'],
        ],
      )}\n`,
    )
  } finally {
    await stack.stop()
    await browser.close()
  }
}
