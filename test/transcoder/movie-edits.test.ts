// Edit lists that show a film again and again are refused from the index; those that editors and cameras write are not.
import { expect, it } from 'vitest'
import { errorFacts, MillraceError } from '#domain/errors.ts'
import { defaultLimits } from '#domain/limits.ts'
import { box, u32 } from '../../transcoder/box-writing.ts'
import { refuseEndlessEdits } from '../../transcoder/movie-edits.ts'

const ticksASample = 512
const timescale = 12_800
const movieTimescale = 1000

interface Film {
  samples: number
  /** From keyframe to keyframe. */
  gop: number
  edits: readonly (readonly [milliseconds: number, mediaTicks: number])[]
  /** What the list says of its own length. */
  entries?: number
}

function movieOf({ samples, gop, edits, entries = edits.length }: Film): DataView {
  const keys = Array.from({ length: Math.ceil(samples / gop) }, (_, at) => 1 + at * gop)
  const stbl = box(
    'stbl',
    box('stts', u32(0, 1, samples, ticksASample)),
    box('stss', u32(0, keys.length, ...keys)),
    box('stsz', u32(0, 1, samples)),
  )
  const rows = edits.map(([milliseconds, ticks]) => u32(milliseconds, ticks >>> 0, 0x10000))
  const mdia = box('mdia', box('mdhd', u32(0, 0, 0, timescale, 0, 0)), box('minf', stbl))
  const trak = box('trak', box('edts', box('elst', u32(0, entries), ...rows)), mdia)
  const { buffer, byteOffset, byteLength } = Buffer.concat([
    ...[box('mvhd', u32(0, 0, 0, movieTimescale)), trak],
  ])
  return new DataView(buffer, byteOffset, byteLength)
}

function refusalOf(film: Film): MillraceError | null {
  try {
    refuseEndlessEdits(movieOf(film), defaultLimits)
    return null
  } catch (thrown) {
    if (thrown instanceof MillraceError) return thrown
    throw thrown
  }
}

const times = (count: number, ...edit: [number, number]) =>
  Array.from({ length: count }, () => edit)
const clip = { samples: 200, gop: 50 }
const hour = { samples: 90_000, gop: 250 }

it.each([
  ['one edit, as every muxer writes it', { ...clip, edits: times(1, 8000, 1024) }],
  ['a late start', { ...clip, edits: [[0xffff_ffff, -1] as const, [8000, 1024] as const] }],
  ['one edit longer than any film', { ...clip, edits: times(1, 0xffff_ffff, 0) }],
  ['two edits longer than the film is', { ...clip, edits: times(2, 0xffff_ffff, 0) }],
  ['an hour cut into a thousand pieces', { ...hour, edits: times(1000, 3600, 0) }],
  ['a list that says to be longer than it is', { ...clip, edits: times(2, 1000, 0), entries: 2e9 }],
] satisfies [string, Film][])('%s is left to FFmpeg', (_, film) => {
  expect(refusalOf(film)).toBeNull()
})

it('what is shown for longer than a film may last is too long', () => {
  const refusal = refusalOf({ ...clip, edits: times(10_000, 8000, 0) })
  expect(refusal).toMatchObject({ code: 'too-long', message: errorFacts['too-long'].message })
})

it('a length of 0 is all that follows', () => {
  expect(refusalOf({ ...clip, edits: times(10_000, 0, 0) })).toMatchObject({ code: 'too-long' })
})

it.each([
  ['instants in the middle of long GOPs', { ...hour, edits: times(10_000, 1, 5000) }],
  ['instants at the end of one GOP', { samples: 90_000, gop: 90_000, edits: times(100, 1, 46e6) }],
] satisfies [string, Film][])('%s is refused in words', (_, film) => {
  const refusal = refusalOf(film)
  expect(refusal).toMatchObject({ code: 'unsupported-source' })
  expect(refusal?.message).toMatch(/Export it as one film/)
})
