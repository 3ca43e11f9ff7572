// What a card and the head of the library show: frames spread over the film, and sums in few words.
import { expect, test } from 'vitest'
import { noUsage } from '../../../domain/listing.ts'
import { frameOf, pickTiles } from '../../../web/src/library/preview-frames.ts'
import { lengthWords, usageWords } from '../../../web/src/library/usage-words.ts'

const tile = (index: number) => ({
  ...{ startSeconds: index, endSeconds: index + 1, url: 'sheet.jpg' },
  ...{ x: (index % 5) * 160, y: Math.floor(index / 5) * 90, width: 160, height: 90 },
})

test.each([
  [3, [0, 1, 2]],
  [12, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]],
  [100, [0, 9, 18, 27, 36, 45, 54, 63, 72, 81, 90, 99]],
])('of %i tiles those shown are spread from the first to the last', (count, shown) => {
  const tiles = Array.from({ length: count }, (_, index) => tile(index))
  expect(pickTiles(tiles).map(({ startSeconds }) => startSeconds)).toEqual(shown)
})

test.each([
  [0, { left: 0, top: 0 }],
  [4, { left: 1, top: 0 }],
  [7, { left: 0.5, top: 1 }],
])('tile %i of a sheet of five by two is placed', (index, place) => {
  expect(frameOf(tile(index), { width: 800, height: 180 })).toEqual({
    ...{ url: 'sheet.jpg', wide: 5, high: 2, aspect: 160 / 90 },
    ...place,
  })
})

test('a sheet of one tile needs no place', () => {
  expect(frameOf(tile(0), { width: 160, height: 90 })).toMatchObject({ left: 0, top: 0, wide: 1 })
})

test.each([
  [0.2, '1 s'],
  [12, '12 s'],
  [59.6, '1 min'],
  [89, '1 min'],
  [7140, '119 min'],
  [9000, '2.5 h'],
  [3_406_516, '946 h'],
])('%i seconds are «%s»', (seconds, words) => {
  expect(lengthWords(seconds)).toBe(words)
})

test('sums are said as far as there is anything to say', () => {
  expect(usageWords(noUsage)).toBe('0 videos · 0 B')
  const some = { ...noUsage, videos: 5000, sizeBytes: 9.1e11, durationSeconds: 60 }
  expect(usageWords({ ...some, complete: false })).toBe('5000+ videos · 910 GB · 1 min')
})
