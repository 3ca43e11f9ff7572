// The library as a person uses it, at a desk and on a phone, over the real local stack: searched, filtered, selected, deleted and
// called back, renamed; and where one is after a way to a video and back. The videos are records alone: nobody has to encode them.
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { fetchOwned } from '../../bench/owner.ts'
import { seedLibrary } from '../../bench/seed-library.ts'
import { type Stack, startStack } from '../../bench/stack.ts'
import { openBrowser } from '../../bench/viewer.ts'
import { shiftOf, watchShifts } from '../support/layout-shifts.ts'

let stack: Stack
let seeded: { videoId: string; title: string }[]

/** One for all tests: each has a context of its own. */
let browser: Browser

beforeAll(async () => {
  ;[stack, browser] = await Promise.all([startStack({ LOG_LEVEL: 'warn' }), openBrowser()])
})
afterAll(async () => {
  await browser?.close()
  await stack?.stop()
})

async function open(options: BrowserContextOptions, path = '/'): Promise<Page> {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options })
  onTestFinished(() => context.close())
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  page.on('pageerror', error => broken.push(error.message))
  await page.goto(stack.origin + path)
  return page
}
const broken: string[] = []
const desk = { viewport: { width: 1440, height: 900 } }
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }

const titles = (page: Page) => page.locator('.card-title').allTextContents()
const card = (page: Page, title: string) =>
  page.locator('.card').filter({ has: page.getByRole('heading', { name: title, exact: true }) })
const settled = (page: Page) => page.locator('.videos[aria-busy=false]').waitFor()
const focused = (page: Page) =>
  page.evaluate(
    () =>
      document.activeElement?.closest('[data-place]')?.querySelector('.card-title')?.textContent,
  )

it('an empty library says what to do, and a failed one lets try again', async () => {
  const page = await open(desk)
  await page.getByRole('heading', { name: 'Drop a video here' }).waitFor()
  seeded = await seedLibrary(stack, { videos: 130, pictured: 0 })
  await page.route('**/api/videos?*', route => route.abort())
  await page.reload()
  await page.getByRole('heading', { name: 'The library could not be loaded' }).waitFor()
  await page.unroute('**/api/videos?*')
  await page.getByRole('button', { name: 'Try again' }).click()
  await card(page, 'Lake 1').waitFor()
  await page.getByText('130 videos').waitFor()
})

it('is searched, filtered and sorted, and the address keeps it', async () => {
  const page = await open(desk)
  await card(page, 'Lake 1').waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('LÁKE 3')
  await card(page, 'Lake 33').waitFor()
  await settled(page)
  const numbers = [33, 73, 113].map(n => `Lake ${n}`)
  await expect.poll(() => titles(page)).toEqual(numbers)
  expect(new URL(page.url()).search).toBe('?q=L%C3%81KE+3')
  await page.getByLabel('Sort by').selectOption('title')
  await page.getByRole('button', { name: /^Failed/ }).click()
  await page.waitForURL('**/?q=L%C3%81KE+3&state=failed&sort=title')
  await expect.poll(() => titles(page)).toEqual(['Lake 33'])
  await page.reload()
  await expect.poll(() => titles(page)).toEqual(['Lake 33'])
  expect(await page.getByLabel('Search titles').inputValue()).toBe('LÁKE 3')

  await page.getByLabel('Search titles').fill('no such words')
  await page.getByRole('heading', { name: 'Nothing found' }).waitFor()
  await page.getByRole('button', { name: 'Show all videos' }).click()
  await card(page, 'Lake 1').waitFor()
  await page.goBack()
  await page.getByRole('heading', { name: 'Nothing found' }).waitFor()
})

it('many are selected, deleted, called back, and deleted for good when the page is left', async () => {
  const page = await open(desk)
  await card(page, 'Rome 7').waitFor()
  await page.getByLabel('Select Night train 4').click()
  await page.getByLabel('Select Interview 6').click({ modifiers: ['Shift'] })
  await page.getByRole('button', { name: 'Delete 3' }).click()
  await page.getByText('3 videos deleted').first().waitFor()
  expect(await card(page, 'Harbour 5').count()).toBe(0)
  await expect.poll(() => focused(page)).toBe('Rome 7')
  await page.getByRole('button', { name: 'Undo' }).click()
  await card(page, 'Harbour 5').waitFor()
  await expect.poll(() => focused(page)).toBe('Night train 4')

  await page.keyboard.press('Control+a')
  await page
    .getByText(/^\d+ selected$/)
    .first()
    .waitFor()
  await page.keyboard.press('Escape')
  await page.locator('.selection-bar').waitFor({ state: 'detached' })

  const gone = seeded.find(({ title }) => title === 'Harbour 5')?.videoId
  await card(page, 'Harbour 5').getByRole('button', { name: 'Delete Harbour 5' }).click()
  await page.goto('about:blank')
  const status = async () => (await fetchOwned(`${stack.origin}/api/videos/${gone}`)).status
  await expect.poll(status, { timeout: 5_000 }).toBe(404)
})

it('a title is changed in place, and the focus is where it was', async () => {
  const page = await open(desk)
  await card(page, 'Rome 7').getByRole('button', { name: 'Rename Rome 7' }).click()
  await page.keyboard.type('Roma')
  await page.keyboard.press('Enter')
  await card(page, 'Roma').waitFor()
  const label = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))
  await expect.poll(label).toBe('Rename Roma')
})

it.each([
  ['a desk', desk],
  ['a phone', phone],
])('back from a video, the place is the same, at %s', async (_, options) => {
  const page = await open(options)
  await card(page, 'Lake 1').waitFor()
  const far = card(page, 'Harbour 45').getByRole('link', { name: 'Harbour 45', exact: true }).last()
  await expect
    .poll(
      async () => {
        await page.evaluate(() => scrollBy(0, 600))
        return far.count()
      },
      { timeout: 10_000, interval: 30 },
    )
    .toBe(1)
  // In the middle, so that the click has no need to scroll.
  await far.evaluate(link => link.scrollIntoView({ block: 'center' }))
  const before = await page.evaluate(() => Math.round(scrollY))
  await far.click()
  await page.locator('main.watch').waitFor()
  await page.goBack()
  await expect.poll(() => focused(page)).toBe('Harbour 45')
  expect(Math.abs((await page.evaluate(() => Math.round(scrollY))) - before)).toBeLessThan(4)
  expect(await page.locator('.card').count()).toBeLessThan(80)
})

/** A finger on a card, until so many are said to be selected. */
async function holdCard(page: Page, selected: string) {
  const picture = card(page, 'Night train 4').locator('.card-picture')
  await picture.scrollIntoViewIfNeeded()
  const at = await picture.boundingBox()
  const touch = await page.context().newCDPSession(page)
  const point = { x: (at?.x ?? 0) + 90, y: (at?.y ?? 0) + 60 }
  await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [point] })
  await page.getByText(selected).first().waitFor()
  await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
}

it('what can be done with the selected fits on a phone in the longer language, too', async () => {
  const page = await open({ ...phone, locale: 'de-DE' })
  await holdCard(page, '1 ausgewählt')
  await page.getByRole('button', { name: 'Alle auswählen' }).click()
  const remove = await page
    .locator('.selection-bar')
    .getByRole('button', { name: /löschen$/ })
    .boundingBox()
  expect((remove?.x ?? 390) + (remove?.width ?? 390)).toBeLessThanOrEqual(phone.viewport.width - 12)
  expect(broken).toEqual([])
})

it('a finger that stays selects; the list is chosen once; nothing is wider than the phone', async () => {
  const page = await open(phone)
  await holdCard(page, '1 selected')
  await page.getByRole('button', { name: 'Clear selection' }).click()
  await page.evaluate(() => scrollTo(0, 0))
  await page.getByRole('button', { name: 'List' }).click()
  await page.locator('.rows .card').first().waitFor()
  await watchShifts(page)
  await page.reload()
  await page.locator('.rows .card').first().waitFor()
  await page.locator('.choice-count').first().waitFor()
  expect(await shiftOf(page)).toBeLessThan(0.02)
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  expect(wide).toBeLessThanOrEqual(0)
  expect(broken).toEqual([])
})
