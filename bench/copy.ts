// What the copy lane saves: a film that is already good with it and without, from `complete` to the first frame on the screen, to
// its own size on the screen, to the whole of that rung, and to the whole film; the work of the transcoder beside it.
import { rename, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Browser } from 'playwright-core'
import type { VideoView } from '#domain/video.ts'
import { benchFolder, exists, run } from './clips.ts'
import type { Copied, WantedCopy } from './copy-worker.ts'
import { type Cell, table } from './figures.ts'
import { measure, mebibytes } from './measured.ts'
import { startPlainStore } from './plain-store.ts'
import { cpuSeconds } from './processes.ts'
import { type Stack, startStack } from './stack.ts'
import { call, upload } from './upload.ts'
import { openBrowser } from './viewer.ts'

const height = 1080
const loopSeconds = 20

/** Moving pictures under the cap of 1080p, a keyframe each two seconds, and a tone; a short one over and over, by its packets. */
async function makeGoodFilm(minutes: number): Promise<string> {
  const folder = await benchFolder()
  const path = `${folder}/good-${height}p-${minutes}min.mp4`
  if (await exists(path)) return path
  const loop = `${folder}/good-${height}p.mp4`
  if (!(await exists(loop))) {
    await run('ffmpeg', [
      ...['-nostdin', '-v', 'error', '-y'],
      ...['-f', 'lavfi', '-i', `testsrc2=size=1920x1080:rate=24:duration=${loopSeconds}`],
      ...['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-bf', '2'],
      ...['-g', '48', '-keyint_min', '48', '-sc_threshold', '0', '-crf', '22'],
      ...['-maxrate', '3500k', '-bufsize', '2M', `${loop}.partial.mp4`],
    ])
    await rename(`${loop}.partial.mp4`, loop)
  }
  const seconds = minutes * 60
  await run('ffmpeg', [
    // Whole loops: packets that are cut off at a time leave pictures out.
    ...[
      '-nostdin',
      '-v',
      'error',
      '-y',
      '-stream_loop',
      `${seconds / loopSeconds - 1}`,
      '-i',
      loop,
    ],
    ...['-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=48000:duration=${seconds}`],
    ...['-map', '0:v', '-map', '1:a', '-c:v', 'copy', '-c:a', 'aac', '-b:a', '128k'],
    ...['-movflags', '+faststart', `${path}.partial.mp4`],
  ])
  await rename(`${path}.partial.mp4`, path)
  return path
}

interface Seen {
  /** Seconds since `complete`; null: not waited for. */
  firstFrame: number
  ownSize: number | null
  ownRung: number | null
  ready: number | null
  transcoder: number | null
}

/** A viewer of the video: when the first frame was on the screen, and the first of its own size. Epoch milliseconds. */
async function watch(
  browser: Browser,
  address: string,
  signal: AbortSignal,
): Promise<{ firstFrame: Promise<number>; ownSize: Promise<number | null> }> {
  const page = await browser.newPage()
  await page.goto(address)
  const timeout = 300_000
  const firstFrame = page
    .waitForFunction(() => window.millrace?.firstFrameAt, undefined, { timeout, polling: 50 })
    .then(() => page.evaluate(() => performance.timeOrigin + (window.millrace?.firstFrameAt ?? 0)))
  const awaitOwnSize = async () => {
    await firstFrame
    while (!signal.aborted) {
      const shown = await page.evaluate(() => document.querySelector('video')?.videoHeight)
      if (shown === height) return Date.now()
      await wait(100)
    }
    return null
  }
  // A browser that is closed first has not shown it.
  return { firstFrame, ownSize: awaitOwnSize().catch(() => null) }
}

async function look(
  stack: Stack,
  browser: Browser,
  film: string,
  { whole, patience }: { whole: boolean; patience: number },
): Promise<Seen> {
  const { videoId, completedAt } = await upload(stack.origin, film)
  const since = (at: number) => (at - completedAt) / 1000
  const ended = new AbortController()
  const cpuBefore = await cpuSeconds(stack.transcoder())
  const viewer = await watch(browser, `${stack.origin}/watch/${videoId}`, ended.signal)
  const firstFrame = since(await viewer.firstFrame)
  let ownRung: number | null = null
  const read = () => call<VideoView>(`${stack.origin}/api/videos/${videoId}`)
  for (;;) {
    const video = await read()
    if (video.state === 'failed') throw new Error(video.failure?.message)
    const isWhole = video.rungs.some(rung => rung.height === height && rung.state === 'ready')
    if (isWhole) ownRung ??= since(Date.now())
    if (whole ? video.state === 'ready' : ownRung !== null || since(Date.now()) > patience) {
      const ready = whole ? since(Date.now()) : null
      await wait(ownSizeGraceMilliseconds)
      ended.abort()
      const shown = await viewer.ownSize
      const cpu = (await cpuSeconds(stack.transcoder())) - cpuBefore
      return {
        ...{ firstFrame, ownSize: shown === null ? null : since(shown), ownRung, ready },
        transcoder: whole ? cpu : null,
      }
    }
    await wait(250)
  }
}

/** The copied rung by the worker's own code, in a process of its own between a file and a store: nothing is encoded beside it. */
async function rungAlone(film: string): Promise<string> {
  const store = await startPlainStore()
  try {
    const wanted: WantedCopy = { endpoint: store.endpoint, film: resolve(film) }
    const made = await measure<WantedCopy, Copied>('copy-worker.ts', wanted)
    const { first, copied, seconds: all, cpuSeconds: cpu, ffmpegSeconds } = made
    const seconds = [first, copied, all, cpu, ffmpegSeconds].map(value => value.toFixed(1))
    const grown = mebibytes(made.peakBytes - made.idleBytes)
    return `the rung alone, ${made.parts} parts one after the other: the first put after ${seconds[0]} s, all copied and checked in ${seconds[1]} s, put too in ${seconds[2]} s; CPU of the worker ${seconds[3]} s, of FFmpeg ${seconds[4]} s; the worker at most ${grown} MiB above idle\n`
  } finally {
    store.close()
  }
}

/** A film that is not waited for: its own rung has so long, where it is copied. */
const patienceSeconds = { on: 300, off: 30 }
const ownSizeGraceMilliseconds = 3000
/** Longer films are not encoded to their end. */
const wholeMinutes = 20

export async function benchCopy({ minutes }: { minutes: number }): Promise<void> {
  const film = await makeGoodFilm(minutes)
  const { size } = await stat(film)
  process.stdout.write(await rungAlone(film))
  const rows: Cell[][] = []
  for (const lane of ['on', 'off'] as const) {
    const browser = await openBrowser()
    const stack = await startStack({ COPY_LANE: lane })
    try {
      const seen = await look(stack, browser, film, {
        whole: minutes <= wholeMinutes,
        patience: patienceSeconds[lane],
      })
      const cells = [seen.firstFrame, seen.ownSize, seen.ownRung, seen.ready, seen.transcoder]
      rows.push([lane, ...cells.map(cell => (cell === null ? '-' : cell.toFixed(1)))])
    } finally {
      await stack.stop()
      await browser.close()
    }
  }
  const head = ['lane', 'first frame s', '1080p on screen s', '1080p whole s', 'ready s', 'CPU s']
  process.stdout.write(`${minutes} min, ${(size / 1e6).toFixed(0)} MB\n${table(head, rows)}\n`)
}
