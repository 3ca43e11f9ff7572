// An MP4's index against FFmpeg's own full scan, packet by packet, for every way an MP4 is written.
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rational } from '#domain/rational.ts'
import { readMovieBox } from '../../transcoder/movie-boxes.ts'
import { readMovieTable } from '../../transcoder/movie-table.ts'
import { readPackets } from '../../transcoder/packet-scan.ts'
import { packetArgs } from '../../transcoder/probe-args.ts'
import { copy, createReading, ffmpeg, picture, x264 } from '../support/reading.ts'

let files: Awaited<ReturnType<typeof createReading>>
beforeAll(async () => {
  files = await createReading()
})
afterAll(() => files.close())

/** Packets by FFmpeg's own full scan. */
async function scanned(name: string, stream: number, timescale: number) {
  const args = packetArgs({ input: files.at(name), demuxer: 'mov' }, stream)
  const lines = await ffmpeg.probe({ args, timeoutSeconds: 20 })
  return readPackets(lines, rational(1, timescale)).table
}

describe('the index of an MP4 says what a full scan says', () => {
  const film = () => ['-i', files.at('film.mp4')]
  test.each<[string, () => string[]]>([
    ['end.mp4', () => [...film(), ...copy]],
    ['front.mp4', () => [...film(), ...copy, '-movflags', '+faststart']],
    ['cut.mp4', () => ['-ss', '1.3', ...film(), '-t', '1.1', ...copy]],
    [
      'delayed.mp4',
      () => ['-itsoffset', '1.3', ...film(), ...film(), '-map', '0:v', '-map', '1:a', ...copy],
    ],
    ['start.mp4', () => [...film(), ...copy, '-output_ts_offset', '5']],
    ['negative-offsets.mp4', () => [...film(), ...copy, '-movflags', 'negative_cts_offsets']],
    ['no-edit-list.mp4', () => [...film(), ...copy, '-use_editlist', '0']],
    ['quicktime.mov', () => [...film(), ...copy]],
    ['ntsc.mp4', () => [...picture('24000/1001'), ...x264]],
    [
      'coarse-clock.mov',
      () => [...picture('30000/1001'), ...x264, '-video_track_timescale', '600'],
    ],
    ['no-reorder.mp4', () => [...picture(), ...x264, '-bf', '0']],
    ['open-gops.mp4', () => [...picture(), ...x264, '-x264-params', 'open-gop=1:bframes=3']],
    [
      'variable.mp4',
      () => [
        ...picture('50'),
        '-vf',
        "select='mod(n,3)*not(eq(mod(n,7),2))'",
        '-fps_mode',
        'vfr',
        ...x264,
      ],
    ],
    ['intra.mov', () => [...picture(), '-c:v', 'mjpeg']],
    ['sound-first.mp4', () => [...film(), '-map', '0:a', '-map', '0:v', ...copy]],
    ['one-frame.mp4', () => [...picture('25', 0.04), ...x264]],
  ])('%s', async (name, args) => {
    await files.make(name, ...args())
    const bytes = await readFile(files.at(name))
    const source = {
      read: async (start: number, end: number) => bytes.subarray(start, end),
      sizeBytes: bytes.length,
    }
    const movie = await readMovieBox(source)
    const stream = name === 'sound-first.mp4' ? 1 : 0
    const indexed = movie && readMovieTable(movie, stream)
    if (!indexed) throw new Error('not read')
    const wanted = await scanned(name, stream, indexed.table.timebase.den)
    expect(Array.from(indexed.table.pts)).toEqual(Array.from(wanted.pts))
    expect(Array.from(indexed.table.dts)).toEqual(Array.from(wanted.dts))
    expect(Array.from(indexed.table.keyframes)).toEqual(Array.from(wanted.keyframes))
    expect(indexed.endBytes).toBeLessThanOrEqual(bytes.length)
    // What is planned is what the index says, so it was not scanned: few requests.
    const { probe, requests } = await files.read(name)
    expect(probe.video?.table.pts).toEqual(indexed.table.pts)
    expect(requests).toBeLessThan(6)
  })

  test('what the index leaves open is scanned', async () => {
    await files.make('fragmented.mp4', ...film(), ...copy, '-movflags', '+frag_keyframe+empty_moov')
    const movie = await readFile(files.at('fragmented.mp4'))
    const source = { read: async (from: number, to: number) => movie.subarray(from, to) }
    const box = await readMovieBox({ ...source, sizeBytes: movie.length })
    expect(box && readMovieTable(box, 0)).toBeNull()
    const { probe } = await files.read('fragmented.mp4')
    expect(probe.video?.table.pts.length).toBe(75)
  })

  test('an index full of noise is refused or read as noise, but never throws another error', async () => {
    const bytes = await readFile(files.at('film.mp4'))
    const moov = bytes.indexOf('moov')
    let seed = 7
    const next = () => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31)
    for (let round = 0; round < 400; round++) {
      const damaged = Buffer.from(bytes)
      for (let i = 0; i < 8; i++)
        damaged[moov + 4 + (next() % (bytes.length - moov - 4))] = next() & 0xff
      const read = async (start: number, end: number) => damaged.subarray(start, end)
      const box = await readMovieBox({ read, sizeBytes: damaged.length })
      if (box) readMovieTable(box, round % 3)
    }
  })
})
