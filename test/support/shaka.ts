// A second opinion on the playlists: shaka-player, the debug build, which says everything it is unsure of.
import { createRequire } from 'node:module'
import type { Browser } from 'playwright-core'

const script = createRequire(import.meta.url).resolve(
  'shaka-player/dist/shaka-player.compiled.debug.js',
)

export interface ShakaViewing {
  /** The rungs it offers: short sides, rising. */
  heights: number[]
  seconds: number
  /** All that it, or the browser, printed as a warning or an error. */
  complaints: string[]
}

interface ShakaPlayer {
  attach(video: HTMLVideoElement): Promise<void>
  load(url: string): Promise<void>
  getVariantTracks(): { height: number; width: number }[]
  destroy(): Promise<void>
}

/** Plays a film from its first frame to its last at four times its speed. @throws what the player refuses. */
export async function watchWithShaka(
  browser: Browser,
  { origin, url, timeoutSeconds }: { origin: string; url: string; timeoutSeconds: number },
): Promise<ShakaViewing> {
  const page = await browser.newPage()
  const complaints: string[] = []
  page.on('pageerror', error => complaints.push(error.message))
  page.on('console', line => {
    if (line.type() === 'warning' || line.type() === 'error') complaints.push(line.text())
  })
  // A page of nobody's own, at the address that films come from.
  const blank = `${origin}/shaka`
  const body = '<!doctype html><link rel="icon" href="data:,">'
  await page.route(blank, route => route.fulfill({ contentType: 'text/html', body }))
  await page.goto(blank)
  await page.addScriptTag({ path: script })
  page.setDefaultTimeout(timeoutSeconds * 1000)
  const seen = await page.evaluate(async address => {
    const { shaka } = window as unknown as { shaka: { Player: new () => ShakaPlayer } }
    const video = document.body.appendChild(document.createElement('video'))
    video.muted = true
    const player = new shaka.Player()
    await player.attach(video)
    await player.load(address)
    const heights = player.getVariantTracks().map(track => Math.min(track.height, track.width))
    const ended = new Promise((resolve, reject) => {
      video.addEventListener('ended', resolve, { once: true })
      video.addEventListener('error', () => reject(video.error), { once: true })
    })
    video.playbackRate = 4
    await video.play()
    await ended
    const seconds = video.currentTime
    await player.destroy()
    return { heights, seconds }
  }, url)
  await page.close()
  return { ...seen, heights: [...new Set(seen.heights)].sort((a, b) => a - b), complaints }
}
