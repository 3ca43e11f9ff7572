// Exact fractions: every operation against a reference in BigInt that never reduces, and refusal of what cannot be exact.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addRational,
  floorRational,
  leastCommonMultiple,
  multiplyRational,
  parseRational,
  type Rational,
  rational,
  roundRational,
  subtractRational,
  toNumber,
} from '#domain/rational.ts'

const nums = fc.integer({ min: -1_000_000, max: 1_000_000 })
const dens = fc.integer({ min: 1, max: 1_000_000 })
const fractions = fc.tuple(nums, dens)

/** Equal as fractions: by crosswise multiplication, which needs no lowest terms. */
const same = ({ num, den }: Rational, n: bigint, d: bigint) => BigInt(num) * d === n * BigInt(den)

function divisorOf(a: number, b: number): number {
  for (let d = Math.min(Math.abs(a), b); d > 1; d--) if (a % d === 0 && b % d === 0) return d
  return 1
}

describe('a fraction', () => {
  it('is in lowest terms with a positive denominator', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -3000, max: 3000 }),
        fc.integer({ min: -3000, max: 3000 }),
        (n, d) => {
          fc.pre(d !== 0)
          const value = rational(n, d)
          expect(same(value, BigInt(n), BigInt(d))).toBe(true)
          expect(value.den).toBeGreaterThan(0)
          expect(divisorOf(value.num, value.den)).toBe(1)
        },
      ),
    )
    expect(rational(0, -7)).toStrictEqual({ num: 0, den: 1 })
    expect(rational(48_000, 2002)).toStrictEqual({ num: 24_000, den: 1001 })
  })

  it('needs a denominator, and whole numbers that fit', () => {
    expect(() => rational(1, 0)).toThrow(RangeError)
    expect(() => rational(0.5)).toThrow(RangeError)
    expect(() => rational(2n ** 53n, 3n)).toThrow(RangeError)
    expect(() => rational(5n, 2n ** 54n)).toThrow(RangeError)
    expect(rational(2n ** 60n, 2n ** 59n)).toStrictEqual({ num: 2, den: 1 })
  })
})

describe('arithmetic', () => {
  it('adds, subtracts and multiplies exactly', () => {
    fc.assert(
      fc.property(fractions, fractions, ([a, b], [c, d]) => {
        const [x, y] = [rational(a, b), rational(c, d)]
        const [A, B, C, D] = [BigInt(a), BigInt(b), BigInt(c), BigInt(d)]
        expect(same(addRational(x, y), A * D + C * B, B * D)).toBe(true)
        expect(same(subtractRational(x, y), A * D - C * B, B * D)).toBe(true)
        expect(same(multiplyRational(x, y), A * C, B * D)).toBe(true)
      }),
    )
  })

  it('takes back what it added', () => {
    fc.assert(
      fc.property(fractions, fractions, ([a, b], [c, d]) => {
        const [x, y] = [rational(a, b), rational(c, d)]
        expect(subtractRational(addRational(x, y), y)).toStrictEqual(x)
      }),
    )
  })

  it('reaches far past the range of products in doubles', () => {
    const big = rational(9_007_199_254_740_991, 1001)
    expect(multiplyRational(big, rational(1001, 9_007_199_254_740_991))).toStrictEqual(rational(1))
    expect(() => multiplyRational(big, big)).toThrow(RangeError)
  })

  it('refuses a sum that does not fit instead of rounding it', () => {
    expect(() => addRational(rational(1, 94_906_267), rational(1, 94_906_266))).toThrow(RangeError)
  })
})

describe('whole numbers of a fraction', () => {
  it('floor: the whole number n with n ≤ x < n + 1', () => {
    fc.assert(
      fc.property(fractions, ([a, b]) => {
        const n = BigInt(floorRational(rational(a, b)))
        expect(n * BigInt(b) <= BigInt(a) && BigInt(a) < (n + 1n) * BigInt(b)).toBe(true)
      }),
    )
  })

  it('round: the whole number n with n − ½ ≤ x < n + ½', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fractions,
          nums.map(n => [n, 2] as [number, number]),
        ),
        ([a, b]) => {
          const n = 2n * BigInt(roundRational(rational(a, b)))
          const [A, B] = [2n * BigInt(a), BigInt(b)]
          expect((n - 1n) * B <= A && A < (n + 1n) * B).toBe(true)
        },
      ),
    )
    expect([-3, -1, 1, 3].map(n => roundRational(rational(n, 2)))).toEqual([-1, 0, 1, 2])
  })

  it('as a double is the quotient', () => {
    expect(toNumber(rational(30_000, 1001))).toBe(30_000 / 1001)
  })
})

describe('the least common multiple', () => {
  it('is the smallest number both divide', () => {
    const small = fc.integer({ min: 1, max: 400 })
    fc.assert(
      fc.property(small, small, (a, b) => {
        let smallest = a
        while (smallest % b !== 0) smallest += a
        expect(leastCommonMultiple(a, b)).toBe(smallest)
      }),
    )
    expect(leastCommonMultiple(48_000, 90_000)).toBe(720_000)
  })
})

describe('a fraction as text', () => {
  it('is read as ffprobe writes it', () => {
    fc.assert(
      fc.property(fractions, ([a, b]) => {
        expect(parseRational(`${a}/${b}`)).toStrictEqual(rational(a, b))
        expect(parseRational(`${a}`)).toStrictEqual(rational(a))
      }),
    )
  })

  it.each(['0/0', '1/0', '', 'N/A', '25.5', '1/-2', '+1', '1/2/3', ' 1', '1e3', '1/', '/1', '--1'])(
    'is not %j',
    text => {
      expect(parseRational(text)).toBeNull()
    },
  )

  it('never throws', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^-?\d{1,18}(\/\d{0,18})?$/), text => {
        expect(() => parseRational(text)).not.toThrow()
      }),
    )
  })
})
