// How long to wait before another try.
import { expect, test } from 'vitest'
import { backoffMs } from '../../../web/src/upload/backoff.ts'

test('the wait doubles, is at least half random, and has an end', () => {
  expect([1, 2, 3, 4].map(retry => backoffMs(retry, 1))).toEqual([600, 1200, 2400, 4800])
  expect(backoffMs(1, 0)).toBe(300)
  expect(backoffMs(30, 1)).toBe(20_000)
})
