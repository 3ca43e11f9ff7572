// Numbers as people read them, and addresses as the portal reads them.
import { expect, test } from 'vitest'
import {
  formatBytes,
  formatClock,
  formatDate,
  formatTimeLeft,
  percentOf,
} from '../../../web/src/look/format.ts'
import { readRoute } from '../../../web/src/route.ts'
import { de } from '../../../web/src/strings/de.ts'

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1500, '2 kB'],
  [999_600, '1.0 MB'],
  [48_123_456, '48.1 MB'],
  [260_000_000, '260 MB'],
  [60_000_000_000, '60.0 GB'],
])('%i bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text)
})

test.each([
  [0, '0:00'],
  [7.9, '0:07'],
  [62, '1:02'],
  [3725, '1:02:05'],
])('%d s on a clock: %s', (seconds, text) => {
  expect(formatClock(seconds)).toBe(text)
})

test.each([
  [0, '1 s'],
  [8.2, '9 s'],
  [11, '15 s'],
  [70, '1 min'],
  [3500, '58 min'],
  [3600, '1 h'],
  [8100, '2 h 20 min'],
])('%d s left: %s', (seconds, text) => {
  expect(formatTimeLeft(seconds)).toBe(text)
})

test('a day is written as its language does; what is none is not', () => {
  const noon = new Date(2026, 8, 3, 12).toISOString()
  expect(formatDate(noon)).toBe('3 Sept 2026')
  expect(de.date(3, 8, 2026)).toBe('03.09.2026')
  expect(formatDate('yesterday')).toBe('')
})

test('a hundred percent is only said of what is done', () => {
  expect([0, 0.125, 0.9999, 1].map(percentOf)).toEqual([0, 12, 99, 100])
})

test.each([
  ['/', 'library'],
  ['/watch/v_0123456789abcdefghijkL', 'watch'],
  ['/watch/v_0123456789abcdefghijkL/', 'watch'],
  ['/watch/v_short', 'not-found'],
  ['/watch/v_0123456789abcdefghijkL/more', 'not-found'],
  ['/elsewhere', 'not-found'],
])('%s is the page %s', (path, page) => {
  expect(readRoute(path).page).toBe(page)
})
