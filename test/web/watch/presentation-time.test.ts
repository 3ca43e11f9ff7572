// What the player does to segments before hls.js reads them: the picture is shown from its own time, sound and everything else
// stay as they are, and nothing changes its size.
import { expect, it } from 'vitest'
import { box } from '../../../transcoder/box-writing.ts'
import { readFragment, readInit } from '../../../transcoder/fragments.ts'
import { showFromZero } from '../../../web/src/watch/player/presentation-time.ts'
import { audioInit, fragment, videoInit } from '../../support/boxes.ts'

function shown(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(bytes).buffer
  showFromZero(copy)
  return new Uint8Array(copy)
}

it('takes the reorder delay out of init section and fragments', () => {
  const init = shown(videoInit({ editTicks: 1024 }))
  expect(readInit(init).editTicks).toBe(0)
  expect(init.byteLength).toBe(videoInit().byteLength)

  const written = { startTicks: 24_576, sampleTicks: 512, sizes: [900, 50, 40], offset: 1024 }
  const before = readFragment(fragment(written), readInit(videoInit()))
  const after = readFragment(shown(fragment(written)), readInit(init))
  expect(before.compositionStart).toBe(24_576 + 1024)
  expect(after.compositionStart).toBe(24_576)
  expect(after.compositionEnd).toBe(before.compositionEnd - 1024)
  expect({ ...after, compositionStart: 0, compositionEnd: 0 }).toEqual({
    ...before,
    compositionStart: 0,
    compositionEnd: 0,
  })
})

it('gives frames that are decoded early a time before their decoding', () => {
  // Offsets 2, 5, 2, 0 frames, as with one reference among the reordered frames.
  const written = fragment({ startTicks: 0, sampleTicks: 512, sizes: [9, 9, 9, 9], offset: 1024 })
  const view = new DataView(written.buffer, written.byteOffset, written.byteLength)
  const run = written.indexOf('trun') + 4
  const offsetAt = (sample: number) => run + 16 + sample * 8 + 4
  for (const [sample, frames] of [2, 5, 2, 0].entries())
    view.setInt32(offsetAt(sample), frames * 512)
  const after = shown(written)
  const moved = new DataView(after.buffer)
  expect(moved.getUint8(run)).toBe(1)
  expect([0, 1, 2, 3].map(sample => moved.getInt32(offsetAt(sample)) / 512)).toEqual([0, 3, 0, -2])
})

const soundFragment = fragment({ startTicks: 0, sampleTicks: 1024, sizes: [300, 310] })

it.each([
  ['sound', audioInit()],
  ['a fragment of sound', soundFragment],
  ['a playlist', Buffer.from('#EXTM3U\n')],
  ['nothing', Buffer.alloc(0)],
  ['a box longer than its file', box('moof', Buffer.alloc(40)).subarray(0, 30)],
  ['a box of no length', Buffer.alloc(64)],
  ['a run without samples', fragment({ startTicks: 0, sampleTicks: 512, sizes: [], offset: 1024 })],
  ['a run without fields', box('moof', box('traf', box('trun', Buffer.alloc(2))))],
  [
    'a track whose handler is cut',
    box('moov', box('trak', box('mdia', box('hdlr', Buffer.alloc(2))))),
  ],
])('leaves %s alone', (_, bytes) => {
  // A fragment of sound says an offset of 0 where it says one: only the version of its run may differ.
  expect(Buffer.from(shown(bytes)).length).toBe(bytes.length)
  if (bytes !== soundFragment) expect(Buffer.from(shown(bytes))).toEqual(Buffer.from(bytes))
  else
    expect(readFragment(shown(bytes), readInit(audioInit()))).toEqual(
      readFragment(bytes, readInit(audioInit())),
    )
})

it('does not read past a run that promises more samples than it has', () => {
  const cut = fragment({ startTicks: 0, sampleTicks: 512, sizes: [9, 9], offset: 1024 })
  const count = cut.indexOf('trun') + 8
  cut.writeUInt32BE(0xffff_ffff, count)
  expect(() => shown(cut)).not.toThrow()
})
