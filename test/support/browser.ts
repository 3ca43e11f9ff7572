// A real browser for a test: the Chromium that set-up found or installed, without a window, allowed to play by itself.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'
import { onTestFinished } from 'vitest'
import { signIn } from '../../bench/owner.ts'

/** Closed when the test that opened it ends. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = readFileSync(
    join(import.meta.dirname, '..', '..', '.millrace', 'chromium'),
    'utf8',
  )
  const browser = await chromium.launch({
    executablePath,
    args: [
      '--autoplay-policy=no-user-gesture-required',
      // Chromium's sandbox refuses to run as root, as containers do; the pages are our own.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      // Containers give /dev/shm 64 MB, less than a page that decodes video takes.
      '--disable-dev-shm-usage',
    ],
  })
  onTestFinished(() => browser.close())
  return signIn(browser)
}
