// Real media for tests: small sources made by FFmpeg, their packet scans, plans over them, and runs of the transcoder's own
// arguments. The machine's own FFmpeg makes sources and judges what came of them; FFMPEG_PATH names the one under test, which
// may be cut down to what the transcoder needs. Files live in a folder of their own that goes with the test.
import { execFile } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Rung } from '#domain/ladder.ts'
import { h264Level } from '#domain/ladder.ts'
import type { AudioPlan, Plan, PlannedChunk } from '#domain/plan.ts'
import { planAudio, planChunks } from '#domain/plan.ts'
import {
  multiplyRational,
  parseRational,
  type Rational,
  rational,
  toNumber,
} from '#domain/rational.ts'
import {
  chunkStart,
  type Demuxer,
  type PacketTable,
  planTimeline,
  slotOf,
} from '#domain/timeline.ts'
import { readInit, splitObject } from '../../transcoder/fragments.ts'
import type { Packed } from '../../transcoder/pack.ts'

const run = promisify(execFile)
/** The build under test, as the transcoder reads it. */
export const ffmpegPath = process.env['FFMPEG_PATH'] || 'ffmpeg'
export const ffprobePath = process.env['FFPROBE_PATH'] || 'ffprobe'

/** A folder that is removed when the test file ends. */
export function mediaFolder(): { path: string; remove(): Promise<void> } {
  const path = mkdtempSync(join(tmpdir(), 'millrace-media-'))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

export async function ffmpeg(args: readonly string[]) {
  return run('ffmpeg', args, { maxBuffer: 1e9 })
}

/** The build under test with the transcoder's arguments, in the folder where its files go. */
export async function ffmpegUnderTest(args: readonly string[], cwd?: string) {
  return run(ffmpegPath, args, { maxBuffer: 1e9, ...(cwd === undefined ? {} : { cwd }) })
}

export async function ffprobeUnderTest(args: readonly string[]): Promise<string> {
  return (await run(ffprobePath, args, { maxBuffer: 1e9 })).stdout
}

/** FFmpeg's standard output as bytes. */
export async function ffmpegBytes(args: readonly string[]): Promise<Buffer> {
  const { stdout } = await run('ffmpeg', ['-v', 'error', ...args], {
    maxBuffer: 1e9,
    encoding: 'buffer',
  })
  return stdout
}

export async function ffprobe(args: readonly string[]): Promise<string> {
  return (await run('ffprobe', args)).stdout
}

export async function makeSource(path: string, args: readonly string[]): Promise<string> {
  await ffmpeg(['-v', 'error', '-y', ...args, path])
  return path
}

interface ProbedPacket {
  stream_index: number
  pts?: number
  dts?: number
  duration?: number
  flags: string
}

interface ProbedStream {
  index: number
  codec_type: string
  time_base: string
  r_frame_rate: string
  width?: number
  height?: number
  sample_rate?: string
}

export interface Source {
  path: string
  demuxer: Demuxer
  table: PacketTable
  plan: Plan
}

const half = (pixels: number) => Math.round(pixels / 4) * 2

/** Two rungs: the source's own size, and half of it. */
function smallLadder(width: number, height: number, rate: Rational): Rung[] {
  const rung = (w: number, h: number, maxBitsPerSecond: number): Rung => ({
    height: Math.min(w, h),
    track: `${Math.min(w, h)}p`,
    pictureWidth: w,
    pictureHeight: h,
    maxBitsPerSecond,
    level: h264Level(w, h, toNumber(rate), maxBitsPerSecond),
    cost: 1,
  })
  return [rung(half(width), half(height), 300_000), rung(width, height, 900_000)]
}

/** Scans every packet with ffprobe and plans over them as the rules say. */
export async function planSource(path: string, demuxer: Demuxer): Promise<Source> {
  const entries =
    'stream=index,codec_type,time_base,r_frame_rate,width,height,sample_rate' +
    ':packet=stream_index,pts,dts,duration,flags'
  const args = ['-v', 'error', '-show_entries', entries, '-of', 'json', path]
  const probed = JSON.parse(await ffprobeUnderTest(args)) as {
    streams: ProbedStream[]
    packets: ProbedPacket[]
  }
  const video = probed.streams.find(stream => stream.codec_type === 'video')
  if (!video) throw new Error('no picture')
  const packetsOf = (stream: ProbedStream) =>
    probed.packets.filter(
      packet => packet.stream_index === stream.index && !packet.flags.includes('D'),
    )
  const table = tableOf(packetsOf(video), parseRational(video.time_base) ?? rational(1))
  const sounds = probed.streams.filter(stream => stream.codec_type === 'audio')
  const [sound] = sounds
  const firstSound = sound
    ? multiplyRational(
        rational(packetsOf(sound)[0]?.pts ?? 0),
        parseRational(sound.time_base) ?? rational(1),
      )
    : null
  const timeline = planTimeline(table, parseRational(video.r_frame_rate), firstSound)
  const { rate } = timeline
  const chunks = planChunks(timeline.frames, timeline.gopFrames).map(chunk => ({
    ...chunk,
    ...chunkStart(table, timeline, demuxer, chunk.firstFrame),
  }))
  const duration = rational(timeline.frames * rate.den, rate.num)
  const audio = planAudio(
    sounds.map(({ index, sample_rate }) => ({
      stream: index,
      sampleRate: Number(sample_rate),
      language: null,
      name: null,
    })),
    duration,
  )
  const { width = 0, height = 0 } = video
  const plan: Plan = {
    videoId: 'v_0000000000000000000000',
    attempt: 1,
    engine: 'ffmpeg',
    encoder: 'test',
    source: { key: 'k', etag: 'e', sizeBytes: 1, demuxer },
    durationSeconds: toNumber(duration),
    video: {
      stream: video.index,
      timeline,
      width,
      height,
      filters: [],
      rungs: smallLadder(width, height, rate),
      chunks,
    },
    audio,
  }
  return { path, demuxer, table, plan }
}

function tableOf(packets: ProbedPacket[], timebase: Rational): PacketTable {
  const pts = packets.map(packet => packet.pts ?? packet.dts ?? 0)
  const latest = pts.indexOf(Math.max(...pts))
  return {
    timebase,
    pts,
    dts: packets.map((packet, index) => packet.dts ?? pts[index] ?? 0),
    lastDuration: packets[latest]?.duration ?? 0,
    keyframes: packets.flatMap((packet, index) => (packet.flags.startsWith('K') ? [index] : [])),
  }
}

/** The whole timeline as one chunk that is decoded from the start: what all chunks together must equal. */
export const wholeChunk = ({ table, demuxer, plan }: Source): PlannedChunk => {
  const { timeline } = plan.video
  return {
    index: 0,
    firstFrame: 0,
    frames: timeline.frames,
    ...chunkStart(table, timeline, demuxer, 0),
  }
}

/** All sound of a track as one span: one continuous run of the encoder. */
export const wholeSpan = (audio: AudioPlan): AudioPlan => ({
  ...audio,
  spans: [{ index: 0, firstPacket: 0, packets: audio.packets }],
})

/** The same run without loss, so that pictures can be compared by their hashes. */
export function lossless(args: readonly string[]): string[] {
  const without = new Set(['-maxrate', '-bufsize', '-crf', '-level:v'])
  const kept = args.filter((arg, at) => !without.has(arg) && !without.has(args[at - 1] ?? ''))
  return kept.flatMap(arg => (arg === 'high' ? ['high444', '-qp', '0'] : [arg]))
}

export interface Picture {
  seconds: number
  hash: string
}

/** Every decoded picture with the container's own time, in order of output. */
export async function picturesOf(path: string): Promise<Picture[]> {
  const text = (
    await ffmpegBytes([
      ...['-copyts', '-i', path, '-map', '0:v:0', '-fps_mode', 'passthrough'],
      ...['-pix_fmt', 'yuv420p', '-enc_time_base', '1/1000000', '-f', 'framemd5', '-'],
    ])
  ).toString()
  const timebase = parseRational(/#tb 0: (\S+)/.exec(text)?.[1] ?? '') ?? rational(1)
  return text
    .split('\n')
    .filter(line => /^0,/.test(line))
    .map(line => {
      const [, , pts, , , hash] = line.split(',').map(field => field.trim())
      return { seconds: Number(pts) * toNumber(timebase), hash: hash ?? '' }
    })
}

/** What the output must show: for each slot the last source picture at or before it, or the first. */
export async function expectedPictures({ path, table, plan }: Source): Promise<string[]> {
  const { timeline } = plan.video
  const decoded = await picturesOf(path)
  const times = Array.from(table.pts).sort((a, b) => a - b)
  if (decoded.length !== times.length) {
    throw new Error(`${decoded.length} pictures from ${times.length} packets`)
  }
  const slots = times.map(pts => slotOf(pts, table.timebase, timeline))
  const shown: string[] = []
  let at = 0
  for (let frame = 0; frame < timeline.frames; frame++) {
    while (at + 1 < slots.length && (slots[at + 1] ?? 0) <= frame) at++
    shown.push(decoded[at]?.hash ?? '')
  }
  return shown
}

type PackedFile = Pick<Packed, 'path'> & Partial<Pick<Packed, 'ranges'>>

/** A packed object's bytes. */
export async function readPacked({ path, ranges }: PackedFile): Promise<Buffer> {
  const file = await readFile(path)
  return ranges ? Buffer.concat(ranges.map(({ start, end }) => file.subarray(start, end))) : file
}

/** Init section of the first, fragments of all: a track as a player puts it together. */
export async function joinPacked(packed: readonly PackedFile[], path: string): Promise<string> {
  const objects = await Promise.all(packed.map(async one => splitObject(await readPacked(one))))
  const init = objects[0]?.init ?? new Uint8Array()
  readInit(init)
  await mkdir(join(path, '..'), { recursive: true })
  await writeFile(path, Buffer.concat([init, ...objects.flatMap(object => object.fragments)]))
  return path
}
