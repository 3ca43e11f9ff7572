// Exact fractions for timelines: frame rates, time bases and instants. Arithmetic runs in BigInt; values are small integers.

/** A fraction in lowest terms with a positive denominator. Seconds, frames a second, or seconds a tick. */
export interface Rational {
  num: number
  den: number
}

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b]
  while (y > 0n) [x, y] = [y, x % y]
  return x
}

/** Throws a RangeError when the result does not fit: a time base that is no time base. */
export function rational(num: number | bigint, den: number | bigint = 1): Rational {
  let [n, d] = [BigInt(num), BigInt(den)]
  if (d === 0n) throw new RangeError('a fraction needs a denominator other than 0')
  if (d < 0n) [n, d] = [-n, -d]
  const divisor = gcd(n, d) || 1n
  const result = { num: Number(n / divisor), den: Number(d / divisor) }
  if (!Number.isSafeInteger(result.num) || !Number.isSafeInteger(result.den)) {
    throw new RangeError('a fraction is too fine to be exact')
  }
  return result
}

export function addRational(a: Rational, b: Rational): Rational {
  return rational(
    BigInt(a.num) * BigInt(b.den) + BigInt(b.num) * BigInt(a.den),
    BigInt(a.den) * BigInt(b.den),
  )
}

export function subtractRational(a: Rational, b: Rational): Rational {
  return addRational(a, { num: -b.num, den: b.den })
}

export function multiplyRational(a: Rational, b: Rational): Rational {
  return rational(BigInt(a.num) * BigInt(b.num), BigInt(a.den) * BigInt(b.den))
}

export function toNumber({ num, den }: Rational): number {
  return num / den
}

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient
}

export function floorRational({ num, den }: Rational): number {
  return Number(floorDivide(BigInt(num), BigInt(den)))
}

/** ⌊x + ½⌋ */
export function roundRational({ num, den }: Rational): number {
  return Number(floorDivide(2n * BigInt(num) + BigInt(den), 2n * BigInt(den)))
}

export function leastCommonMultiple(a: number, b: number): number {
  return Number((BigInt(a) / gcd(BigInt(a), BigInt(b))) * BigInt(b))
}

/** `24000/1001`, `25/1` or `25`; null for anything else and for 0/0. */
export function parseRational(text: string): Rational | null {
  const match = /^(-?\d{1,15})(?:\/(\d{1,15}))?$/.exec(text)
  if (!match) return null
  const den = match[2] === undefined ? 1 : Number(match[2])
  return den === 0 ? null : rational(Number(match[1]), den)
}
