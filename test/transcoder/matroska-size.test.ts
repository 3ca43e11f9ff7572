// Where a Matroska file ends by its own words, and when it says nothing.
import { expect, test } from 'vitest'
import { segmentEnd } from '../../transcoder/matroska-size.ts'

const header = [0x1a, 0x45, 0xdf, 0xa3, 0x82, 1, 2]
const segment = [0x18, 0x53, 0x80, 0x67]
const none = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]

test.each<[name: string, bytes: number[], end: number | null]>([
  ['one byte', [...header, ...segment, 0x85], 17],
  ['three bytes', [...header, ...segment, 0x21, 0, 0], 14 + 65_536],
  ['eight bytes', [...header, ...segment, 1, 0, 0, 0, 0, 0, 1, 0], 19 + 256],
  ['an empty one', [...header, ...segment, 0x80], 12],
  ['a live recording', [...header, ...segment, 1, ...none], null],
  ['not known, in one byte', [...header, ...segment, 0xff], null],
  ['a size that is cut itself', [...header, ...segment, 0x21, 0], null],
  ['no size', [...header, ...segment, 0], null],
  ['another element first', [...header, 0xec, 0x80, ...segment, 0x85], null],
  ['no Matroska', [0, 0, 0, 24, 0x66, 0x74, 0x79, 0x70], null],
  ['nothing', [], null],
])('%s', (_name, bytes, end) => {
  expect(segmentEnd(Uint8Array.from(bytes))).toBe(end)
})
