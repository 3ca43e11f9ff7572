// Sources that would go wrong quietly: cut files, a seek that lands late, turned pictures, a size that changes in the middle,
// and a source behind a server.
import { createReadStream } from 'node:fs'
import { mkdir, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { PlannedChunk } from '#domain/plan.ts'
import { audioArgs } from '../../transcoder/audio-args.ts'
import { checkVideoChunk } from '../../transcoder/check.ts'
import { encodeArgs } from '../../transcoder/ffmpeg-args.ts'
import { packVideo } from '../../transcoder/pack.ts'
import { checkStderr } from '../../transcoder/stderr-check.ts'
import {
  ffmpegBytes,
  ffmpegUnderTest,
  makeSource,
  mediaFolder,
  planSource,
  type Source,
} from '../support/media.ts'

const folder = mediaFolder()
afterAll(folder.remove)

const pattern = (seconds: number, size = '192x108') => [
  ...['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=25:d=${seconds}`],
  ...['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '50', '-pix_fmt', 'yuv420p'],
]
const make = (name: string, args: string[]) => makeSource(join(folder.path, name), args)

async function encode(source: Source, chunk: PlannedChunk, input = source.path) {
  const { plan } = source
  const cwd = `${source.path}-${chunk.index}`
  await mkdir(cwd, { recursive: true })
  const args = encodeArgs({ plan, chunk, rungs: plan.video.rungs, input, threads: 1 })
  const { stderr } = await ffmpegUnderTest(args, cwd)
  const findings = checkStderr(stderr, { timeline: plan.video.timeline, chunk })
  for (const { track } of plan.video.rungs) {
    checkVideoChunk(await packVideo(cwd, track), plan, track, chunk)
  }
  return { findings, top: join(cwd, `${plan.video.rungs.at(-1)?.track}.mp4`) }
}

const chunkOf = (source: Source, index: number) => source.plan.video.chunks[index] as PlannedChunk

describe('a cut file', () => {
  it('is refused where it ends, and plays up to there', async () => {
    const path = await make('cut.mp4', [...pattern(20), '-movflags', '+faststart'])
    const source = await planSource(path, 'mov')
    await truncate(path, Math.round((await stat(path)).size * 0.55))
    for (const index of [0, 1, 2]) {
      await expect(encode(source, chunkOf(source, index))).resolves.toBeDefined()
    }
    // The cut lies in the chunk from 8 to 16 s; the one after it has nothing left.
    for (const index of [3, 4]) {
      await expect(encode(source, chunkOf(source, index))).rejects.toMatchObject({
        code: 'source-truncated',
      })
    }
  })
})

describe('a seek that lands late', () => {
  it('never passes for the chunk', async () => {
    const source = await planSource(await make('late.mp4', pattern(12)), 'mov')
    const late = { ...chunkOf(source, 2), seekMicroseconds: 6_000_001 }
    await expect(encode(source, late)).rejects.toMatchObject({
      code: 'check-failed',
      detail: expect.stringContaining('after the chunk'),
    })
  })
})

describe('a picture that a phone held upright', () => {
  it('is turned before it is scaled', async () => {
    const path = await make('turned.mp4', pattern(3))
    await writeFile(path, turned(await readFile(path)))
    const lying = await planSource(path, 'mov')
    const [small, top] = lying.plan.video.rungs
    const upright = [small, top].flatMap(rung =>
      rung ? [{ ...rung, pictureWidth: rung.pictureHeight, pictureHeight: rung.pictureWidth }] : [],
    )
    const plan = { ...lying.plan, video: { ...lying.plan.video, rungs: upright } }
    const made = await encode({ ...lying, plan }, chunkOf(lying, 0))
    // FFmpeg turns the source by itself when it decodes it: the top rung must show the same brightness.
    const first = async (input: string) =>
      ffmpegBytes([
        '-i',
        input,
        '-frames:v',
        '1',
        '-vf',
        'scale=54:96,format=yuv420p',
        '-f',
        'rawvideo',
        '-',
      ])
    const brightness = 54 * 96
    const [wanted, found] = (await Promise.all([first(path), first(made.top)])).map(picture =>
      picture.subarray(0, brightness),
    ) as [Buffer, Buffer]
    const error = wanted.reduce((sum, value, at) => sum + Math.abs(value - (found[at] ?? 0)), 0)
    expect(found.length).toBe(brightness)
    expect(error / brightness).toBeLessThan(4)
  })
})

/** The file with a quarter turn in its track's matrix (ISO/IEC 14496-12 §8.3.2). */
function turned(file: Buffer): Buffer {
  const matrix = file.indexOf('tkhd') + 4 + 40
  const quarter = [0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000]
  for (const [at, value] of quarter.entries()) file.writeInt32BE(value, matrix + at * 4)
  return file
}

describe('a size that changes in the middle', () => {
  it('keeps every frame and one init section', async () => {
    const parts = [
      await make('first.ts', [...pattern(6), '-muxdelay', '0']),
      await make('second.ts', [...pattern(6, '96x54'), '-output_ts_offset', '6', '-muxdelay', '0']),
    ]
    const path = join(folder.path, 'sizes.ts')
    await writeFile(path, Buffer.concat(await Promise.all(parts.map(part => readFile(part)))))
    const source = await planSource(path, 'mpegts')
    expect(source.plan.video.timeline.frames).toBe(300)
    const hashes = new Set<string>()
    for (const chunk of source.plan.video.chunks) {
      const { top } = await encode(source, chunk)
      hashes.add((await readFile(top)).subarray(0, 700).toString('base64'))
    }
    expect(hashes.size).toBe(1)
  })
})

describe('a source behind a server', () => {
  it('is read over loopback by ranges', async () => {
    const source = await planSource(await make('served.mp4', pattern(12)), 'mov')
    const { size } = await stat(source.path)
    const server = createServer((request, response) => {
      const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
      response.writeHead(206, {
        'content-length': size - from,
        'content-range': `bytes ${from}-${size - 1}/${size}`,
        'accept-ranges': 'bytes',
      })
      createReadStream(source.path, { start: from })
        .on('error', () => response.destroy())
        .pipe(response)
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    try {
      const { port } = server.address() as AddressInfo
      const url = `http://127.0.0.1:${port}/source`
      const { findings } = await encode(source, chunkOf(source, 3), url)
      expect(findings.errorLines).toBe(0)
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })
})

describe('a sound whose clock leaps', () => {
  it('costs no memory for the silence in between', async () => {
    const steady = await make('steady.mkv', [
      ...['-f', 'lavfi', '-i', 'sine=d=8:r=48000', ...pattern(8), '-c:a', 'flac'],
    ])
    // From its third second on it is an hour later.
    const leap = "setts=pts='if(gt(N,30),PTS+3600/TB,PTS)':dts='if(gt(N,30),PTS+3600/TB,PTS)'"
    const path = await make('leap.mkv', ['-i', steady, '-map', '0', '-c', 'copy', '-bsf:a', leap])
    const { plan } = await planSource(path, 'matroska')
    const [audio] = plan.audio
    const [span] = audio?.spans ?? []
    if (!audio || !span) throw new Error('no sound')
    const args = ['-benchmark', ...audioArgs({ plan, audio, span, input: path })]
    const { stderr } = await ffmpegUnderTest(args, folder.path)
    const [, kibibytes] = /maxrss=(\d+)/.exec(stderr) ?? []
    expect(Number(kibibytes)).toBeLessThan(300 * 1024)
  })
})
