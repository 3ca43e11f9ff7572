// The pictures of docs/pictures/: every page of the portal as a person sees it, at a desk and on a phone, light and dark.
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import type { VideoView } from '#domain/video.ts'
import { accounts, doors, inviteSomebody } from './drawn-accounts.ts'
import { fetchOwned, forgetOwner } from './owner.ts'
import { putFilms, untilFinal } from './shown-films.ts'
import type { Stack } from './stack.ts'
import { call, upload } from './upload.ts'

const run = promisify(execFile)
const folder = join('docs', 'pictures')
/** Few colours are enough for a page, and a desk's width is shown at half of it. */
const colours = 256
const sizes = {
  desk: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 780 }, isMobile: true, hasTouch: true },
}

export interface Drawing {
  name: string
  path: string
  /** Brings the page into the state that is shown. */
  until(page: Page): Promise<unknown>
  /** The endings of the names that are drawn; default: all four. */
  drawn?: readonly string[]
  /** Drawn where nobody has signed in. */
  stranger?: boolean
}

const calm = `*, *::before, *::after { animation-duration: 0s !important; transition: none !important; caret-color: transparent !important }`

export async function drawPages(browser: Browser, stack: Stack): Promise<void> {
  await mkdir(folder, { recursive: true })
  const scratch = await mkdtemp(join(tmpdir(), 'millrace-pictures-'))
  try {
    await drawAll(browser, stack, scratch, [
      {
        name: 'empty',
        path: '/',
        until: page => page.locator('#empty-title').waitFor(),
      },
      ...doors,
    ])
    await inviteSomebody(browser, stack)
    const ids = await putFilms(stack)
    const notes = join(scratch, 'Shopping list.txt')
    await writeFile(notes, 'no film at all')
    await untilFinal(stack, (await upload(stack.origin, notes)).videoId)
    await drawAll(browser, stack, scratch, withFilms(ids.at(-1) ?? ''))
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

const withFilms = (videoId: string): Drawing[] => [
  { name: 'library', path: '/', until: showsPosters },
  { name: 'uploads', path: '/', until: sendsFiles },
  { name: 'watch', path: `/watch/${videoId}?t=3`, until: showsFilm },
  {
    name: 'share',
    path: `/watch/${videoId}?t=3`,
    async until(page) {
      await showsFilm(page)
      await page.getByRole('button', { name: 'Share', exact: true }).click()
    },
  },
  {
    name: 'embed',
    path: `/embed/${videoId}`,
    until: page => page.locator('.embed-poster').waitFor(),
  },
  { name: 'nothing', path: '/no/such/page', until: page => page.locator('h1').waitFor() },
  ...accounts,
]

async function showsPosters(page: Page) {
  await page.locator('.card img').first().waitFor()
  await page.waitForFunction(() =>
    [...document.querySelectorAll<HTMLImageElement>('.card img')]
      .slice(0, 4)
      .every(one => one.complete),
  )
}

async function showsFilm(page: Page) {
  await page.waitForFunction(() => window.millrace?.firstFrameAt)
  await page.evaluate(() => document.querySelector('video')?.pause())
  await page.mouse.move(300, 300)
  await page.getByText('ready').first().waitFor()
}

/** Three on their way: the store takes no byte of them meanwhile. */
async function sendsFiles(page: Page) {
  await showsPosters(page)
  await page.route('**/millrace-source/**', () => {})
  const buffer = await readFile(join('.millrace', 'bench', 'Test card.mp4'))
  const names = ['Summer, first reel.mp4', 'Grandmother’s garden.mp4', 'Interview 4.mp4']
  await page
    .locator('header input[type=file]')
    .first()
    .setInputFiles(names.map(name => ({ name, mimeType: 'video/mp4', buffer })))
  await page.locator('.uploads li').nth(2).waitFor()
}

async function drawAll(
  browser: Browser,
  stack: Stack,
  scratch: string,
  drawings: readonly Drawing[],
) {
  for (const [size, look] of Object.entries(sizes)) {
    for (const colorScheme of ['light', 'dark'] as const) {
      const options = { ...look, colorScheme, reducedMotion: 'reduce' } as const
      const ending = `${size === 'phone' ? '-phone' : ''}${colorScheme === 'dark' ? '-dark' : ''}`
      const [context, elsewhere] = [
        await browser.newContext(options),
        await browser.newContext(options),
      ]
      await forgetOwner(elsewhere)
      for (const { name, path, until, drawn, stranger } of drawings) {
        if (drawn && !drawn.includes(ending)) continue
        const page = await (stranger ? elsewhere : context).newPage()
        await page.goto(stack.origin + path)
        await until(page)
        await page.addStyleTag({ content: calm }).catch(() => {})
        await page.waitForTimeout(300)
        const file = `${name}${ending}.png`
        await page.screenshot({ path: join(scratch, file), animations: 'disabled' })
        await shrink(join(scratch, file), join(folder, file))
        // Before the page closes: what it holds back would be sent by its end.
        await dropUnfinished(stack)
        await page.close({ runBeforeUnload: false })
      }
      await context.close()
      await elsewhere.close()
    }
  }
}

async function shrink(from: string, to: string) {
  const filter = `scale='min(960,iw)':-2:flags=lanczos,split[a][b];[a]palettegen=max_colors=${colours}:stats_mode=full[p];[b][p]paletteuse=dither=sierra2_4a`
  await run('ffmpeg', ['-nostdin', '-v', 'error', '-y', '-i', from, '-vf', filter, to])
}

/** The next picture shows the library as it was before. */
async function dropUnfinished(stack: Stack) {
  const { videos } = await call<{ videos: VideoView[] }>(`${stack.origin}/api/videos?limit=50`)
  for (const { videoId, state } of videos) {
    if (state !== 'uploading') continue
    await fetchOwned(`${stack.origin}/api/uploads/${videoId}`, { method: 'DELETE' })
  }
}
