// What the gate keeps of ended links: written and read back, never opened again by a late word.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  noEpoch,
  readRevocation,
  revocationFrom,
  strictest,
  writeRevocation,
} from '#domain/revocation.ts'
import { publicTokenExpiry, tokenExpiry } from '#domain/timing.ts'

const revocations = fc.record({
  lowestEpoch: fc.oneof(fc.nat(), fc.constant(noEpoch)),
  until: fc.nat(4_000_000_000),
})

describe('a revocation', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(revocations, one => {
        expect(readRevocation(writeRevocation(one))).toEqual(one)
      }),
    )
  })

  it('stands until the longest link there can be has ended', () => {
    const { until } = revocationFrom(1, 1_800_000_000)
    expect(until).toBeGreaterThanOrEqual(tokenExpiry(1_800_000_000, 8 * 3600))
    expect(until).toBeGreaterThanOrEqual(publicTokenExpiry(1_800_000_000))
  })

  it('of two, in whatever order, shuts what either shuts', () => {
    fc.assert(
      fc.property(revocations, revocations, (one, other) => {
        const both = strictest(one, other)
        expect(strictest(other, one)).toEqual(both)
        expect(both.lowestEpoch).toBeGreaterThanOrEqual(
          Math.max(one.lowestEpoch, other.lowestEpoch),
        )
        expect(both.until).toBeGreaterThanOrEqual(Math.max(one.until, other.until))
        expect(strictest(one, null)).toEqual(one)
      }),
    )
  })

  it.each(['', 'x', '1.', '.1', '1.2.3', '-1.2', '1e3'])('%j is none', text => {
    expect(readRevocation(text)).toBeNull()
  })
})
