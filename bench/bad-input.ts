// What a portal meets from people and their machines: strange names, empty and false files, files that vanish, a full store, a second tab,
// a wrong clock, two hundred files at once. Each with what the person reads, and whether another upload beside it still arrives.
import { copyFile, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import type { VideoView } from '#domain/video.ts'
import { emulateLine } from './emulated-line.ts'
import { type Cell, table } from './figures.ts'
import { noteLongTasks } from './long-tasks.ts'
import { randomFilm } from './random-film.ts'
import { type Stack, startStack } from './stack.ts'
import { call } from './upload.ts'
import { openBrowser } from './viewer.ts'

interface Desk {
  page: Page
  stack: Stack
  /** A folder of its own. */
  folder: string
  /** A film of 24 MiB in it. */
  film: string
}

/** What the row or the notice says. */
type Trial = (desk: Desk) => Promise<string>

const choose = (page: Page, ...files: string[]) =>
  page.locator('input[type=file]').first().setInputFiles(files)

const words = (page: Page) => page.locator('.uploads .upload .upload-words').last()

async function failure(page: Page): Promise<string> {
  const failed = page.locator('.uploads .upload.failed .upload-words').last()
  await failed.waitFor({ timeout: 90_000 })
  return (await failed.textContent()) ?? ''
}

async function slowly(page: Page) {
  const session = await page.context().newCDPSession(page)
  await emulateLine(session, { upBitsPerSecond: 32_000_000 })
}

/** Files that no disk could hold by these names, dropped as a page would get them. */
function dropNamed(page: Page, names: readonly string[]) {
  return page.evaluate(list => {
    const transfer = new DataTransfer()
    const head = new TextEncoder().encode('\0\0\0\x10ftypisom\0\0\0\0\0\0\0\0mdat')
    for (const name of list) transfer.items.add(new File([head, name], name, { type: 'video/mp4' }))
    for (const step of ['dragover', 'drop']) {
      const init = { bubbles: true, cancelable: true, dataTransfer: transfer }
      document.body.dispatchEvent(new DragEvent(step, init))
    }
  }, names)
}

const completion = (page: Page) =>
  page.waitForResponse(answer => answer.url().endsWith('/complete') && answer.ok(), {
    timeout: 90_000,
  })

async function titleOf(name: string, { page, stack }: Desk): Promise<string> {
  const done = completion(page)
  await dropNamed(page, [name])
  await done
  const { videos } = await call<{ videos: VideoView[] }>(`${stack.origin}/api/videos?limit=1`)
  const title = videos[0]?.title ?? ''
  return `arrives as “${title.length > 60 ? `${title.slice(0, 20)}… (${title.length} characters)` : title}”`
}

async function twoHundred({ page }: Desk): Promise<string> {
  const longTasks = await noteLongTasks(page)
  const names = Array.from({ length: 200 }, (_, n) => `holiday ${n + 1}.mp4`)
  await dropNamed(page, names)
  await page.waitForFunction(() => document.querySelectorAll('.uploads .upload').length === 200)
  await page.waitForFunction(
    () => document.querySelector('.upload-total')?.textContent?.match(/^[1-9]\d* of 200/),
    undefined,
    { timeout: 60_000 },
  )
  const longest = Math.max(0, ...(await longTasks()))
  return `200 rows, all taken up in their order; longest block ${longest === 0 ? 'below 50' : longest} ms`
}

const trials: Record<string, Trial> = {
  'a file of 0 bytes': async ({ page, folder }) => {
    await writeFile(join(folder, 'empty.mp4'), '')
    await choose(page, join(folder, 'empty.mp4'))
    return failure(page)
  },
  'a text called .mp4': async ({ page, folder }) => {
    await writeFile(join(folder, 'letter.mp4'), 'Dear all,')
    await choose(page, join(folder, 'letter.mp4'))
    return failure(page)
  },
  'a playlist called .ts': async ({ page, folder }) => {
    await writeFile(join(folder, 'list.ts'), '#EXTM3U\nhttp://elsewhere/')
    await choose(page, join(folder, 'list.ts'))
    return failure(page)
  },
  'a name with emoji and quotes': desk => titleOf(`🎬 "it's" <b>bold</b> & more.mp4`, desk),
  'a name with ../': desk => titleOf('../../etc/passwd.mp4', desk),
  'a name of 300 characters': desk => titleOf(`${'x'.repeat(296)}.mp4`, desk),
  'deleted from the disk meanwhile': async ({ page, film }) => {
    await slowly(page)
    await choose(page, film)
    await words(page).getByText('Uploading').waitFor()
    await rm(film)
    return failure(page)
  },
  'changed on the disk meanwhile': async ({ page, film }) => {
    await slowly(page)
    await choose(page, film)
    await words(page).getByText('Uploading').waitFor()
    await writeFile(film, 'something else')
    await utimes(film, new Date(), new Date())
    return failure(page)
  },
  'the store is full': async ({ page, film }) => {
    const headers = { 'access-control-allow-origin': '*' }
    await page.route(/uploadId=/, route =>
      route.request().method() === 'PUT'
        ? route.fulfill({ status: 507, body: '<Code>InsufficientStorage</Code>', headers })
        : route.continue(),
    )
    await choose(page, film)
    return failure(page)
  },
  'the same file in two tabs': async ({ page, stack, film }) => {
    await slowly(page)
    await choose(page, film)
    await words(page).getByText('Uploading').waitFor()
    const second = await page.context().newPage()
    await second.goto(stack.origin)
    await choose(second, film)
    const said = await failure(second)
    await second.close()
    return said
  },
  'a clock off by a day': async ({ page, stack, film }) => {
    await page.addInitScript(() => {
      const now = Date.now
      Date.now = () => now() + 24 * 3600 * 1000
    })
    await page.goto(stack.origin)
    const done = completion(page)
    await choose(page, film)
    await done
    return 'arrives'
  },
  'two hundred files at once': twoHundred,
}

async function restLives({ page, stack }: Desk): Promise<boolean> {
  await page.unrouteAll()
  await page.goto(stack.origin)
  const done = completion(page)
  await dropNamed(page, [`beside ${Date.now()}.mp4`])
  return done.then(
    () => true,
    () => false,
  )
}

async function runTrial(browser: Browser, name: string, trial: Trial): Promise<Cell[]> {
  const stack = await startStack({ LOG_LEVEL: 'error' })
  const folder = await mkdtemp(join(tmpdir(), 'millrace-bench-'))
  const film = join(folder, 'film.mp4')
  await copyFile(await randomFilm(24), film)
  const context = await browser.newContext({ locale: 'en-GB' })
  const page = await context.newPage()
  const broken: string[] = []
  page.on('pageerror', error => broken.push(error.message))
  try {
    await page.goto(stack.origin)
    const desk = { page, stack, folder, film }
    const said = await trial(desk).catch((thrown: unknown) => `NOTHING: ${String(thrown)}`)
    const lives = await restLives(desk)
    process.stderr.write(`${name}: ${said}\n`)
    return [name, said, lives && broken.length === 0 ? 'yes' : `NO ${broken.join(' ')}`]
  } finally {
    await context.close()
    await stack.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

export async function benchBadInput(): Promise<void> {
  const browser = await openBrowser()
  const rows: Cell[][] = []
  for (const [name, trial] of Object.entries(trials))
    rows.push(await runTrial(browser, name, trial))
  await browser.close()
  process.stdout.write(
    `${table(['what', 'what the person reads', 'the next upload arrives'], rows)}\n`,
  )
}
