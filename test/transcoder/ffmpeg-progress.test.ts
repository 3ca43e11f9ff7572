// FFmpeg's progress is read block by block, wherever its output is cut, and what it does not know is not made up.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createProgressReader, type FfmpegProgress } from '../../transcoder/ffmpeg-progress.ts'

function read(...pieces: string[]): FfmpegProgress[] {
  const blocks: FfmpegProgress[] = []
  const take = createProgressReader(progress => blocks.push(progress))
  for (const piece of pieces) take(piece)
  return blocks
}

/** As FFmpeg writes it, the first report before it knows anything. */
const output = `frame=0
fps=0.00
stream_0_0_q=0.0
bitrate=N/A
total_size=44
out_time_us=N/A
out_time_ms=N/A
out_time=N/A
dup_frames=0
drop_frames=0
speed=N/A
progress=continue
frame=53
fps=0.00
stream_0_0_q=28.0
bitrate= 118.2kbits/s
total_size=32768
out_time_us=2216667
out_time_ms=2216667
out_time=00:00:02.216667
dup_frames=0
drop_frames=0
speed=4.43x
progress=continue
frame=96
out_time_us=4000000
progress=end
`
const blocks = [
  { frames: 0, outMicroseconds: null },
  { frames: 53, outMicroseconds: 2_216_667 },
  { frames: 96, outMicroseconds: 4_000_000 },
]

describe('progress', () => {
  it('is one report a block', () => {
    expect(read(output)).toEqual(blocks)
  })

  it('is the same wherever the text is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(output.length)), cuts => {
        const at = [0, ...cuts.sort((a, b) => a - b), output.length]
        const pieces = at.slice(1).map((end, index) => output.slice(at[index], end))
        expect(read(...pieces)).toEqual(blocks)
      }),
    )
  })

  it('is not told before its block is closed', () => {
    const end = output.indexOf('progress=continue\n') + 'progress=continue\n'.length
    expect(read(output.slice(0, end - 1))).toEqual([])
    expect(read(output.slice(0, end))).toEqual(blocks.slice(0, 1))
  })

  it.each<[string, string, FfmpegProgress]>([
    ['nothing but its end', 'progress=end\n', { frames: 0, outMicroseconds: null }],
    [
      'sound, which has no frames',
      'out_time_us=10000\nprogress=end\n',
      { frames: 0, outMicroseconds: 10_000 },
    ],
    [
      'a time before zero',
      'frame=1\nout_time_us=-21333\nprogress=continue\n',
      { frames: 1, outMicroseconds: -21_333 },
    ],
    [
      'carriage returns and spaces',
      'frame=  7\r\nout_time_us= 5 \r\nprogress=end\r\n',
      { frames: 7, outMicroseconds: 5 },
    ],
    [
      'words in place of numbers',
      'frame=many\nout_time_us=soon\nprogress=end\n',
      { frames: 0, outMicroseconds: null },
    ],
    [
      'lines that are no pairs',
      'hello\n\nframe=3\nprogress=end\n',
      { frames: 3, outMicroseconds: null },
    ],
    [
      'the same key twice: the last',
      'frame=3\nframe=4\nprogress=end\n',
      { frames: 4, outMicroseconds: null },
    ],
  ])('may hold %s', (_, text, progress) => {
    expect(read(text)).toEqual([progress])
  })

  it('of one block says nothing of the next', () => {
    const [, second] = read('frame=9\nout_time_us=9\nprogress=continue\n', 'progress=end\n')
    expect(second).toEqual({ frames: 0, outMicroseconds: null })
  })
})
