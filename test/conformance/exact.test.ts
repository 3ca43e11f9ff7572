// Every frame and every packet of sound once, in order and in sync: for a viewer who reads the growing playlist from the moment
// the upload is complete, and in the finished ladder, whatever the source's rate and shape.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Stack, startStack } from '../../bench/stack.ts'
import { upload } from '../../bench/upload.ts'
import { type ListedMedia, openPlayback, readMedia, untilReady } from '../support/contract.ts'
import { ffmpeg, ffmpegBytes, ffprobe, makeSource, mediaFolder } from '../support/media.ts'
import { soundOf } from '../support/sound.ts'

const soundRate = 48_000
const packetSamples = 1024
const markSeconds = 0.2

/** When the picture flashes and the sound beeps: near both ends. */
const marksOf = (seconds: number) => [1, Math.floor(seconds) - 1]

/** A film whose picture turns white whenever its sound beeps. */
function film(rate: string, seconds: number, { soundSeconds = seconds, pick = 'null' } = {}) {
  // From a little before, so that a frame due at the instant is in.
  const isMarked = marksOf(seconds)
    .map(at => `between(t,${at - 0.001},${at + markSeconds - 0.001})`)
    .join('+')
  const white = `drawbox=color=white:t=fill:enable='${isMarked}'`
  const sound = `aevalsrc='0.8*sin(2*PI*1000*t)*(${isMarked})':s=${soundRate}:d=${soundSeconds}`
  return [
    ...['-f', 'lavfi', '-i', `testsrc2=s=640x360:r=${rate}:d=${seconds},${white},${pick}`],
    ...['-f', 'lavfi', '-i', sound],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '2', '-g', '60', '-pix_fmt', 'yuv420p'],
  ]
}

interface Case {
  name: string
  file: string
  args: string[]
  rate: { num: number; den: number }
  frames: number
}

const aac = ['-c:a', 'aac']
const cases: Case[] = [
  {
    // Long enough for two spans of sound.
    name: '24 frames a second',
    file: 'film-24.mp4',
    args: [...film('24', 14), ...aac],
    rate: { num: 24, den: 1 },
    frames: 336,
  },
  {
    name: '23.976 frames a second in Matroska',
    file: 'film-23976.mkv',
    args: [...film('24000/1001', 8.008), '-c:a', 'flac'],
    rate: { num: 24_000, den: 1001 },
    frames: 192,
  },
  {
    name: 'a variable rate',
    file: 'film-variable.mp4',
    // Holes of one frame and of five.
    args: [
      ...film('30', 8, { pick: "select='not(eq(mod(n,7),3)+between(n,100,104))'" }),
      ...['-fps_mode', 'vfr', ...aac],
    ],
    rate: { num: 30, den: 1 },
    frames: 240,
  },
  {
    name: 'sound that ends 0.26 s before the picture',
    file: 'film-quiet.mp4',
    args: [...film('24', 8, { soundSeconds: 7.74 }), ...aac],
    rate: { num: 24, den: 1 },
    frames: 192,
  },
]

const folder = mediaFolder()
let stack: Stack

beforeAll(async () => {
  for (const { file, args } of cases) await makeSource(`${folder.path}/${file}`, args)
  stack = await startStack({ LOG_LEVEL: 'warn' })
})

afterAll(async () => {
  await stack?.stop()
  await folder.remove()
})

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n)

/** Reads a growing list from its start until it ends, as a plain player does; the frames each rung delivered. */
async function recordGrowing(address: string) {
  const { stdout, stderr } = await ffmpeg([
    ...['-v', 'warning', '-copyts', '-live_start_index', '0', '-i', address],
    ...['-map', '0:v', '-fps_mode', 'passthrough', '-f', 'framemd5', '-'],
  ])
  const timebases = [...stdout.matchAll(/^#tb \d+: (.*)$/gm)].map(([, timebase]) => timebase)
  const frames: number[][] = timebases.map(() => [])
  for (const [, stream, pts] of stdout.matchAll(/^(\d+),\s*-?\d+,\s*(-?\d+),/gm)) {
    frames[Number(stream)]?.push(Number(pts))
  }
  // FFmpeg says so wherever an init section follows another one: the list borrows by changing EXT-X-MAP.
  const complaints = stderr
    .split('\n')
    .filter(line => line !== '' && !/duplicated MOOV|Last message repeated/.test(line))
  return { timebases, frames, complaints }
}

interface Packet {
  stream_index: number
  pts: number
  dts: number
}

/** Packets of each stream of a finished video, in order of presentation. */
async function readPackets(address: string) {
  const text = await ffprobe([
    ...['-v', 'warning', '-show_entries'],
    ...['stream=index,codec_type,height,time_base:packet=stream_index,pts,dts', '-of', 'json'],
    address,
  ])
  const { streams, packets } = JSON.parse(text) as {
    streams: { index: number; codec_type: string; height?: number; time_base: string }[]
    packets: Packet[]
  }
  return streams.map(stream => {
    const own = packets.filter(({ stream_index }) => stream_index === stream.index)
    const rising = own.every(({ dts }, n) => n === 0 || dts > (own[n - 1]?.dts ?? 0))
    const pts = own.map(packet => packet.pts).sort((a, b) => a - b)
    return { ...stream, pts, rising }
  })
}

/** The instants at which the picture turns white, seconds. */
async function flashes(address: string, { num, den }: Case['rate']): Promise<number[]> {
  const luma = await ffmpegBytes([
    ...['-i', address, '-map', '0:v:0', '-fps_mode', 'passthrough'],
    ...['-vf', 'scale=1:1:flags=area,format=gray', '-f', 'rawvideo', '-'],
  ])
  const white = Math.max(...luma) * 0.9
  return upTo(luma.length)
    .filter(n => (luma[n] ?? 0) > white && (luma[n - 1] ?? 0) <= white)
    .map(n => (n * den) / num)
}

/** The instants of the first loud sample around each mark, seconds. */
async function beeps(address: string, marks: readonly number[]): Promise<number[]> {
  const sound = await soundOf(address, soundRate)
  return marks.map(mark => {
    const from = Math.round((mark - 0.5) * soundRate)
    return (from + sound.subarray(from).findIndex(sample => Math.abs(sample) > 0.2)) / soundRate
  })
}

/** Laws of a finished media playlist and of the objects it names. */
async function checkMedia(media: ListedMedia, seconds: number): Promise<void> {
  expect(media.ended).toBe(true)
  expect(media.maps).toHaveLength(1)
  const total = media.segments.reduce((sum, segment) => sum + segment.seconds, 0)
  expect(Math.abs(total - seconds)).toBeLessThan(0.001 * media.segments.length)
  // RFC 8216 §4.3.3.1: each duration, rounded to the nearest integer, is at most the target duration.
  for (const segment of media.segments) {
    expect(Math.round(segment.seconds)).toBeLessThanOrEqual(media.targetDuration)
  }
  const [map] = media.maps
  const inits = new Set<string>()
  for (const url of new Set(media.segments.map(segment => segment.url))) {
    const head = await fetch(url, { method: 'HEAD' })
    const size = Number(head.headers.get('content-length'))
    let next = map?.bytes ?? 0
    for (const { start, bytes } of media.segments.filter(segment => segment.url === url)) {
      expect(start).toBe(next)
      next = start + bytes
    }
    expect(next).toBeLessThanOrEqual(size)
    const init = await fetch(url, { headers: { range: `bytes=0-${(map?.bytes ?? 0) - 1}` } })
    inits.add(Buffer.from(await init.arrayBuffer()).toString('base64'))
  }
  expect(inits.size).toBe(1)
}

describe.each(cases)('$name', ({ file, rate, frames }) => {
  const seconds = (frames * rate.den) / rate.num
  const marks = marksOf(seconds)
  // One packet more than the samples fill: the first primes the decoder.
  const packets = Math.ceil((seconds * soundRate) / packetSamples) + 1

  it('delivers every frame while it grows, and is exact when it is ready', async () => {
    const { videoId } = await upload(stack.origin, `${folder.path}/${file}`)
    const growing = await openPlayback(stack, videoId)
    expect(growing.growing).toBe(true)
    const [recorded, video] = await Promise.all([
      recordGrowing(growing.address),
      untilReady(stack, videoId),
    ])
    expect(recorded.complaints).toEqual([])
    expect(recorded.timebases).toEqual([240, 360].map(() => `${rate.den}/${rate.num}`))
    for (const delivered of recorded.frames) expect(delivered).toEqual(upTo(frames))

    expect(video.durationSeconds).toBeCloseTo(seconds, 6)
    expect(video.rungs).toEqual([240, 360].map(height => ({ height, state: 'ready' })))
    const { address } = await openPlayback(stack, videoId)
    const streams = await readPackets(address)
    const pictures = streams.filter(({ codec_type }) => codec_type === 'video')
    expect(pictures.map(({ height }) => height)).toEqual([240, 360])
    for (const { pts, time_base, rising } of pictures) {
      const [num = 0, den = 0] = time_base.split('/').map(Number)
      // Frame n is due at n/F: compared as whole numbers, so that nothing is rounded.
      expect(pts.map(ticks => ticks * num * rate.num)).toEqual(
        upTo(frames).map(n => n * rate.den * den),
      )
      expect(rising).toBe(true)
    }
    const sounds = streams.filter(({ codec_type }) => codec_type === 'audio')
    expect(sounds.map(({ time_base }) => time_base)).toEqual([`1/${soundRate}`])
    expect(sounds[0]?.pts).toEqual(upTo(packets).map(n => (n - 1) * packetSamples))

    const list = (name: string) => readMedia(new URL(name, address).href)
    for (const height of [240, 360]) await checkMedia(await list(`${height}p.m3u8`), seconds)
    await checkMedia(await list('audio0.m3u8'), (packets * packetSamples) / soundRate)

    const decoded = await ffmpeg(['-v', 'warning', '-i', address, '-map', '0', '-f', 'null', '-'])
    expect(decoded.stderr).toBe('')

    const [seen, heard] = await Promise.all([flashes(address, rate), beeps(address, marks)])
    expect(seen).toHaveLength(marks.length)
    for (const [n, mark] of marks.entries()) {
      expect(Math.abs((seen[n] ?? 0) - mark)).toBeLessThan(rate.den / rate.num)
      expect(Math.abs((seen[n] ?? 0) - (heard[n] ?? 0))).toBeLessThan(rate.den / rate.num)
    }
  })
})
