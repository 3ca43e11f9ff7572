// A sampled segment that FFmpeg could not decode: a finding where FFmpeg says so, another try where its run was cut off.
import { expect, it } from 'vitest'
import { MillraceError } from '#domain/errors.ts'
import type { Ffmpeg } from '../../transcoder/ffmpeg.ts'
import { createDecode } from '../../transcoder/gate/ffmpeg-decode.ts'
import type { Scratch } from '../../transcoder/scratch.ts'
import { mediaFolder } from '../support/media.ts'

function decodeOf(detail: string, trouble?: 'found' | 'thrown') {
  const folder = mediaFolder()
  const ffmpeg: Partial<Ffmpeg> = {
    run: async () => {
      throw new MillraceError('encode-failed', { detail })
    },
  }
  const scratch: Pick<Scratch, 'use'> = {
    use: within => within(folder.path).finally(folder.remove),
  }
  const deps = { ffmpeg: ffmpeg as Ffmpeg, scratch: scratch as Scratch }
  return createDecode(deps, undefined, trouble)([new Uint8Array(8)])
}

const verdict = 'ffmpeg ended with 69: [h264 @ 0x55d0] no frame!'

it.each(['found', 'thrown'] as const)(
  'is a finding, whatever becomes of trouble: %s',
  async how => {
    expect(await decodeOf(verdict, how)).toBe('does not decode: [h264] no frame!')
  },
)

it.each([
  ['out of time', 'ffmpeg ran longer than allowed; '],
  ['killed', 'ffmpeg ended with null: '],
  ['out of memory', 'ffmpeg ended with 244: Error opening decoder: Cannot allocate memory'],
])('is no finding of a film that waits to be ready: %s', async (_, detail) => {
  await expect(decodeOf(detail, 'thrown')).rejects.toMatchObject({ code: 'encode-failed' })
  expect(await decodeOf(detail)).toMatch(/^does not decode: /)
})
