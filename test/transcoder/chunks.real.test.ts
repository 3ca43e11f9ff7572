// Chunks encoded apart equal the source's own pictures in their slots, join without a gap, and carry one init section a rung.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { PlannedChunk } from '#domain/plan.ts'
import type { Demuxer } from '#domain/timeline.ts'
import { checkVideoChunk, sampleDecodeArgs } from '../../transcoder/check.ts'
import { encodeArgs } from '../../transcoder/ffmpeg-args.ts'
import { type Packed, packVideo } from '../../transcoder/pack.ts'
import { checkStderr } from '../../transcoder/stderr-check.ts'
import {
  expectedPictures,
  ffmpeg,
  ffmpegUnderTest,
  joinPacked,
  lossless,
  makeSource,
  mediaFolder,
  type Picture,
  picturesOf,
  planSource,
  type Source,
} from '../support/media.ts'

const folder = mediaFolder()
afterAll(folder.remove)

const pattern = (rate: string, seconds: number) => [
  ...['-f', 'lavfi', '-i', `testsrc2=s=192x108:r=${rate}:d=${seconds}`],
]
const h264 = (...more: string[]) => [
  ...['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-qp', '20'],
  ...['-bf', '2', ...more],
]

interface Case {
  name: string
  file: string
  demuxer: Demuxer
  args: string[]
}

const cases: Case[] = [
  {
    name: '24 fps',
    file: '24.mp4',
    demuxer: 'mov',
    args: [...pattern('24', 11), ...h264('-g', '60')],
  },
  {
    name: '23.976 fps in Matroska (1 ms ticks)',
    file: 'ntsc-film.mkv',
    demuxer: 'matroska',
    args: [...pattern('24000/1001', 11), ...h264('-g', '60')],
  },
  {
    name: '29.97 fps that begins at 5 s',
    file: 'ntsc.mp4',
    demuxer: 'mov',
    args: [...pattern('30000/1001', 11), ...h264('-g', '50'), '-output_ts_offset', '5'],
  },
  {
    name: 'variable rate',
    file: 'variable.mp4',
    demuxer: 'mov',
    args: [
      ...pattern('30', 11),
      ...[
        '-vf',
        'select=not(eq(mod(n\\,7)\\,3)+between(mod(n\\,90)\\,20\\,50))',
        '-fps_mode',
        'vfr',
      ],
      ...h264('-g', '40'),
    ],
  },
  {
    name: 'MPEG-TS with open GOPs',
    file: 'open.ts',
    demuxer: 'mpegts',
    args: [...pattern('25', 11), ...h264('-g', '30', '-x264-params', 'open-gop=1')],
  },
  {
    name: 'one keyframe',
    file: 'one-keyframe.mp4',
    demuxer: 'mov',
    args: [...pattern('25', 9), ...h264('-g', '9999', '-sc_threshold', '0')],
  },
]

async function encodeChunk(source: Source, chunk: PlannedChunk, change = (args: string[]) => args) {
  const { plan, path } = source
  const cwd = join(folder.path, `${path.split('/').at(-1)}-${chunk.index}`)
  await mkdir(cwd, { recursive: true })
  const args = encodeArgs({ plan, chunk, rungs: plan.video.rungs, input: path, threads: 1 })
  const { stderr } = await ffmpegUnderTest(change(args), cwd)
  checkStderr(stderr, { timeline: plan.video.timeline, chunk })
  const packed: Record<string, Packed> = {}
  for (const { track } of plan.video.rungs) packed[track] = await packVideo(cwd, track)
  return packed
}

async function encodeAll(source: Source, change?: (args: string[]) => string[]) {
  const made: Record<string, Packed>[] = []
  for (const chunk of source.plan.video.chunks) made.push(await encodeChunk(source, chunk, change))
  return (track: string) => made.flatMap(chunk => chunk[track] ?? [])
}

/** Pictures whose time is not exactly frame / rate. */
function offSchedule({ plan }: Source, shown: readonly Picture[]): number[] {
  const { num, den } = plan.video.timeline.rate
  const isOff = ({ seconds }: Picture, frame: number) =>
    Math.abs(seconds - (frame * den) / num) > 1e-6
  return shown.flatMap((picture, frame) => (isOff(picture, frame) ? [frame] : []))
}

const frameTicks = ({ plan }: Source, timescale: number) =>
  (timescale * plan.video.timeline.rate.den) / plan.video.timeline.rate.num

describe.each(cases)('$name', ({ file, demuxer, args }) => {
  it('gives every picture once, in its slot, whatever chunk it lies in', async () => {
    const source = await planSource(await makeSource(join(folder.path, file), args), demuxer)
    const { rungs, chunks } = source.plan.video
    expect(chunks.length).toBeGreaterThan(1)
    const packedOf = await encodeAll(source, lossless)
    for (const { track } of rungs) {
      expect(new Set(packedOf(track).map(({ initHash }) => initHash)).size).toBe(1)
    }
    const top = packedOf(rungs.at(-1)?.track ?? '')
    const joined = await joinPacked(top, join(folder.path, `${file}.joined.mp4`))
    const shown = await picturesOf(joined)
    expect(shown.map(({ hash }) => hash)).toEqual(await expectedPictures(source))
    expect(offSchedule(source, shown)).toEqual([])
  })
})

describe('a last segment of one frame', () => {
  it.each([
    ['its own chunk', '25', 0.04, [1]],
    ['the end of a longer one', '25', 4.04, [50, 51]],
    ['23.976 fps', '24000/1001', 4.044, [48, 49]],
  ])('lasts as long as any other: %s', async (name, rate, seconds, frames) => {
    const file = join(folder.path, `${name}.mp4`)
    const source = await planSource(
      await makeSource(file, [...pattern(rate, seconds), ...h264()]),
      'mov',
    )
    const { rungs, chunks } = source.plan.video
    expect(chunks.map(chunk => chunk.frames)).toEqual(frames)
    const packedOf = await encodeAll(source)
    for (const { track } of rungs) {
      for (const [index, chunk] of chunks.entries()) {
        checkVideoChunk(packedOf(track)[index] as Packed, source.plan, track, chunk)
      }
    }
  })
})

describe('as they are delivered', () => {
  it('passes its own check, with one init section a rung, and plays as one file without a word', async () => {
    const made = [...pattern('30000/1001', 11), ...h264('-g', '50'), '-output_ts_offset', '2']
    const source = await planSource(
      await makeSource(join(folder.path, 'delivered.mp4'), made),
      'mov',
    )
    const { plan } = source
    const packedOf = await encodeAll(source)
    for (const { track } of plan.video.rungs) {
      const packed = packedOf(track)
      for (const [index, chunk] of plan.video.chunks.entries()) {
        const object = packed[index] as Packed
        checkVideoChunk(object, plan, track, chunk)
        const ticks = frameTicks(source, object.timescale)
        expect(object.startTicks).toBe(chunk.firstFrame * ticks)
        expect(object.fragments.reduce((sum, part) => sum + part.ticks, 0)).toBe(
          chunk.frames * ticks,
        )
        await ffmpegUnderTest(sampleDecodeArgs(object.path))
      }
      expect(new Set(packed.map(({ initHash }) => initHash)).size).toBe(1)
      const joined = await joinPacked(packed, join(folder.path, `delivered.${track}.mp4`))
      const { stderr } = await ffmpeg(['-v', 'warning', '-xerror', '-i', joined, '-f', 'null', '-'])
      expect(stderr).toBe('')
      const shown = await picturesOf(joined)
      expect(offSchedule(source, shown)).toEqual([])
      expect(shown).toHaveLength(plan.video.timeline.frames)
    }
  })
})
