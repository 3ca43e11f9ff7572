// A source that is already good: its rung has the source's own pictures, and every other rung is cut at the same frames.
import { mkdir } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { copyParts } from '#domain/copy-parts.ts'
import type { Plan } from '#domain/plan.ts'
import { checkVideoChunk } from '../../transcoder/check.ts'
import { copyChunks } from '../../transcoder/copy.ts'
import { encodeArgs } from '../../transcoder/ffmpeg-args.ts'
import { type Packed, packVideo } from '../../transcoder/pack.ts'
import { ffmpegUnderTest, joinPacked, picturesOf } from '../support/media.ts'
import { createReading, ffmpeg, picture, sine } from '../support/reading.ts'

let reading: Awaited<ReturnType<typeof createReading>>
beforeAll(async () => {
  reading = await createReading()
})
afterAll(() => reading.close())

const film = (rate = '25', seconds = 9) => picture(rate, seconds, '640x360')
const good = (...more: string[]) => [
  ...['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-bf', '2'],
  ...['-b:v', '250k', '-maxrate', '300k', '-bufsize', '200k', '-sc_threshold', '0', '-g', '40'],
  ...more,
]

async function makeChunks(name: string, plan: Plan) {
  const { copyLane } = plan.video
  if (!copyLane?.copied) throw new Error(copyLane?.reason)
  const input = reading.at(name)
  const encoded = plan.video.rungs.filter(({ track }) => track !== copyLane.track)
  const copied: Packed[] = []
  const run = { signal: new AbortController().signal, spent: () => {} }
  for (const [part, chunks] of copyParts(plan).entries()) {
    const folder = reading.at(`${name}-part-${part}`)
    await mkdir(folder)
    copied.push(
      ...(await copyChunks({ ffmpeg }, run, { plan, copy: copyLane, chunks, input }, folder)),
    )
  }
  const made: { copied: Packed; encoded: Packed }[] = []
  for (const [at, chunk] of plan.video.chunks.entries()) {
    const folder = reading.at(`${name}-${chunk.index}`)
    await mkdir(folder)
    await ffmpegUnderTest(encodeArgs({ plan, chunk, rungs: encoded, input, threads: 1 }), folder)
    const track = encoded[0]?.track ?? ''
    const object = await packVideo(folder, track)
    checkVideoChunk(object, plan, track, chunk)
    const own = copied[at]
    if (!own) throw new Error(`chunk ${chunk.index} was not copied`)
    made.push({ copied: own, encoded: object })
  }
  return made
}

describe.each([
  ['25 fps, GOPs of 1.6 s', ['25'], ['-g', '40']],
  [
    '29.97 fps, short GOPs, B-pyramid',
    ['30000/1001'],
    ['-g', '13', '-bf', '5', '-b_strategy', '2'],
  ],
  ['no B-frames', ['24', 7], ['-bf', '0', '-g', '48']],
  ['a start of its own', ['25'], ['-g', '50', '-output_ts_offset', '3']],
] satisfies [string, [string, number?], string[]][])('%s', (name, [rate, seconds], more) => {
  it('is copied picture by picture, and the other rung is cut alike', async () => {
    const file = `${name.replaceAll(/\W/g, '-')}.mp4`
    await reading.make(file, ...film(rate, seconds), ...good(...more), '-an')
    const { plan } = await reading.read(file, {}, true)
    expect(plan.video.copyLane).toMatchObject({ copied: true, track: '360p' })
    expect(plan.video.chunks.length).toBeGreaterThan(1)
    const made = await makeChunks(file, plan)
    expect(new Set(made.map(({ copied }) => copied.initHash)).size).toBe(1)
    expect(new Set(made.map(({ encoded }) => encoded.initHash)).size).toBe(1)
    const seconds360 = made.flatMap(({ copied: { fragments, timescale } }) =>
      fragments.map(({ ticks }) => ticks / timescale),
    )
    const seconds240 = made.flatMap(({ encoded: { fragments, timescale } }) =>
      fragments.map(({ ticks }) => ticks / timescale),
    )
    expect(seconds360).toEqual(seconds240)
    const joined = await joinPacked(
      made.map(({ copied }) => copied),
      reading.at(`${file}.joined.mp4`),
    )
    const shown = await picturesOf(joined)
    const own = await picturesOf(reading.at(file))
    expect(shown.map(({ hash }) => hash)).toEqual(own.map(({ hash }) => hash))
    const { num, den } = plan.video.timeline.rate
    for (const [frame, { seconds }] of shown.entries()) {
      expect(seconds).toBeCloseTo((frame * den) / num, 5)
    }
  })
})

describe('what is not copied', () => {
  it.each([
    ['ten-bit.mp4', good('-pix_fmt', 'yuv420p10le'), /10le/],
    ['rich.mp4', good('-b:v', '3M', '-maxrate', '4M', '-bufsize', '4M'), /cap/],
    ['long.mp4', good('-g', '110'), /4\.4 s/],
    [
      'open.mp4',
      good('-x264-params', 'open-gop=1:bframes=3:b-adapt=0:rc-lookahead=20'),
      /GOP at 1\.60 s is open/,
    ],
    [
      'hevc.mp4',
      ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=none'],
      /hevc/,
    ],
    ['sound-first.mp4', [...sine(9), ...good(), '-c:a', 'aac', '-output_ts_offset', '0'], null],
  ] satisfies [string, string[], RegExp | null][])('%s', async (name, args, why) => {
    await reading.make(name, ...film(), ...args)
    const { copyLane } = (await reading.read(name, {}, true)).plan.video
    if (why) expect(copyLane).toMatchObject({ copied: false, reason: expect.stringMatching(why) })
    else expect(copyLane).toMatchObject({ copied: true })
    const off = (await reading.read(name)).plan.video.copyLane
    expect(off).toEqual({ copied: false, reason: 'The copy lane is switched off.' })
  })
})
