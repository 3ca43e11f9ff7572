// What an upload still has to send, and how it waits: tables over pure functions.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createGate } from '../../../web/src/upload/gate.ts'
import {
  backoffMs,
  missingParts,
  planFits,
  readHeld,
  sentBytes,
} from '../../../web/src/upload/plan.ts'
import { tick } from './fakes.ts'

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

describe('waiting', () => {
  test('doubles, is at least half random, and has an end', () => {
    expect([1, 2, 3, 4].map(retry => backoffMs(retry, 1))).toEqual([600, 1200, 2400, 4800])
    expect(backoffMs(1, 0)).toBe(300)
    expect(backoffMs(30, 1)).toBe(20_000)
  })

  test('the gate lets its number through, in order, and who gave up does not block it', async () => {
    const gate = createGate(2)
    const never = new AbortController().signal
    const order: string[] = []
    const leaveA = await gate.enter(never)
    const leaveB = await gate.enter(never)
    const impatient = new AbortController()
    const given = gate.enter(impatient.signal)
    void gate.enter(never).then(() => order.push('third'))
    void gate.enter(never).then(() => order.push('fourth'))
    impatient.abort()
    await expect(given).rejects.toThrow()
    expect(order).toEqual([])
    leaveA()
    leaveA()
    await tick()
    expect(order).toEqual(['third'])
    leaveB()
    await tick()
    expect(order).toEqual(['third', 'fourth'])
  })
})
