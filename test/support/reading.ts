// The reading half of the transcoder over files of a test: sniff, serve by ranges, probe with FFmpeg, plan.
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { MillraceError } from '#domain/errors.ts'
import { defaultLimits, type SourceLimits } from '#domain/limits.ts'
import type { Plan } from '#domain/plan.ts'
import { readPlan, writePlan } from '#domain/plan-object.ts'
import { sniffContainer, sniffedBytes } from '#domain/sniff.ts'
import { silentLog } from '#platform/log.ts'
import { createFfmpeg } from '../../transcoder/ffmpeg.ts'
import { planAttempt } from '../../transcoder/plan-attempt.ts'
import { probeSource, type SourceProbe } from '../../transcoder/probe.ts'
import { createSourceServer } from '../../transcoder/source-server.ts'
import { ffmpegPath, ffprobePath, makeSource, mediaFolder } from './media.ts'

export const ffmpeg = createFfmpeg({
  ffmpegPath,
  ffprobePath,
  log: silentLog,
})

const lavfi = (graph: string) => ['-f', 'lavfi', '-i', graph]
export const picture = (rate = '25', seconds = 3, size = '160x120') =>
  lavfi(`testsrc2=s=${size}:r=${rate}:d=${seconds}`)
export const sine = (seconds = 3) => lavfi(`sine=d=${seconds}`)
export const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '2', '-g', '25']
export const copy = ['-c', 'copy']
/** Arguments of an ordinary film: moving pictures and a tone, H.264 and AAC. */
export const film = (rate?: string, seconds?: number, size?: string) => [
  ...[...picture(rate, seconds, size), ...sine(seconds), ...x264, '-c:a', 'aac'],
]

export interface Reading {
  probe: SourceProbe
  plan: Plan
  /** What reading has asked the store for. */
  requests: number
}

/** A folder of sources, `film.mp4` (3 s, picture and sound) among them, and a server that gives them to FFmpeg. */
export async function createReading() {
  const folder = mediaFolder()
  const server = await createSourceServer({
    readRange: async (key, { start, end }) => createReadStream(key, { start, end }),
    log: silentLog,
  })
  const at = (name: string) => join(folder.path, name)
  const make = (name: string, ...args: string[]) => makeSource(at(name), args)
  await make('film.mp4', ...film())

  async function read(
    name: string,
    changed: Partial<SourceLimits> = {},
    copyLane = false,
  ): Promise<Reading> {
    const { size: sizeBytes } = await stat(at(name))
    const source = { key: at(name), etag: '"1"', sizeBytes }
    const opened = server.open(source)
    const limits = { ...defaultLimits, ...changed }
    try {
      const demuxer = sniffContainer(await opened.read(0, sniffedBytes))
      const { url: input, read } = opened
      const signal = new AbortController().signal
      const probe = await probeSource({ input, read, sizeBytes, demuxer, ffmpeg, limits, signal })
      const facts = {
        videoId: 'v_0123456789abcdefghijkl',
        attempt: 1,
        engine: 'ffmpeg',
        encoder: 'test',
      } as const
      const plan = planAttempt({
        copyLane,
        ...facts,
        source: { ...source, demuxer },
        probe,
        limits,
      })
      return { probe, plan: readPlan(writePlan(plan)), requests: opened.counts().requests }
    } finally {
      opened.close()
    }
  }

  return {
    at,
    make,
    read,
    sources: server,
    /** The code of the refusal, or `planned`. */
    refusal: (name: string) =>
      read(name).then(
        () => 'planned',
        (thrown: unknown) => (thrown instanceof MillraceError ? thrown.code : thrown),
      ),
    async close() {
      server.close()
      await folder.remove()
    },
  }
}
