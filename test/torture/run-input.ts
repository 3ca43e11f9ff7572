// One input through the worker's own code as a worker runs it: sniffed, served by ranges, probed, planned, every chunk and span
// encoded and checked; then what a viewer gets of it. Ends in an outcome, whatever the input.
import { createReadStream } from 'node:fs'
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { copyParts } from '#domain/copy-parts.ts'
import { MillraceError } from '#domain/errors.ts'
import { defaultLimits } from '#domain/limits.ts'
import type { AudioPlan, Plan } from '#domain/plan.ts'
import { readPlan, writePlan } from '#domain/plan-object.ts'
import { sniffContainer, sniffedBytes } from '#domain/sniff.ts'
import { silentLog } from '#platform/log.ts'
import { anchorArgs, audioArgs, readAnchor } from '../../transcoder/audio-args.ts'
import { checkAudioSpan, checkVideoChunk, sampleDecodeArgs } from '../../transcoder/check.ts'
import { copyChunks } from '../../transcoder/copy.ts'
import { encodeArgs } from '../../transcoder/ffmpeg-args.ts'
import { type Packed, packAudio, packVideo } from '../../transcoder/pack.ts'
import { planAttempt } from '../../transcoder/plan-attempt.ts'
import { probeSource } from '../../transcoder/probe.ts'
import { blameSource } from '../../transcoder/source-fault.ts'
import { createSourceServer, type OpenSource } from '../../transcoder/source-server.ts'
import { checkStderr } from '../../transcoder/stderr-check.ts'
import { joinPacked } from '../support/media.ts'
import { ffmpeg } from '../support/reading.ts'
import { checkFinished, picturesOf } from './finish-input.ts'
import { type Beep, hearBeeps, type Seen, seeFilm } from './read-back.ts'

export interface Shown {
  plan: Plan
  lowest: Seen
  highest: Seen
  sounds: { track: AudioPlan; beeps: Beep[] }[]
  /** The number of the picture on the poster, or why there is none; null: not asked for. */
  poster: number | string | null
}

export type Wanted = 'all' | 'lowest' | 'copied'

/** `refused`: the code a person is told. Anything that is not of the closed list is thrown on. */
export type Outcome =
  | { kind: 'shown'; shown: Shown }
  | { kind: 'refused'; code: string; detail: string }

export async function createRuns(folder: string) {
  const server = await createSourceServer({
    readRange: async (key, { start, end }) => createReadStream(key, { start, end }),
    log: silentLog,
  })

  /** @param wanted `lowest` where the picture is not what the input is about; `copied` where one rung is its own packets. */
  async function run(path: string, wanted: Wanted = 'all', pictured = true): Promise<Outcome> {
    const work = await mkdtemp(join(folder, 'work-'))
    const { size: sizeBytes } = await stat(path)
    const source = { key: path, etag: '"1"', sizeBytes }
    const opened = server.open(source)
    try {
      if (sizeBytes === 0) throw new MillraceError('source-empty')
      const plan = await planOf(opened, source, wanted === 'copied')
      const shown = await show(plan, opened.url, work, wanted)
      const poster = pictured ? await picturesOf(plan, opened.url, work) : null
      return { kind: 'shown', shown: { ...shown, poster } }
    } catch (thrown) {
      const error = opened.failure() ?? blameSource(thrown)
      if (!(error instanceof MillraceError)) throw error
      return { kind: 'refused', code: error.code, detail: error.detail ?? '' }
    } finally {
      opened.close()
      await rm(work, { recursive: true, force: true })
    }
  }

  return { run, close: () => server.close() }
}

async function planOf(
  { url, read }: OpenSource,
  source: { key: string; etag: string; sizeBytes: number },
  copyLane: boolean,
): Promise<Plan> {
  const { sizeBytes } = source
  const demuxer = sniffContainer(await read(0, Math.min(sniffedBytes, sizeBytes)))
  const signal = new AbortController().signal
  const limits = defaultLimits
  const probe = await probeSource({ input: url, read, sizeBytes, demuxer, ffmpeg, limits, signal })
  const plan = planAttempt({
    copyLane,
    videoId: 'v_0123456789abcdefghijkl',
    attempt: 1,
    engine: 'ffmpeg',
    encoder: 'test',
    source: { ...source, demuxer },
    probe,
    limits,
  })
  return readPlan(writePlan(plan))
}

async function show(
  plan: Plan,
  input: string,
  work: string,
  wanted: Wanted,
): Promise<Omit<Shown, 'poster'>> {
  const planned = wanted === 'lowest' ? plan.video.rungs.slice(0, 1) : plan.video.rungs
  const made = wanted === 'copied' ? await copied(plan, input, work) : new Map<string, Packed[]>()
  const rungs = planned.filter(({ track }) => !made.has(track))
  for (const chunk of plan.video.chunks) {
    const cwd = join(work, `chunk-${chunk.index}`)
    await mkdir(cwd)
    const { timeline, drawn } = plan.video
    const args = encodeArgs({ plan, chunk, rungs, input, threads: 1 })
    const { stderr } = await ffmpeg.run({ args, cwd, timeoutSeconds: 60 })
    if (!drawn) checkStderr(stderr, { timeline, chunk })
    for (const { track } of rungs) {
      const packed = await packVideo(cwd, track)
      checkVideoChunk(packed, plan, track, chunk)
      made.set(track, [...(made.get(track) ?? []), packed])
    }
  }
  const sounds: Shown['sounds'] = []
  for (const track of plan.audio) {
    const packed = await encodeSound(plan, track, input, work)
    made.set(track.track, packed)
    const joined = await joinTrack(packed, join(work, `${track.track}.joined.mp4`))
    sounds.push({ track, beeps: await hearBeeps(joined, track.sampleRate) })
  }
  const seen = async (track: string | undefined) => {
    const packed = made.get(track ?? '') ?? []
    return seeFilm(await joinTrack(packed, join(work, `${track}.joined.mp4`)))
  }
  const lowest = await seen(planned[0]?.track)
  const highest = planned.length > 1 ? await seen(planned.at(-1)?.track) : lowest
  await checkFinished({ ...plan, video: { ...plan.video, rungs: planned } }, made)
  return { plan, lowest, highest, sounds }
}

async function copied(plan: Plan, input: string, work: string): Promise<Map<string, Packed[]>> {
  const { copyLane } = plan.video
  if (!copyLane?.copied) throw new Error(copyLane?.reason)
  const run = { signal: new AbortController().signal, spent: () => undefined }
  const made: Packed[] = []
  for (const [part, chunks] of copyParts(plan).entries()) {
    const cwd = join(work, `part-${part}`)
    await mkdir(cwd)
    made.push(...(await copyChunks({ ffmpeg }, run, { plan, copy: copyLane, chunks, input }, cwd)))
  }
  return new Map([[copyLane.track, made]])
}

async function encodeSound(plan: Plan, audio: AudioPlan, input: string, work: string) {
  const asked = anchorArgs({ plan, audio, input })
  const anchor = asked && readAnchor(await ffmpeg.probe({ args: asked, timeoutSeconds: 60 }))
  const made: Packed[] = []
  for (const span of audio.spans) {
    const cwd = join(work, `${audio.track}-${span.index}`)
    await mkdir(cwd)
    const args = audioArgs({ plan, audio, span, input, anchor })
    await ffmpeg.run({ args, cwd, timeoutSeconds: 60 })
    const packed = await packAudio(cwd, audio, span)
    checkAudioSpan(packed, audio, span)
    await decodeSample(packed)
    made.push(packed)
  }
  return made
}

const decodeSample = ({ path }: Packed) =>
  ffmpeg.run({ args: sampleDecodeArgs(path), timeoutSeconds: 60 })

/** One track as a player puts it together; all its objects must share one init section. */
async function joinTrack(packed: readonly Packed[], path: string): Promise<string> {
  const inits = new Set(packed.map(({ initHash }) => initHash))
  if (inits.size !== 1) {
    throw new MillraceError('check-failed', { detail: `${inits.size} init sections` })
  }
  return joinPacked(packed, path)
}
