// Inputs whose picture is odd: turned, of another shape, depth, range or matrix, in fields, with transparency.
import { readFile, writeFile } from 'node:fs/promises'
import { bt709, type Film, saidBt709, taggedBt709, x264 } from './counted-film.ts'
import { film, type Kit, type Recipe } from './recipe.ts'

const rgbTo = (matrix: string, format: string, range = 'tv') => [
  `scale=out_color_matrix=${matrix}:out_range=${range}`,
  `format=${format}`,
]
const tagged = (matrix: string, primaries: string, transfer: string, range = 'tv') => [
  ...['-colorspace', matrix, '-color_primaries', primaries, '-color_trc', transfer],
  ...['-color_range', range],
]

const one = 0x10000
/** Rows a b, c d of the display matrix in 16.16 (ISO/IEC 14496-12 §8.3.2). */
type Matrix = readonly [a: number, b: number, c: number, d: number]

/** The track header's matrix of a finished MP4, written by hand: builds differ in their options for it. */
function withMatrix(file: Buffer, [a, b, c, d]: Matrix): Buffer {
  const at = file.indexOf('tkhd') + 4 + 40
  for (const [index, value] of [a, b, 0, c, d, 0, 0, 0, 0x40000000].entries()) {
    file.writeInt32BE(value, at + index * 4)
  }
  return file
}

/** @param coded filters that turn the upright picture into the coded one. */
const turned =
  (coded: string[], matrix: Matrix): Recipe =>
  async kit => {
    await kit.film({ look: [...coded, ...bt709] })
    await kit.change(kit.path, file => withMatrix(file, matrix))
  }

/** PQ or HLG light of an SDR film whose white is 203 nits (ITU-R BT.2408). */
const hdr = (transfer: string): Recipe =>
  film({
    look: [
      'zscale=matrixin=gbr:transferin=bt709:primariesin=bt709:rangein=full:transfer=linear:primaries=bt709:matrix=gbr:npl=203',
      'format=gbrpf32le',
      `zscale=transfer=${transfer}:primaries=bt2020:matrix=bt2020nc:range=limited:npl=203`,
      'format=yuv420p10le',
    ],
    video: [
      ...['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=none'],
      ...tagged('bt2020nc', 'bt2020', transfer),
    ],
  })

/** 25 numbers a second as 50 fields, with a bar that moves with every field. */
const fields = (first: 'tff' | 'bff', video: string[]): Recipe =>
  film({
    look: [
      ...bt709,
      'fps=50[counted];color=white:s=40x60:r=50[bar];[counted][bar]overlay=16*mod(n\\,37):150:shortest=1',
      `interlace=scan=${first}:lowpass=off`,
      `setfield=${first}`,
    ],
    video: [...video, '-flags', '+ildct+ilme', ...taggedBt709],
    audio: ['-c:a', 'mp2'],
  })

const mpeg2 = ['-c:v', 'mpeg2video', '-q:v', '3', '-bf', '2', '-g', '15']

/** What is about the size and the turn of the picture, which each rung has its own of. */
export const shapeRecipes: Record<string, Recipe> = {
  'plain.mp4': film(),
  'rotated-90.mp4': turned(['scale=360:640', 'transpose=cclock'], [0, one, -one, 0]),
  'rotated-180.mp4': turned(['hflip', 'vflip'], [-one, 0, 0, -one]),
  'rotated-270.mp4': turned(['scale=360:640', 'transpose=clock'], [0, -one, one, 0]),
  'flipped-sideways.mp4': turned(['hflip'], [-one, 0, 0, one]),
  'flipped-over.mp4': turned(['vflip'], [one, 0, 0, -one]),
  'portrait.mp4': film({ look: ['scale=360:640', ...bt709] }),
  'odd-size.mp4': film({ look: ['scale=641:361', ...rgbTo('bt709', 'yuv444p')] }),
  'odd-portrait.webm': film({
    look: ['scale=361:643', ...bt709],
    video: ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', ...taggedBt709],
    audio: ['-c:a', 'libopus'],
  }),
  'tiny.mp4': film({ look: ['scale=88:50', ...bt709] }),
  'wide-pixels.mp4': film({ look: ['scale=480:360', 'setsar=4/3', ...bt709] }),
  'narrow-pixels.mkv': film({ look: ['scale=960:360', 'setsar=2/3', ...bt709] }),
  'rotated-wide-pixels.mp4': async kit => {
    const coded = ['scale=360:640', 'transpose=cclock', 'scale=480:360', 'setsar=4/3']
    await kit.film({ look: [...coded, ...bt709] })
    await kit.change(kit.path, file => withMatrix(file, [0, one, -one, 0]))
  },
  'no-pixel-shape.mkv': film({ look: [...bt709, 'setsar=0/1'] }),
  'moving-size.webm': movingSize,
  'moving-size.ts': async kit => {
    const parts = [
      await kit.film(halfOfStream(0, bt709), kit.at('1.ts')),
      await kit.film(halfOfStream(50, ['scale=480:270', ...bt709]), kit.at('2.ts')),
    ]
    const bytes = await Promise.all(parts.map(part => readFile(part)))
    await writeFile(kit.path, Buffer.concat(bytes))
  },
}

/** What is about its samples: depth, chroma, alpha, colours, fields. */
const sampleRecipes: Record<string, Recipe> = {
  'ten-bit.mp4': film({ look: rgbTo('bt709', 'yuv420p10le') }),
  'ten-bit-hevc.mp4': film({
    look: rgbTo('bt709', 'yuv420p10le'),
    video: [
      ...['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=none'],
      ...['-tag:v', 'hvc1', ...taggedBt709],
    ],
  }),
  '422.mp4': film({ look: rgbTo('bt709', 'yuv422p') }),
  '444.mp4': film({ look: rgbTo('bt709', 'yuv444p') }),
  'prores-422.mov': film({
    look: [...rgbTo('bt709', 'yuv422p10le'), saidBt709],
    video: ['-c:v', 'prores_ks', '-profile:v', '0', ...taggedBt709],
    audio: ['-c:a', 'pcm_s16le'],
  }),
  'prores-4444-alpha.mov': film({
    look: [...rgbTo('bt709', 'yuva444p10le'), saidBt709],
    video: ['-c:v', 'prores_ks', '-profile:v', '4', ...taggedBt709],
    audio: ['-c:a', 'pcm_s24le'],
  }),
  'png-alpha.mov': film({ look: ['format=rgba'], video: ['-c:v', 'png'] }),
  'vp9-alpha.webm': film({
    look: rgbTo('bt709', 'yuva420p'),
    video: ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', ...taggedBt709],
    audio: ['-c:a', 'libopus'],
  }),
  'rgb.mp4': film({
    look: ['format=rgb24'],
    video: ['-c:v', 'libx264rgb', '-preset', 'ultrafast'],
  }),
  'full-range.mp4': film({
    look: rgbTo('bt709', 'yuv420p', 'pc'),
    video: x264(...tagged('bt709', 'bt709', 'bt709', 'pc')),
  }),
  'motion-jpeg.mov': film({
    look: rgbTo('bt601', 'yuvj420p', 'pc'),
    video: ['-c:v', 'mjpeg', '-q:v', '3'],
    audio: ['-c:a', 'pcm_s16le'],
  }),
  'bt601.mp4': film({
    look: rgbTo('bt601', 'yuv420p'),
    video: x264(...tagged('smpte170m', 'smpte170m', 'smpte170m')),
  }),
  'bt601-unsaid.mp4': film({ look: rgbTo('bt601', 'yuv420p'), video: x264() }),
  'bt2020.mp4': film({
    look: [
      'zscale=matrixin=gbr:transferin=bt709:primariesin=bt709:rangein=full:primaries=bt2020:matrix=bt2020nc:transfer=bt709:range=limited',
      'format=yuv420p10le',
    ],
    video: x264(...tagged('bt2020nc', 'bt2020', 'bt709')),
  }),
  'hdr10.mp4': hdr('smpte2084'),
  'hlg.mp4': hdr('arib-std-b67'),
  'fields-top-first.ts': fields('tff', mpeg2),
  'fields-bottom-first.mpg': fields('bff', mpeg2),
  'fields-h264.mp4': fields('tff', x264('-x264-params', 'tff=1')),
  'begins-in-black.mp4': film({
    look: ["drawbox=color=black:t=fill:enable='lt(t,0.99)'", ...bt709],
    video: x264(...taggedBt709, '-g', '25', '-sc_threshold', '0'),
  }),
}

export const pictureRecipes = { ...shapeRecipes, ...sampleRecipes }

/** Two encodings of unlike size, their packets one after the other. */
async function movingSize(kit: Kit): Promise<void> {
  const vp8 = ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '2M']
  const half = { frames: 50, sounds: [], video: [...vp8, ...taggedBt709], output: ['-f', 'webm'] }
  await kit.film({ ...half, from: 0 }, kit.at('1'))
  await kit.film({ ...half, from: 50, look: ['scale=320:180', ...bt709] }, kit.at('2'))
  await writeFile(kit.at('list'), `file '${kit.at('1')}'\nfile '${kit.at('2')}'\n`)
  await kit.make('-f', 'concat', '-safe', '0', '-i', kit.at('list'), '-c', 'copy')
}

/** Two seconds of a transport stream whose clock goes on where the other half ends. */
const halfOfStream = (from: number, look: string[]): Film => ({
  from,
  frames: 50,
  look,
  sounds: [],
  output: ['-output_ts_offset', String(10 + from / 25), '-muxdelay', '0'],
})
