// How long a person waits: from `complete` answered to the first frame on the screen in Chromium, with the share of each step,
// then watched to the end with stalls counted; and the same for a second clip while a long film is encoded.
import { rm, stat } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import type { VideoView } from '#domain/video.ts'
import { type LoopedContainer, loopMinute, makeClip } from './clips.ts'
import { median, percentile, table } from './figures.ts'
import { fetchOwned } from './owner.ts'
import { type LogLine, type Stack, startStack } from './stack.ts'
import { call, upload } from './upload.ts'
import { dropAndWatch, type FirstFrame, openBrowser, type Watched, watchToEnd } from './viewer.ts'

const steps = ['queue', 'probe', 'encode', 'publish', 'playlist', 'player', 'whole'] as const
type Steps = Record<(typeof steps)[number], number>

/** Seconds of each step. The player's last step holds whatever ran beside the others. */
function stepsOf(seen: FirstFrame, log: readonly LogLine[]): Steps {
  const done = log.find(
    line =>
      line.message === 'task done' && line['task'] === 'inspect' && line['video'] === seen.videoId,
  )
  const field = (name: string) => Number(done?.[name] ?? Number.NaN)
  const began = (done?.at ?? Number.NaN) - field('seconds') * 1000
  const recorded =
    began + (field('probeSeconds') + field('encodeSeconds') + field('publishSeconds')) * 1000
  return {
    queue: (began - seen.completedAt) / 1000,
    probe: field('probeSeconds'),
    encode: field('encodeSeconds'),
    publish: field('publishSeconds'),
    playlist: (seen.playlistAt - recorded) / 1000,
    player: (seen.firstFrameAt - seen.playlistAt) / 1000,
    whole: (seen.firstFrameAt - seen.completedAt) / 1000,
  }
}

function stepTable(title: string, runs: readonly Steps[]): string {
  const figure = (read: (values: number[]) => number) =>
    steps.map(step => read(runs.map(run => run[step])))
  return `${title}\n${table(
    ['', ...steps],
    [
      ['median s', ...figure(median)],
      ['p95 s', ...figure(values => percentile(values, 0.95))],
    ],
  )}\n`
}

async function until(
  stack: Stack,
  videoId: string,
  wanted: (video: VideoView) => boolean,
): Promise<void> {
  for (;;) {
    const video = await call<VideoView>(`${stack.origin}/api/videos/${videoId}`)
    if (video.state === 'failed') throw new Error(video.failure?.message)
    if (wanted(video)) return
    await wait(200)
  }
}

const print = (text: string) => process.stdout.write(`${text}\n`)

function watchedLine(title: string, { seconds, stalls, errors, ended, heights }: Watched): string {
  return `${title}: ${stalls} stalls, ${errors.length} player errors, ${ended ? 'played to the end' : `stopped at ${seconds.toFixed(1)} s`}, heights on screen ${heights.join(' → ')}`
}

const goodGop = 48

/** Films of so many minutes are not waited for: each is deleted once its first frame was seen. */
async function benchFilm(options: {
  clip: string | undefined
  runs: number
  minutes: number
  container: LoopedContainer
}): Promise<void> {
  const { clip, minutes, container, runs } = options
  const what = { clip, height: 720 }
  const look = async (film: string, title: string, lane: 'on' | 'off') => {
    const megabytes = Math.round((await stat(film)).size / 1e6)
    const steps = await firstFrames(film, runs, lane)
    await rm(film)
    print(
      stepTable(`${minutes} min in ${container} (${megabytes} MB), ${title}, ${runs} runs`, steps),
    )
  }
  await look(await loopMinute(what, minutes, container), 'encoded', 'off')
  if (container !== 'mp4') return
  const good = { ...what, keyframeEvery: goodGop }
  await look(await loopMinute(good, minutes, container), 'copied', 'on')
}

/** The steps to the first frame of one film, uploaded so many times. */
function firstFrames(film: string, runs: number, lane: 'on' | 'off'): Promise<Steps[]> {
  return withViewer({ COPY_LANE: lane }, async (stack, page) => {
    const known: string[] = []
    const all: Steps[] = []
    while (all.length < runs) {
      const seen = await dropAndWatch(page, stack.origin, film, known)
      known.push(seen.videoId)
      const isInspected = () => !Number.isNaN(stepsOf(seen, stack.log).encode)
      while (!isInspected()) await wait(100)
      all.push(stepsOf(seen, stack.log))
      const deleted = await fetchOwned(`${stack.origin}/api/videos/${seen.videoId}`, {
        method: 'DELETE',
      })
      if (!deleted.ok) throw new Error(`not deleted: ${deleted.status}`)
      await untilIdle(stack)
    }
    return all
  })
}

/** A stack, and a page of a browser that is looking at nothing yet. */
async function withViewer<T>(
  env: Record<string, string>,
  work: (stack: Stack, page: Page) => Promise<T>,
): Promise<T> {
  const browser = await openBrowser()
  const stack = await startStack({ ACCOUNTS: 'off', ...env })
  try {
    return await work(stack, await browser.newPage())
  } finally {
    await stack.stop()
    await browser.close()
  }
}

/** What is at work for a deleted film ends by itself. */
async function untilIdle(stack: Stack): Promise<void> {
  const quietMilliseconds = 5000
  for (let lines = -1; lines !== stack.log.length; ) {
    lines = stack.log.length
    await wait(quietMilliseconds)
  }
}

export async function benchFirstFrame(options: {
  clip: string | undefined
  seconds: number
  runs: number
  /** Watch the short and the long film to their ends, in real time. */
  watch: boolean
  /** Of one film, whose first frame is all that is measured. */
  minutes: number | null
  /** What that film comes in. */
  container: LoopedContainer
}): Promise<void> {
  const { minutes } = options
  if (minutes !== null) return benchFilm({ ...options, minutes })
  const short = options.clip ?? (await makeClip({ clip: undefined, height: 720, seconds: 52 }))
  const long = await makeClip({ clip: options.clip, height: 1080, seconds: options.seconds })
  await withViewer({}, async (stack, page) => {
    const known: string[] = []
    const runs: Steps[] = []
    for (let turn = 0; turn < options.runs; turn++) {
      const seen = await dropAndWatch(page, stack.origin, short, known)
      known.push(seen.videoId)
      if (options.watch && turn === 0) print(watchedLine('short film', await watchToEnd(page, 180)))
      await until(stack, seen.videoId, ({ state }) => state === 'ready')
      runs.push(stepsOf(seen, stack.log))
    }
    print(stepTable(`first frame, ${options.runs} runs, ${availableParallelism()} cores`, runs))

    const film = await upload(stack.origin, long)
    known.push(film.videoId)
    await until(stack, film.videoId, ({ ratio }) => ratio > 0.05)
    const second = await dropAndWatch(page, stack.origin, short, known)
    known.push(second.videoId)
    await until(stack, second.videoId, ({ state }) => state === 'ready')
    print(
      stepTable(`first frame of a second clip while ${options.seconds} s of 1080p are encoded`, [
        stepsOf(second, stack.log),
      ]),
    )
    await until(stack, film.videoId, ({ state }) => state === 'ready')

    if (options.watch) {
      await dropAndWatch(page, stack.origin, long, known)
      print(watchedLine('long film', await watchToEnd(page, options.seconds + 120)))
    }
  })
}
