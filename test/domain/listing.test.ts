// Searching, filtering and sorting videos: what is the same to a person, what is found, in which order.
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import {
  comparePlaces,
  fold,
  isListed,
  type ListedVideo,
  listSorts,
  noUsage,
  placeOf,
  searchWords,
  usageOf,
} from '#domain/listing.ts'
import { videoStates } from '#domain/video.ts'
import { videoIds } from './generators.ts'

const listed = (changes: Partial<ListedVideo> = {}): ListedVideo => ({
  videoId: 'v_0123456789abcdefghijkL',
  title: 'A clip',
  state: 'ready',
  createdAt: 1_700_000_000,
  sizeBytes: 1000,
  durationSeconds: 60,
  ...changes,
})

const videos: fc.Arbitrary<ListedVideo> = fc.record({
  videoId: videoIds,
  title: fc.string({ unit: 'grapheme' }),
  state: fc.constantFrom(...videoStates),
  createdAt: fc.nat().map(ms => ms / 1000),
  sizeBytes: fc.nat(),
  durationSeconds: fc.option(fc.nat()),
})

test.each([
  ['Žižkov', 'zizkov'],
  ['CAFÉ', 'cafe\u0301'],
  ['Straße', 'STRASSE'],
  ['İstanbul', 'istanbul'],
  ['Łódź', 'lodz'],
  ['Ærø', 'aero'],
  ['ﬁlm', 'FILM'],
  ['Ｆｕｌｌ', 'full'],
])('%s and %s are the same to a search', (title, search) => {
  expect(fold(title)).toBe(fold(search))
  expect(isListed(listed({ title }), { words: searchWords(search), states: [] })).toBe(true)
})

test('folding what is folded changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), text => {
      expect(fold(fold(text))).toBe(fold(text))
    }),
  )
})

describe('a search', () => {
  test.each([
    ['lake rome', true],
    ['ROME lake', true],
    ['lak', true],
    ['  ', true],
    ['rome oslo', false],
    ['lake  rome rome', true],
  ])('for «%s» finds «A lake near Rome»: %s', (search, found) => {
    const filter = { words: searchWords(search), states: [] }
    expect(isListed(listed({ title: 'A lake near Rome' }), filter)).toBe(found)
  })

  test('finds any video by its own title', () => {
    fc.assert(
      fc.property(videos, video => {
        const filter = { words: searchWords(video.title), states: [] }
        expect(isListed(video, filter)).toBe(video.state !== 'deleting')
      }),
    )
  })
})

test('what waits is being processed, and what is being deleted is not there', () => {
  const shown = (state: ListedVideo['state']) =>
    isListed(listed({ state }), { words: [], states: ['processing', 'failed'] })
  expect(videoStates.filter(shown)).toEqual(['queued', 'processing', 'failed'])
  expect(isListed(listed({ state: 'deleting' }), { words: [], states: [] })).toBe(false)
})

describe('an order', () => {
  test.each([
    ['newest', ['b', 'c', 'a']],
    ['oldest', ['a', 'c', 'b']],
    ['title', ['a', 'c', 'b']],
    ['longest', ['c', 'a', 'b']],
    ['largest', ['b', 'c', 'a']],
  ] as const)('by %s', (sort, order) => {
    const all = [
      listed({ videoId: 'a', title: 'Émile 2', createdAt: 1, sizeBytes: 5, durationSeconds: 7 }),
      listed({ videoId: 'b', title: 'Zoo', createdAt: 3, sizeBytes: 9, durationSeconds: null }),
      listed({ videoId: 'c', title: 'emile 10', createdAt: 2, sizeBytes: 6, durationSeconds: 70 }),
    ]
    const place = (video: ListedVideo) => placeOf(video, sort)
    const sorted = all.toSorted((a, b) => comparePlaces(place(a), place(b), sort))
    expect(sorted.map(({ videoId }) => videoId)).toEqual(order)
  })

  it.each(listSorts)(
    'by %s puts every video in one place, also after a way through a cursor',
    sort => {
      const sent = (video: ListedVideo) => JSON.parse(JSON.stringify(placeOf(video, sort)))
      fc.assert(
        fc.property(videos, videos, (a, b) => {
          const there = comparePlaces(placeOf(a, sort), sent(b), sort)
          const back = comparePlaces(placeOf(b, sort), sent(a), sort)
          expect(Math.sign(there) + Math.sign(back)).toBe(0)
          expect(there === 0).toBe(a.videoId === b.videoId)
        }),
      )
    },
  )
})

test('usage is a sum over all but what is being deleted', () => {
  expect(usageOf([], true)).toEqual(noUsage)
  const all = videoStates.map(state => listed({ state }))
  expect(usageOf([...all, listed({ state: 'failed', durationSeconds: null })], false)).toEqual({
    videos: 6,
    states: { uploading: 1, processing: 2, ready: 1, failed: 2 },
    sizeBytes: 6000,
    durationSeconds: 300,
    complete: false,
  })
})
