// Finished presentations of many kinds of source: the gate has nothing to say of any of them.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { Demuxer } from '#domain/timeline.ts'
import { verify } from '../../transcoder/gate/verify.ts'
import { makeSource, mediaFolder, planSource } from '../support/media.ts'
import { finishedPresentation, mainUrl, memoryReader } from '../support/presentation.ts'

const folder = mediaFolder()
afterAll(folder.remove)

const picture = (rate: string, seconds: number, size = '96x64') => [
  ...['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=${rate}:d=${seconds}`],
]
const sound = (seconds: number, rate = 48_000) => [
  ...['-f', 'lavfi', '-i', `sine=r=${rate}:d=${seconds}`],
]
const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p']
const holes = ['-vf', "select='not(eq(mod(n,7),3))'", '-fps_mode', 'vfr']

const cases: [name: string, file: string, demuxer: Demuxer, args: string[]][] = [
  ['23.976', 'a.mkv', 'matroska', [...picture('24000/1001', 7), ...sound(7, 44_100), ...h264]],
  ['59.94, 44.1 kHz', 'b.mp4', 'mov', [...picture('60000/1001', 5), ...sound(5, 44_100), ...h264]],
  ['5 frames a second', 'c.mp4', 'mov', [...picture('5', 9), ...sound(9), ...h264]],
  ['12.5 frames a second', 'd.mp4', 'mov', [...picture('25/2', 9), ...sound(9), ...h264]],
  ['a variable rate', 'e.mp4', 'mov', [...picture('30', 7), ...sound(7), ...h264, ...holes]],
  ['no sound, upright', 'f.mp4', 'mov', [...picture('30', 3, '64x112'), ...h264]],
  ['half a second', 'g.mp4', 'mov', [...picture('25', 0.48), ...sound(0.48), ...h264]],
  [
    'almost one and a half seconds',
    'h.mp4',
    'mov',
    [...picture('100', 1.49), ...sound(2), ...h264],
  ],
  ['one frame more than a segment', 'i.mp4', 'mov', [...picture('25', 2.04), ...sound(2), ...h264]],
  ['one frame', 'j.mp4', 'mov', [...picture('25', 0.04), ...h264]],
  ['sound that is longer', 'k.mp4', 'mov', [...picture('30', 3), ...sound(5), ...h264]],
  ['a late start in MPEG-TS', 'l.ts', 'mpegts', [...picture('25', 5), ...sound(5), ...h264]],
]

it.each(cases)('%s', async (_, file, demuxer, args) => {
  const source = await planSource(await makeSource(join(folder.path, file), args), demuxer)
  const cwd = join(folder.path, `${file}-made`)
  await mkdir(cwd)
  const { files } = await finishedPresentation(source, cwd)
  for (const fragments of ['all', 'ends'] as const) {
    const { findings } = await verify(memoryReader(files).reader, mainUrl, {
      ...{ fragments, atOnce: 4, decode: null, decodesAtOnce: 1 },
    })
    expect(findings).toEqual([])
  }
})
