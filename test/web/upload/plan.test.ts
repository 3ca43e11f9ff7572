// What an upload still has to send: tables over pure functions.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { missingParts, planFits, readHeld, sentBytes } from '../../../web/src/upload/plan.ts'

const plan = { videoId: 'v_x', partBytes: 10, partCount: 4 }

describe('parts', () => {
  test('only parts of the planned size count as held', () => {
    const held = readHeld(35, plan, [
      { partNumber: 1, size: 10, etag: 'a' },
      { partNumber: 2, size: 9, etag: 'b' },
      { partNumber: 4, size: 5, etag: 'd' },
      { partNumber: 5, size: 10, etag: 'e' },
      { partNumber: 0, size: 10, etag: 'z' },
    ])
    expect([...held]).toEqual([
      [1, 'a'],
      [4, 'd'],
    ])
    expect(missingParts(plan, held)).toEqual([2, 3])
    expect(sentBytes(35, plan, held)).toBe(15)
  })

  test('held and missing parts together are always the whole file', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100_000 }),
        fc.integer({ min: 7, max: 500 }),
        fc.array(fc.integer({ min: 1, max: 200 })),
        (size, partBytes, numbers) => {
          const partCount = Math.ceil(size / partBytes)
          const made = { videoId: 'v_x', partBytes, partCount }
          const etags = new Map(numbers.filter(n => n <= partCount).map(n => [n, 'e'] as const))
          const rest = new Map(missingParts(made, etags).map(n => [n, 'e'] as const))
          expect(sentBytes(size, made, etags) + sentBytes(size, made, rest)).toBe(size)
        },
      ),
    )
  })

  test.each([
    [35, true],
    [40, true],
    [41, false],
    [30, false],
  ])('a file of %i bytes fits four parts of ten: %s', (size, fits) => {
    expect(planFits(size, plan)).toBe(fits)
  })
})
