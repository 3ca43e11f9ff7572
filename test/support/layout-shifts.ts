// How much of a page has moved by itself while it came: its cumulative layout shift.
import type { Page } from 'playwright-core'

/** From the page's next load on. */
export const watchShifts = (page: Page) =>
  page.addInitScript(() => {
    const shifts: number[] = []
    Object.assign(window, { shifts })
    new PerformanceObserver(list => {
      for (const entry of list.getEntries()) shifts.push(Reflect.get(entry, 'value'))
    }).observe({ type: 'layout-shift', buffered: true })
  })

export async function shiftOf(page: Page): Promise<number> {
  const shifts = await page.evaluate<number[]>('shifts')
  return shifts.reduce((sum, value) => sum + value, 0)
}
