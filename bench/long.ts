// A long film from `complete` to everything: the first frame on the screen, each rung whole, ready, the MP4, and the memory the
// transcoder and its FFmpegs take meanwhile. The store keeps its objects on the disk.
import { rm, stat } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import type { PlaybackView, VideoView } from '#domain/video.ts'
import { loopMinute } from './clips.ts'
import { type Cell, table } from './figures.ts'
import { cpuSeconds, descendantsOf, residentBytes } from './processes.ts'
import { type Stack, startStack } from './stack.ts'
import { call } from './upload.ts'
import { dropAndWatch, openBrowser } from './viewer.ts'

const mebibytesOf = async (pid: number, field: 'VmRSS' | 'VmHWM') =>
  (await residentBytes(pid, field)) / 1024 / 1024

interface Memory {
  /** Of the transcoder before the film, MiB. */
  idle: number
  /** The most it ever had. */
  worker: number
  /** The most one process below it had. */
  child: number
  /** The most all below it had at the same time. */
  children: number
}

/** Looks on until `ended`, four times a second. */
async function watchMemory(pid: number, ended: AbortSignal): Promise<Memory> {
  const memory = { idle: await mebibytesOf(pid, 'VmRSS'), worker: 0, child: 0, children: 0 }
  while (!ended.aborted) {
    const below = await descendantsOf(pid)
    const each = await Promise.all(below.map(child => mebibytesOf(child, 'VmRSS')))
    memory.child = Math.max(memory.child, ...each)
    memory.children = Math.max(
      memory.children,
      each.reduce((sum, one) => sum + one, 0),
    )
    await wait(250)
  }
  memory.worker = await mebibytesOf(pid, 'VmHWM')
  return memory
}

/** Seconds since `completedAt` at which each thing was there, in the order in which it was. */
async function milestones(stack: Stack, videoId: string, completedAt: number) {
  const rows: [string, number][] = []
  const address = `${stack.origin}/api/videos/${videoId}`
  const note = (what: string) => {
    if (!rows.some(([known]) => known === what))
      rows.push([what, (Date.now() - completedAt) / 1000])
  }
  for (;;) {
    const video = await call<VideoView>(address)
    if (video.state === 'failed') throw new Error(video.failure?.message)
    for (const { height, state } of video.rungs) if (state === 'ready') note(`${height}p whole`)
    if (video.state === 'ready') {
      note('ready, checked')
      const { mp4Url } = await call<PlaybackView>(`${address}/playback`, { method: 'POST' })
      if (mp4Url) {
        note('MP4')
        return rows
      }
    }
    await wait(250)
  }
}

export async function benchLong(options: {
  clip: string | undefined
  minutes: number
  height: number
}): Promise<void> {
  const { clip, minutes, height } = options
  const film = await loopMinute({ clip, height }, minutes, 'mp4')
  const megabytes = Math.round((await stat(film)).size / 1e6)
  const browser = await openBrowser()
  const stack = await startStack({ ACCOUNTS: 'off' })
  try {
    const ended = new AbortController()
    const pid = stack.transcoder()
    const cpuBefore = await cpuSeconds(pid)
    const watching = watchMemory(pid, ended.signal)
    const page = await browser.newPage()
    const seen = await dropAndWatch(page, stack.origin, film)
    // Nobody watches on: what a player costs is no part of this.
    await page.close()
    const firstFrame = (seen.firstFrameAt - seen.completedAt) / 1000
    const rows = await milestones(stack, seen.videoId, seen.completedAt)
    ended.abort()
    const memory = await watching
    const cpu = (await cpuSeconds(pid)) - cpuBefore
    const figures: Cell[][] = [['first frame', firstFrame], ...rows]
    const mebibytes: Cell[][] = [
      ['transcoder, idle', Math.round(memory.idle)],
      ['transcoder, at most', Math.round(memory.worker)],
      ['one FFmpeg, at most', Math.round(memory.child)],
      ['all FFmpegs at a time, at most', Math.round(memory.children)],
    ]
    process.stdout.write(
      `${minutes} min of ${height}p (${megabytes} MB), ${cpu.toFixed(0)} CPU s\n${table(['', 'seconds'], figures)}\n\n${table(['memory', 'MiB'], mebibytes)}\n`,
    )
  } finally {
    await stack.stop()
    await browser.close()
    await rm(film)
  }
}
