// Who is to blame when FFmpeg gives up: by its own words, of two versions.
import { expect, it } from 'vitest'
import { MillraceError } from '#domain/errors.ts'
import { blameSource } from '../../transcoder/source-fault.ts'

const blamed = (detail: string, code: 'encode-failed' | 'check-failed' = 'encode-failed') => {
  const found = blameSource(new MillraceError(code, { detail }))
  return found instanceof MillraceError ? found.code : found
}

it.each([
  [
    'no picture that can be decoded, FFmpeg 5',
    `ffmpeg ended with 1: [h264 @ 0x55] [error] no frame!
[error] Error while decoding stream #0:0: Invalid data found when processing input
[error] Cannot determine format of input stream 0:0 after EOF
[fatal] Error marking filters as finished`,
  ],
  [
    'no picture that can be decoded, FFmpeg 9',
    `ffmpeg ended with 69: [vist#0:0/h264 @ 0x55] [dec:h264 @ 0x55] [error] Task finished with error code: -1145393733
[out#0/mp4 @ 0x55] [error] Nothing was written into output file, because at least one of its streams received no packets.`,
  ],
  [
    'packets the decoder does not take',
    `ffmpeg ended with 1: [aist#0:1/mp2 @ 0x55] [dec:mp2 @ 0x55] [error] Error submitting packet to decoder: Invalid data found when processing input`,
  ],
])('the source: %s', (_, detail) => {
  expect(blamed(detail)).toBe('source-unreadable')
})

it.each([
  [
    'memory',
    `ffmpeg ended with 1: [h264 @ 0x55] [error] Invalid data found when processing input
[error] Error while decoding stream #0:0: Cannot allocate memory`,
  ],
  [
    'the disk',
    'ffmpeg ended with 228: [error] av_interleaved_write_frame(): No space left on device',
  ],
  [
    'the store',
    `ffmpeg ended with 1: [http @ 0x55] [error] Stream ends prematurely at 300, should be 900
[error] Error while decoding stream #0:0: Invalid data found when processing input`,
  ],
  [
    'a kill',
    'ffmpeg ended with null: [error] Error while decoding stream #0:0: Invalid data found when processing input',
  ],
  [
    'time',
    'ffmpeg ran longer than allowed; [error] Error while decoding stream #0:0: Invalid data found',
  ],
  ['an encoder', 'ffmpeg ended with 1: [libx264 @ 0x55] [error] height not divisible by 2 (1x1)'],
  [
    'a title that reads like a complaint',
    'ffmpeg ended with 1: [info]     title           : Invalid data found when processing input',
  ],
])('not the source: %s', (_, detail) => {
  expect(blamed(detail)).toBe('encode-failed')
})

it('leaves every other error as it is', () => {
  expect(blamed('ffmpeg ended with 69: ', 'check-failed')).toBe('check-failed')
  expect(blameSource('no error')).toBe('no error')
})
