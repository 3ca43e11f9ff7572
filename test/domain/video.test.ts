// A video's legal steps as a whole table, the shape and uniqueness of its id, and titles made from any file name.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  canStep,
  isFinalState,
  isVideoId,
  statesBefore,
  titleFromName,
  titleMaxLength,
  toVideoId,
  type VideoState,
  videoStates,
} from '#domain/video.ts'

describe('the steps of a video', () => {
  const legal: readonly [VideoState, VideoState][] = [
    ['uploading', 'queued'],
    ['queued', 'processing'],
    ['processing', 'ready'],
    ['uploading', 'failed'],
    ['queued', 'failed'],
    ['processing', 'failed'],
    ['failed', 'queued'],
    ['uploading', 'deleting'],
    ['queued', 'deleting'],
    ['processing', 'deleting'],
    ['ready', 'deleting'],
    ['failed', 'deleting'],
  ]

  it('are these and no others', () => {
    const found = videoStates.flatMap(from =>
      videoStates.filter(to => canStep(from, to)).map(to => `${from} → ${to}`),
    )
    expect(found.sort()).toEqual(legal.map(([from, to]) => `${from} → ${to}`).sort())
  })

  it('are what a conditional write expects to find', () => {
    for (const to of videoStates) {
      expect(statesBefore(to).sort()).toEqual(
        legal
          .filter(step => step[1] === to)
          .map(([from]) => from)
          .sort(),
      )
    }
  })

  it('never lead out of a deletion, and never stay', () => {
    expect(videoStates.filter(to => canStep('deleting', to))).toEqual([])
    expect(videoStates.filter(state => canStep(state, state))).toEqual([])
  })

  it('end where nothing more happens by itself', () => {
    expect(videoStates.filter(isFinalState)).toEqual(['ready', 'failed', 'deleting'])
  })
})

describe('a video id', () => {
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })

  it('has one shape whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 24, maxLength: 64 }), random => {
        const id = toVideoId(random)
        expect(id).toMatch(/^v_[0-9A-Za-z]{22}$/)
        expect(isVideoId(id)).toBe(true)
      }),
    )
  })

  it('is 24 zero bytes as 22 zeros, and counts on in base 62', () => {
    const counted = (value: number) => toVideoId(Uint8Array.from({ length: 24 }).fill(value, 23))
    expect(counted(0)).toBe('v_0000000000000000000000')
    expect(counted(61)).toBe('v_z000000000000000000000')
    expect(counted(62)).toBe('v_0100000000000000000000')
  })

  it('differs wherever 128 of the bits differ', () => {
    fc.assert(
      fc.property(bytes(8), bytes(16), bytes(16), (head, one, other) => {
        fc.pre(one.join() !== other.join())
        const idOf = (tail: Uint8Array) => toVideoId(Uint8Array.from([...head, ...tail]))
        expect(idOf(one)).not.toBe(idOf(other))
      }),
    )
  })

  it('is the same for the same 24 bytes, whatever follows them', () => {
    fc.assert(
      fc.property(bytes(24), bytes(8), (hash, rest) => {
        expect(toVideoId(Uint8Array.from([...hash, ...rest]))).toBe(toVideoId(hash))
      }),
    )
  })

  it('is refused from fewer bytes', () => {
    expect(() => toVideoId(new Uint8Array(23))).toThrow(RangeError)
  })

  it.each([
    '',
    'v_',
    'v_012345678901234567890',
    'v_01234567890123456789012',
    'V_0123456789012345678901',
    'v_0123456789012345678901\n',
    'v_012345678901234567890/',
    'v_012345678901234567890é',
    42,
    null,
    undefined,
    ['v_0123456789012345678901'],
  ])('is not %j', value => {
    expect(isVideoId(value)).toBe(false)
  })
})

describe('a title from a file name', () => {
  const texts = fc.string({ unit: 'binary', maxLength: 300 })
  const halves = fc.nat(0xffff).map(unit => String.fromCharCode(unit))

  it.each([
    ['holiday.mp4', 'holiday'],
    ['holiday', 'holiday'],
    ['holiday.tar.gz', 'holiday.tar'],
    ['My film (final) v2.MOV', 'My film (final) v2'],
    ['2026-07-14 12.30.05.mkv', '2026-07-14 12.30.05'],
    ['Mr. Smith.mp4', 'Mr. Smith'],
    ['ends.', 'ends.'],
    ['a.notanextension', 'a.notanextension'],
    ['🎬 Urlaub 🏖️.mp4', '🎬 Urlaub 🏖️'],
    ['映画.mp4', '映画'],
    ['../', 'Untitled'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\me\\clip.avi', 'clip'],
    ['/a\\b/c.mp4', 'c'],
    ['.mp4', '.mp4'],
    ['', 'Untitled'],
    ['   .mp4', 'Untitled'],
    ['\u0000\u0007\u009f.mp4', 'Untitled'],
    ['one\u0000two\r\n\tthree.mp4', 'one two three'],
    ['  padded  .mp4', 'padded'],
    ['<b>bold</b>', 'b>'],
    ['half a pair \ud83c.mp4', 'half a pair \ufffd'],
  ])('%j → %j', (name, title) => {
    expect(titleFromName(name)).toBe(title)
  })

  it('ends after 200 whole characters, not in a space', () => {
    expect(titleFromName(`${'x'.repeat(300)}.mp4`)).toBe('x'.repeat(200))
    expect(titleFromName(`${'🎬'.repeat(300)}.mp4`)).toBe('🎬'.repeat(200))
    expect(titleFromName(`${'x'.repeat(199)} y.mp4`)).toBe('x'.repeat(199))
  })

  it('is always a short line of whole characters without folders', () => {
    fc.assert(
      fc.property(fc.oneof(texts, fc.string({ unit: halves, maxLength: 300 })), name => {
        const title = titleFromName(name)
        const length = [...title].length
        expect(length).toBeGreaterThan(0)
        expect(length).toBeLessThanOrEqual(titleMaxLength)
        expect(title).toBe(title.trim())
        expect(title).not.toMatch(/[/\\\p{Cc}]/u)
        expect(title.isWellFormed()).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})
