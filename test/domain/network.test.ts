// The network of an address, written by the functions into a token and read by the gate from the viewer: the same words of both.
import { readFileSync } from 'node:fs'
import { createContext, Script } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { networkOf, referrerPattern } from '#domain/network.ts'

const gate = readFileSync(new URL('../../infra/edge/gate.js', import.meta.url), 'utf8')
const atTheGate: (address: string) => string = new Script(`${gate}\n;networkOf`).runInContext(
  createContext({ require: () => ({}) }),
)

describe('a network', () => {
  it.each([
    ['203.0.113.7', '203.0.113'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1'],
    ['2001:0DB8:0001::', '2001:db8:1'],
    ['2001:db8::1', '2001:db8:0'],
    ['2001::3:4:5:6:7:8', '2001:0:3'],
    ['::1', '0:0:0'],
    ['::', '0:0:0'],
  ])('of %s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
    expect(atTheGate(address)).toBe(network)
  })

  it('is the same for the function that signs and for the gate, for any address', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), address => {
        fc.pre(!(address.includes(':') && address.includes('.')))
        expect(networkOf(address)).toBe(atTheGate(address))
      }),
    )
  })

  it.each([
    '',
    'unknown',
    '1.2.3',
    '1.2.3.4.5',
    '::ffff:1.2.3.4',
    '2001:db8',
    '1:2:3:4:5:6:7:8:9',
    'g::1',
    'x:y',
  ])('of %j there is none', text => {
    expect(networkOf(text)).toBeNull()
  })
})

it.each([
  ['example.com', true],
  ['localhost:3000', true],
  ['a', true],
  ['Example.com', false],
  ['https://example.com', false],
  ['example.com/', false],
  ['-example.com', false],
  ['*.example.com', false],
  ['example.com:', false],
  ['', false],
])('%j is the host of a page: %s', (text, is) => {
  expect(referrerPattern.test(text)).toBe(is)
})
