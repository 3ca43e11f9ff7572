// The laws of multipart upload for any size up to the limit: 1 to 10,000 equal parts that cover the file exactly once.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  fileFingerprint,
  maxPartNumber,
  maxPartsPerCall,
  maxSourceBytes,
  minPartBytes,
  partRange,
  planParts,
} from '#domain/parts.ts'

const mebibyte = 2 ** 20
const sizes = fc.oneof(
  fc.integer({ min: 1, max: maxSourceBytes }),
  fc.integer({ min: 1, max: 100 * mebibyte }),
  // About every multiple of the usual part, where a remainder of 0 or 1 byte begins.
  fc
    .tuple(fc.integer({ min: 1, max: 7000 }), fc.integer({ min: -1, max: 1 }))
    .map(([count, off]) => count * 8 * mebibyte + off),
)

describe('the parts of a file', () => {
  it('number from 1 to 10,000, hold at least 5 MiB each but the last, and leave no empty part', () => {
    fc.assert(
      fc.property(sizes, size => {
        const { partBytes, partCount } = planParts(size)
        expect(partCount).toBeGreaterThanOrEqual(1)
        expect(partCount).toBeLessThanOrEqual(10_000)
        expect(partBytes).toBeGreaterThanOrEqual(5 * mebibyte)
        expect(partBytes % mebibyte).toBe(0)
        expect(partCount * partBytes).toBeGreaterThanOrEqual(size)
        expect((partCount - 1) * partBytes).toBeLessThan(size)
      }),
      { numRuns: 500 },
    )
  })

  it('cover the file exactly once, in order, all of one size but the last', () => {
    fc.assert(
      fc.property(sizes, size => {
        const plan = planParts(size)
        let end = 0
        for (let part = 1; part <= plan.partCount; part++) {
          const range = partRange(size, part, plan)
          const length = range.end - range.start
          if (range.start !== end) expect(range.start).toBe(end)
          if (part < plan.partCount && length !== plan.partBytes) {
            expect(length).toBe(plan.partBytes)
          }
          end = range.end
        }
        expect(end).toBe(size)
        const last = partRange(size, plan.partCount)
        expect(last.end - last.start).toBeGreaterThan(0)
      }),
      { numRuns: 100 },
    )
  })

  it.each([
    [1, 8 * mebibyte, 1],
    [8 * mebibyte, 8 * mebibyte, 1],
    [8 * mebibyte + 1, 8 * mebibyte, 2],
    [maxSourceBytes, 8 * mebibyte, 7153],
  ])('of %i bytes are of %i bytes: %i of them', (size, partBytes, partCount) => {
    expect(planParts(size)).toEqual({ partBytes, partCount })
  })

  it('grow with a file beyond the default limit, so that 10,000 are always enough', () => {
    fc.assert(
      fc.property(fc.integer({ min: maxSourceBytes, max: 5 * 2 ** 40 }), size => {
        expect(planParts(size).partCount).toBeLessThanOrEqual(maxPartNumber)
      }),
    )
  })

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuse a size of %d', size => {
    expect(() => planParts(size)).toThrow(RangeError)
  })

  it.each([0, -1, 3, 1.5, Number.NaN])('have no part %d of 2', part => {
    expect(() => partRange(8 * mebibyte + 1, part)).toThrow(RangeError)
  })

  it('obey the laws of S3', () => {
    expect(maxPartNumber).toBe(10_000)
    expect(minPartBytes).toBe(5 * mebibyte)
    expect(maxPartsPerCall).toBeLessThanOrEqual(maxPartNumber)
  })
})

describe('the fingerprint of a file', () => {
  const film = { name: 'film.mp4', size: 1000, lastModified: 1_700_000_000_000 }

  it('is the same for the same file and another when anything differs', () => {
    const others = [{ name: 'Film.mp4' }, { size: 1001 }, { lastModified: 1_700_000_000_001 }]
    expect(fileFingerprint({ ...film })).toBe(fileFingerprint(film))
    for (const other of others) {
      expect(fileFingerprint({ ...film, ...other })).not.toBe(fileFingerprint(film))
    }
  })

  it('stays short and keeps size and time whatever the name', () => {
    const name = 'x'.repeat(5000)
    expect(fileFingerprint({ ...film, name }).length).toBeLessThanOrEqual(400)
    expect(fileFingerprint({ ...film, name, size: 1001 })).not.toBe(
      fileFingerprint({ ...film, name }),
    )
  })
})
