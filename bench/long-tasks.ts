// How long a page could not answer: the tasks of its main thread that took more than 50 ms (the API tells of no shorter ones).
import type { Page } from 'playwright-core'

declare global {
  interface Window {
    longTasks?: number[]
  }
}

/** From now on; resolves to how to read their milliseconds. */
export async function noteLongTasks(page: Page): Promise<() => Promise<number[]>> {
  await page.evaluate(() => {
    const tasks: number[] = []
    window.longTasks = tasks
    new PerformanceObserver(list => {
      for (const { duration } of list.getEntries()) tasks.push(Math.round(duration))
    }).observe({ type: 'longtask' })
  })
  return () => page.evaluate(() => window.longTasks ?? [])
}
