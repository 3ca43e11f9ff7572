// Posters and storyboards of real files: also of one keyframe, of one frame, and of a film that begins in black.
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Demuxer } from '#domain/timeline.ts'
import { planStoryboard, posterArgs, storyboardArgs } from '../../transcoder/picture-args.ts'
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

async function picturesOf(name: string, demuxer: Demuxer, args: string[]) {
  const { path: input, plan } = await planSource(
    await makeSource(join(folder.path, name), args),
    demuxer,
  )
  const cwd = `${input}-pictures`
  await mkdir(cwd)
  const board = planStoryboard(plan)
  await ffmpegUnderTest(posterArgs({ plan, input, output: 'poster.jpg' }), cwd)
  await ffmpegUnderTest(storyboardArgs({ plan, board, input }), cwd)
  const sizeOf = async (file: string) =>
    (
      await ffprobe([
        ...['-v', 'error', '-show_entries', 'stream=width,height', '-of', 'csv=p=0'],
        join(cwd, file),
      ])
    ).trim()
  /** Mean brightness of a piece of a picture, 0 … 255. */
  const brightness = async (file: string, crop: string) => {
    const filters = `crop=${crop},scale=1:1:flags=area,format=gray`
    return (
      await ffmpegBytes(['-i', join(cwd, file), '-vf', filters, '-f', 'rawvideo', '-'])
    )[0] as number
  }
  return { board, files: (await readdir(cwd)).sort(), sizeOf, brightness }
}

const pattern = (seconds: number, size = '320x180') => `testsrc2=s=${size}:r=25:d=${seconds}`

describe('pictures', () => {
  it('of an ordinary clip: one sheet, tiles in order', async () => {
    const fade = `color=white:s=1920x1080:r=5:d=8,fade=t=in:st=0:d=8`
    const made = await picturesOf('fade.mp4', 'mov', [
      ...['-f', 'lavfi', '-i', fade, ...h264, '-g', '5'],
    ])
    expect(made.files).toEqual(['poster.jpg', 'storyboard-0.jpg'])
    expect(await made.sizeOf('poster.jpg')).toBe('1280,720')
    expect(await made.sizeOf('storyboard-0.jpg')).toBe('640,90')
    const tiles = await Promise.all(
      [0, 1, 2, 3].map(tile => made.brightness('storyboard-0.jpg', `120:60:${tile * 160 + 20}:10`)),
    )
    expect(tiles).toEqual(tiles.toSorted((a, b) => a - b))
    expect(new Set(tiles).size).toBe(4)
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
    const { board, files, sizeOf, brightness } = await picturesOf(name, demuxer, [...args])
    expect(files).toEqual(['poster.jpg', 'storyboard-0.jpg'])
    expect(await sizeOf('poster.jpg')).toBe('320,180')
    const [tiles = 0] = board.sheets
    expect(await sizeOf('storyboard-0.jpg')).toBe(`${tiles * 160},90`)
    expect(await brightness('storyboard-0.jpg', `160:90:${(tiles - 1) * 160}:0`)).toBeGreaterThan(
      40,
    )
  })

  it('of a film that begins in black: a poster that does not', async () => {
    const film = `${pattern(12)},fade=t=in:st=3:d=1`
    const { brightness } = await picturesOf('black.mp4', 'mov', [
      ...['-f', 'lavfi', '-i', film, ...h264, '-g', '25'],
    ])
    expect(await brightness('poster.jpg', '320:180:0:0')).toBeGreaterThan(60)
  })
})
