// Rates, times left, and bars that never go back.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { barRatio, forward } from '../../../web/src/progress/bar.ts'
import { createPace } from '../../../web/src/progress/pace.ts'

describe('pace', () => {
  test('says nothing before it has seen enough', () => {
    const pace = createPace(10)
    expect(pace.rate(5)).toBeNull()
    pace.add(0, 0)
    pace.add(1, 100)
    expect(pace.rate(1)).toBeNull()
    expect(pace.secondsLeft(1, 1000)).toBeNull()
  })

  test('a steady flow has its rate and its end', () => {
    const pace = createPace(10)
    for (let s = 0; s <= 30; s++) pace.add(s, s * 50)
    expect(pace.rate(30)).toBeCloseTo(50)
    expect(pace.secondsLeft(30, 2500)).toBeCloseTo(20)
  })

  test('only the last seconds count', () => {
    const pace = createPace(10)
    for (let s = 0; s <= 60; s++) pace.add(s, s * 10)
    for (let s = 1; s <= 20; s++) pace.add(60 + s, 600 + s * 100)
    expect(pace.rate(80)).toBeCloseTo(100)
  })

  test('or the share that is wanted of all the time', () => {
    const pace = createPace(10, 0.5)
    for (let s = 0; s <= 60; s++) pace.add(s, s * 10)
    for (let s = 1; s <= 20; s++) pace.add(60 + s, 600 + s * 100)
    // Of 80 s the last 40: half of them slow.
    expect(pace.rate(80)).toBeCloseTo(55)
  })

  test('what stands still gets slower, and its end does not run away below nothing', () => {
    const pace = createPace(10)
    for (let s = 0; s <= 10; s++) pace.add(s, s * 100)
    expect(pace.rate(20)).toBeCloseTo(50)
    expect(pace.secondsLeft(1000, 1100)).toBeGreaterThanOrEqual(0)
  })

  test('after a pause it begins anew', () => {
    const pace = createPace(10)
    for (let s = 0; s <= 10; s++) pace.add(s, s * 100)
    pace.reset()
    expect(pace.rate(11)).toBeNull()
    pace.add(100, 1000)
    pace.add(102, 1400)
    expect(pace.rate(102)).toBeCloseTo(200)
  })

  test('values that fall are not seen', () => {
    const pace = createPace(10)
    pace.add(0, 0)
    pace.add(2, 100)
    pace.add(3, 40)
    expect(pace.rate(4)).toBeCloseTo(25)
  })
})

describe('bar', () => {
  test('the way up is its first half, the encode its second', () => {
    expect(barRatio({ upload: 0, encode: 0 })).toBe(0)
    expect(barRatio({ upload: 1, encode: 0 })).toBe(0.5)
    expect(barRatio({ upload: 1, encode: 1 })).toBe(1)
  })

  test('never goes back, never leaves 0..1, whatever it is told', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noDefaultInfinity: false })), told => {
        let bar = 0
        for (const ratio of told) {
          const next = forward(bar, ratio)
          expect(next).toBeGreaterThanOrEqual(bar)
          expect(next).toBeLessThanOrEqual(1)
          bar = next
        }
      }),
    )
  })
})
