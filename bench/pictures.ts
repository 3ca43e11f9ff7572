// What poster, storyboard and I-frame playlists of a long film cost: seconds, and what they ask the store for. The film is one
// minute over and over, in each container; the range server reads it from the disk, so that no network takes part.
import { createReadStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultLimits } from '#domain/limits.ts'
import type { Plan } from '#domain/plan.ts'
import { sniffContainer, sniffedBytes } from '#domain/sniff.ts'
import { silentLog } from '#platform/log.ts'
import { ffmpegPath, ffprobePath } from '../test/support/media.ts'
import { syntheticFilm } from '../test/support/synthetic-hour.ts'
import { createFfmpeg } from '../transcoder/ffmpeg.ts'
import { finalPlaylists } from '../transcoder/finish.ts'
import { makePoster, makeStoryboard, type PictureRun } from '../transcoder/pictures.ts'
import { planAttempt } from '../transcoder/plan-attempt.ts'
import { probeSource } from '../transcoder/probe.ts'
import { createSourceServer, type SourceServer } from '../transcoder/source-server.ts'
import { run as runProgram } from './clips.ts'
import { type Cell, table } from './figures.ts'

const containers = ['mp4', 'mkv', 'ts']
const mebibyte = 1024 * 1024
const videoId = 'v_0123456789abcdefghijkl'
const ffmpeg = createFfmpeg({ ffmpegPath, ffprobePath, log: silentLog })

/** A minute of 1080p24 at 4 Mb/s with a keyframe each 10 s or so. */
async function makeMinute(clip: string | undefined, path: string): Promise<void> {
  const input = clip
    ? ['-stream_loop', '-1', '-i', clip, '-map', '0:v:0', '-map', '0:a:0?']
    : [
        ...['-f', 'lavfi', '-i', 'testsrc2=size=1920x1080:rate=24'],
        ...['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000'],
      ]
  await runProgram('ffmpeg', [
    ...['-nostdin', '-v', 'error', ...input, '-t', '60', '-vf', 'scale=-2:1080', '-r', '24'],
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-b:v', '4M', '-pix_fmt', 'yuv420p'],
    ...['-c:a', 'aac', '-b:a', '128k', path],
  ])
}

async function planOf(server: SourceServer, path: string) {
  const { size: sizeBytes } = await stat(path)
  const source = { key: path, etag: '"1"', sizeBytes }
  const { url: input, read, close } = server.open(source)
  const demuxer = sniffContainer(await read(0, sniffedBytes))
  const signal = new AbortController().signal
  const limits = defaultLimits
  const probe = await probeSource({ input, read, sizeBytes, demuxer, ffmpeg, limits, signal })
  close()
  return planAttempt({
    ...{ videoId, attempt: 1, engine: 'ffmpeg', encoder: 'bench', copyLane: false },
    source: { ...source, demuxer },
    ...{ probe, limits },
  })
}

/** With a server of its own: nothing is kept in memory from earlier work. */
async function withServer<T>(work: (server: SourceServer) => Promise<T>): Promise<T> {
  const server = await createSourceServer({
    readRange: async (key, { start, end }) => createReadStream(key, { start, end }),
    log: silentLog,
  })
  try {
    return await work(server)
  } finally {
    server.close()
  }
}

/** Seconds, CPU seconds of FFmpeg, requests, MiB. */
const costOf = (plan: Plan, folder: string, work: (making: PictureRun) => Promise<unknown>) =>
  withServer(async (server): Promise<Cell[]> => {
    const opened = server.open(plan.source)
    const began = performance.now()
    let cpu = 0
    await work({
      ...{ plan, input: opened.url, folder },
      async run(args) {
        const result = await ffmpeg.run({ args, cwd: folder, timeoutSeconds: 600 })
        cpu += result.cpuSeconds
        return result
      },
    })
    const seconds = (performance.now() - began) / 1000
    const { requests, bytes } = opened.counts()
    return [seconds, cpu, requests, bytes / mebibyte]
  })

/** Seconds to write the playlists of as long a film in five rungs from its records, and the bytes of those of I-frames. */
function playlistsOf(seconds: number): string {
  const { plan, tracks } = syntheticFilm(seconds)
  const began = performance.now()
  const texts = finalPlaylists(plan, tracks)
  const taken = (performance.now() - began) / 1000
  const iframes = texts.filter(([name]) => name.includes('.iframes.'))
  const kilobytes = iframes.reduce((sum, [, text]) => sum + text.length, 0) / 1024
  return `all playlists from the records of the chunks: ${taken.toFixed(3)} s, ${iframes.length} of I-frames in ${Math.round(kilobytes)} KiB, nothing read of the source\n`
}

export async function benchPictures(options: {
  clip: string | undefined
  minutes: number
}): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-pictures-'))
  const rows: Cell[][] = []
  try {
    const minute = join(folder, 'minute.mp4')
    await makeMinute(options.clip, minute)
    for (const container of containers) {
      const path = join(folder, `film.${container}`)
      const again = ['-stream_loop', String(options.minutes - 1), '-i', minute]
      await runProgram('ffmpeg', ['-nostdin', '-v', 'error', ...again, '-c', 'copy', path])
      const plan = await withServer(server => planOf(server, path))
      const size = Math.round(plan.source.sizeBytes / mebibyte)
      const making = async (what: string, work: (making: PictureRun) => Promise<unknown>) => {
        const into = await mkdtemp(join(folder, 'made-'))
        rows.push([container, size, what, ...(await costOf(plan, into, work))])
      }
      await making('poster', makePoster)
      await making('storyboard', makeStoryboard)
      await rm(path)
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  process.stdout.write(
    `${options.minutes} minutes of 1080p24\n${table(['film', 'MiB', 'of it', 'seconds', 'CPU s', 'requests', 'MiB read'], rows)}\n${playlistsOf(options.minutes * 60)}`,
  )
}
