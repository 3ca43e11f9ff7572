// Prices and the arithmetic over them.
import { describe, expect, it } from 'vitest'
import { prices } from '../../../tools/cost/prices.ts'
import { amount, dollarsOf, merge, money, times, words } from '../../../tools/cost/use.ts'

describe('prices', () => {
  it('says of each where it is published, how it is known and for how much it is', () => {
    for (const [name, price] of Object.entries(prices)) {
      expect(price.source, name).toMatch(/^https:\/\/\S+$/)
      expect(['page', 'copy', 'recalled']).toContain(price.known)
      expect(price.dollars, name).toBeGreaterThan(0)
      expect(price.units, name).toBeGreaterThanOrEqual(1)
    }
  })
})

describe('dollarsOf', () => {
  it.each([
    ['storeWrites', 200_000, 1],
    ['storeReads', 1_000_000, 0.4],
    ['queueRequests', 1_000_000, 0.5],
    ['tableWrites', 1_000_000, 0.625],
    ['edgeRequests', 1_000_000, 1],
    ['spotCpu', 4, 0.04123876],
    ['cloudflareDelivered', 60, 0.06],
  ] as const)('of %s × %d is $%d', (price, quantity, dollars) => {
    expect(dollarsOf({ price, quantity })).toBeCloseTo(dollars, 9)
  })
})

describe('times and merge', () => {
  it('multiplies quantities and says so, adds up what has one price', () => {
    const uses = times(3, 'films', [
      { price: 'logs', quantity: 2, why: 'a' },
      { price: 'events', quantity: 1, why: 'b' },
      { price: 'logs', quantity: 1, why: 'c' },
    ])
    expect(merge(uses)).toEqual([
      { price: 'logs', quantity: 9, why: '3 films × (a) + 3 films × (c)' },
      { price: 'events', quantity: 3, why: '3 films × (b)' },
    ])
  })
})

describe('text', () => {
  it.each([
    [0, '$0.00'],
    [0.00004, '< $0.0001'],
    [0.00064, '$0.00064'],
    [0.4, '$0.40'],
    [3.456, '$3.46'],
    [4244.4, '$4,244'],
    [Number.NaN, '-'],
  ])('%d dollars are %s', (dollars, text) => {
    expect(money(dollars)).toBe(text)
  })

  it.each([
    [1234.5, '1,235'],
    [38, '38'],
    [0.0219, '0.0219'],
    [28.836, '28.8'],
  ])('%d is written %s', (value, text) => {
    expect(amount(value)).toBe(text)
  })

  it('names prices in words', () => {
    expect(words('storeWrites')).toBe('store writes')
  })
})
