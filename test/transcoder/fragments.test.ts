// Init sections and fragments are read to the number; damage of any kind ends in `check-failed`.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MillraceError } from '#domain/errors.ts'
import { box, u32 } from '../../transcoder/box-writing.ts'
import { readFragment, readInit, splitObject, withEditTicks } from '../../transcoder/fragments.ts'
import { audioInit, fragment, videoInit } from '../support/boxes.ts'

const checkFailed = { code: 'check-failed' }
const video = readInit(videoInit())

describe('init sections', () => {
  it('reads a picture track', () => {
    expect(video).toMatchObject({
      ...{ kind: 'video', codec: 'avc1.640015', timescale: 12_800 },
      ...{ width: 426, height: 240, editTicks: 1024 },
    })
  })

  it('reads a sound track', () => {
    expect(readInit(audioInit())).toMatchObject({
      ...{ kind: 'audio', codec: 'mp4a.40.2', timescale: 48_000 },
      ...{ channels: 2, sampleRate: 48_000, editTicks: 1024 },
    })
  })

  it('writes another media time into the edit list and nothing else', () => {
    const plain = audioInit({ editTicks: 0 })
    const changed = withEditTicks(plain, 1024)
    expect(Buffer.from(changed)).toEqual(audioInit({ editTicks: 1024 }))
    expect(plain).toEqual(audioInit({ editTicks: 0 }))
  })

  it.each([
    ['no moov', box('ftyp', u32(0))],
    ['a moov without tracks', box('moov', box('mvhd', u32(0)))],
    ['a pause before the picture', videoInit({ editTicks: -1 })],
    ['no clock', videoInit({ timescale: 0 })],
    ['bytes after the last box', Buffer.concat([videoInit(), Buffer.from('abc')])],
  ])('refuses %s', (_, bytes) => {
    expect(() => readInit(bytes)).toThrow(expect.objectContaining(checkFailed))
  })
})

describe('fragments', () => {
  const written = { startTicks: 5120, sampleTicks: 512, sizes: [900, 40, 60], offset: 1024 }

  it('sums durations, bytes and the range of the keyframe', () => {
    const bytes = fragment(written)
    expect(readFragment(bytes, video)).toEqual({
      ...{ startTicks: 5120, ticks: 3 * 512, samples: 3, bytes: bytes.length },
      keyframeBytes: bytes.length - 100,
      startsWithKeyframe: true,
      ...{ compositionStart: 6144, compositionEnd: 6144 + 3 * 512 },
    })
  })

  it('sees a fragment that begins between keyframes', () => {
    const bytes = fragment({ ...written, keyframe: false })
    expect(readFragment(bytes, video).startsWithKeyframe).toBe(false)
  })

  it('takes boxes before the moof as part of the fragment', () => {
    const styp = box('styp', u32(0, 0))
    const facts = readFragment(Buffer.concat([styp, fragment(written)]), video)
    expect(facts.keyframeBytes).toBe(fragment(written).length - 100 + styp.length)
  })

  it('refuses samples outside the mdat', () => {
    const bytes = fragment(written)
    bytes.writeUInt32BE(5000, bytes.indexOf('trun') + 20)
    expect(() => readFragment(bytes, video)).toThrow(expect.objectContaining(checkFailed))
  })

  it('refuses a count of samples that would take for ever', () => {
    const bytes = fragment(written)
    bytes.writeUInt32BE(0xffffffff, bytes.indexOf('trun') + 8)
    expect(() => readFragment(bytes, video)).toThrow(expect.objectContaining(checkFailed))
  })
})

describe('objects', () => {
  const parts = [0, 1024, 2048].map(startTicks =>
    fragment({ startTicks, sampleTicks: 512, sizes: [90, 10] }),
  )
  const object = Buffer.concat([videoInit(), ...parts])

  it('divides into init section and fragments', () => {
    const { init, fragments } = splitObject(object)
    expect(Buffer.from(init)).toEqual(videoInit())
    expect(fragments.map(bytes => Buffer.from(bytes))).toEqual(parts)
  })

  it('refuses a half-written end', () => {
    for (const cut of [1, 9, 60, 150]) {
      const half = object.subarray(0, object.length - cut)
      expect(() => splitObject(half)).toThrow(expect.objectContaining(checkFailed))
    }
  })

  it('ends in facts or in check-failed, whatever the bytes are', () => {
    const damage = fc.array(fc.tuple(fc.nat(object.length - 1), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 6,
    })
    const readAll = (bytes: Uint8Array) => {
      const { init, fragments } = splitObject(bytes)
      const facts = readInit(init)
      withEditTicks(init, 1)
      for (const one of fragments) readFragment(one, facts)
    }
    fc.assert(
      fc.property(damage, fc.nat(object.length), (changes, length) => {
        const bytes = Buffer.from(object.subarray(0, length))
        for (const [at, value] of changes) if (at < length) bytes[at] = value
        try {
          readAll(bytes)
        } catch (thrown) {
          if (!(thrown instanceof MillraceError && thrown.code === 'check-failed')) throw thrown
        }
      }),
      { numRuns: 2000 },
    )
  })
})
