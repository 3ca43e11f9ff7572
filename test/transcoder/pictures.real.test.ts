// Posters and storyboards of real files: also of one keyframe, of one frame, and of a film that begins in black.
import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Demuxer } from '#domain/timeline.ts'
import { planStoryboard } from '../../transcoder/picture-args.ts'
import { makePoster, makeStoryboard } from '../../transcoder/pictures.ts'
import {
  ffmpegBytes,
  ffmpegUnderTest,
  ffprobe,
  makeSource,
  mediaFolder,
  planSource,
} from '../support/media.ts'

const folder = mediaFolder()
afterAll(folder.remove)

const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p']

/** Mean brightness of a piece of a picture, 0 … 255. */
async function brightnessOf(path: string, crop = 'iw:ih:0:0'): Promise<number> {
  const filters = `crop=${crop},scale=1:1:flags=area,format=gray`
  return (await ffmpegBytes(['-i', path, '-vf', filters, '-f', 'rawvideo', '-']))[0] as number
}

async function makingOf(name: string, demuxer: Demuxer, args: readonly string[]) {
  const { path: input, plan } = await planSource(
    await makeSource(join(folder.path, name), args),
    demuxer,
  )
  const cwd = `${input}-pictures`
  await mkdir(cwd)
  const runs: string[][] = []
  const run = async (args: string[]) => {
    runs.push(args)
    return ffmpegUnderTest(args, cwd)
  }
  return { making: { plan, input, folder: cwd, run }, runs }
}

async function posterOf(name: string, demuxer: Demuxer, args: readonly string[]) {
  const { making, runs } = await makingOf(name, demuxer, args)
  const { file, posterColor } = await makePoster(making)
  return {
    file,
    posterColor,
    runs: runs.length,
    brightness: await brightnessOf(join(making.folder, file)),
  }
}

async function picturesOf(name: string, demuxer: Demuxer, args: string[]) {
  const { making } = await makingOf(name, demuxer, args)
  const cwd = making.folder
  const board = planStoryboard(making.plan)
  const { file } = await makePoster(making)
  await rename(join(cwd, file), join(cwd, 'poster.jpg'))
  const { sheets } = await makeStoryboard(making)
  const sizeOf = async (file: string) =>
    (
      await ffprobe([
        ...['-v', 'error', '-show_entries', 'stream=width,height', '-of', 'csv=p=0'],
        join(cwd, file),
      ])
    ).trim()
  const brightness = (file: string, crop: string) => brightnessOf(join(cwd, file), crop)
  return { board, sheets, sizeOf, brightness }
}

const pattern = (seconds: number, size = '320x180') => `testsrc2=s=${size}:r=25:d=${seconds}`

describe('pictures', () => {
  it('of an ordinary clip: one sheet, tiles in order', async () => {
    const fade = `color=white:s=1920x1080:r=5:d=8,fade=t=in:st=0:d=8`
    const made = await picturesOf('fade.mp4', 'mov', [
      ...['-f', 'lavfi', '-i', fade, ...h264, '-g', '5'],
    ])
    expect(made.sheets).toEqual(['storyboard-0.jpg'])
    expect(await made.sizeOf('poster.jpg')).toBe('1280,720')
    expect(await made.sizeOf('storyboard-0.jpg')).toBe('640,90')
    const tiles = await Promise.all(
      [0, 1, 2, 3].map(tile => made.brightness('storyboard-0.jpg', `120:60:${tile * 160 + 20}:10`)),
    )
    expect(tiles).toEqual(tiles.toSorted((a, b) => a - b))
    expect(new Set(tiles).size).toBe(4)
  })

  it.each(['mp4', 'ts'])('of H.264 with open GOPs in %s: every tile in order', async container => {
    const fade = 'color=white:s=320x180:r=25:d=16,fade=t=in:st=0:d=16'
    const open = ['-x264-params', 'open-gop=1:keyint=25:bframes=2:ref=1']
    const { brightness } = await picturesOf(
      `open.${container}`,
      container === 'ts' ? 'mpegts' : 'mov',
      ['-f', 'lavfi', '-i', fade, ...h264, ...open],
    )
    const tiles = await Promise.all(
      [0, 1, 2, 3, 4, 5, 6, 7].map(tile =>
        brightness('storyboard-0.jpg', `120:60:${tile * 160 + 20}:10`),
      ),
    )
    expect(tiles).toEqual(tiles.toSorted((a, b) => a - b))
    expect(new Set(tiles).size).toBe(8)
  })

  it.each([
    ['one keyframe', 'one.mp4', 'mov', ['-f', 'lavfi', '-i', pattern(7), ...h264, '-g', '999']],
    ['one frame', 'frame.mp4', 'mov', ['-f', 'lavfi', '-i', pattern(0.04), ...h264]],
    ['half a second', 'half.mkv', 'matroska', ['-f', 'lavfi', '-i', pattern(0.5), ...h264]],
    [
      'a start that is not 0',
      'late.ts',
      'mpegts',
      ['-f', 'lavfi', '-i', pattern(5), ...h264, '-output_ts_offset', '60'],
    ],
  ] as const)('of %s: a poster and a full sheet', async (_, name, demuxer, args) => {
    const { board, sheets, sizeOf, brightness } = await picturesOf(name, demuxer, [...args])
    expect(sheets).toEqual(['storyboard-0.jpg'])
    expect(await sizeOf('poster.jpg')).toBe('320,180')
    const [tiles = 0] = board.sheets
    expect(await sizeOf('storyboard-0.jpg')).toBe(`${tiles * 160},90`)
    expect(await brightness('storyboard-0.jpg', `160:90:${(tiles - 1) * 160}:0`)).toBeGreaterThan(
      40,
    )
  })
})

describe('a poster', () => {
  const size = '320x180'
  const still = (colour: string, seconds: number) => `color=${colour}:s=${size}:r=25:d=${seconds}`
  /** A keyframe each second. */
  const film = (graph: string) => ['-f', 'lavfi', '-i', graph, ...h264, '-g', '25']
  /** Pictures one after the other. */
  const row = (...parts: string[]) =>
    film(
      `${parts.map((part, i) => `${part},format=yuv420p[${i}]`).join(';')};${parts.map((_, i) => `[${i}]`).join('')}concat=n=${parts.length}`,
    )
  /** Letters, as far as blocks of them are: white on a colour, in the middle of the picture. */
  const title = (colour: string) =>
    [
      still(colour, 3),
      ...[90, 120, 150, 180, 210].map(x => `drawbox=${x}:80:12:20:white:fill`),
    ].join(',')
  const dark = 'noise=alls=6:allf=t'

  it.each([
    ['an ordinary film', film(pattern(5)), 0],
    ['one that begins in black', row(still('black', 3), pattern(4)), 3],
    ['one that begins in black with noise', row(`${still('black', 3)},${dark}`, pattern(4)), 3],
    ['one that begins with a white flash', row(still('white', 1), pattern(4)), 1],
    ['one that begins with titles on black', row(title('black'), pattern(4)), 3],
    ['one that begins with titles on a colour', row(title('0x204080'), pattern(4)), 3],
  ] as const)('of %s', async (name, args, second) => {
    const { file, runs } = await posterOf(`${name}.mp4`, 'mov', args)
    expect(file).toBe(`poster-${second}.jpg`)
    expect(runs).toBe(second === 0 ? 1 : 2)
  })

  it.each([
    ['red', [255, 0, 0]],
    ['0x204080', [32, 64, 128]],
    ['white', [255, 255, 255]],
  ] as const)('of a film that is %s has that for its mean', async (color, wanted) => {
    const { posterColor } = await posterOf(`${color}.mp4`, 'mov', film(still(color, 2)))
    const [, ...parts] = /^#(..)(..)(..)$/.exec(posterColor) ?? []
    const found = parts.map(part => Number.parseInt(part, 16))
    for (const [index, value] of wanted.entries()) {
      // The source says nothing of its matrix.
      expect(Math.abs((found[index] ?? 999) - value), posterColor).toBeLessThan(32)
    }
  })

  it('of a film that fades in is not one of the dark pictures', async () => {
    const args = film(`${pattern(8)},fade=t=in:st=1:d=4`)
    const whole = await posterOf('whole.mp4', 'mov', film(pattern(1)))
    const { brightness } = await posterOf('fade-in.mp4', 'mov', args)
    expect(brightness).toBeGreaterThan(whole.brightness / 3)
  })

  it('of nothing but black is its first picture', async () => {
    const { file, brightness } = await posterOf('night.mp4', 'mov', film(still('black', 5)))
    expect(file).toBe('poster-0.jpg')
    expect(brightness).toBeLessThan(20)
  })

  it('of nothing but dull pictures is the one that shows most', async () => {
    const args = row(still('black', 2), title('black'), still('gray', 2))
    const { file } = await posterOf('titles.mp4', 'mov', args)
    expect(file).toBe('poster-2.jpg')
  })

  it('is sought for a minute', async () => {
    const args = row(still('black', 70), pattern(2))
    const { file, runs } = await posterOf('long-night.mp4', 'mov', args)
    expect([file, runs]).toEqual(['poster-0.jpg', 2])
  })
})
