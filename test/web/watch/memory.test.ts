// What the browser keeps of a viewer: bounded, forgiving of what it finds, and what it makes of a connection.
import { describe, expect, test } from 'vitest'
import { readConnection } from '../../../web/src/connection.ts'
import type { Store } from '../../../web/src/memory.ts'
import { createLineMeasure } from '../../../web/src/watch/memory/line-measure.ts'
import { recallLine, rememberLine } from '../../../web/src/watch/memory/line-memory.ts'
import {
  mostPlaces,
  placeToKeep,
  recallPlace,
  rememberPlace,
} from '../../../web/src/watch/memory/place-memory.ts'
import { planSpending } from '../../../web/src/watch/memory/spending.ts'
import {
  recallPreferences,
  rememberPreferences,
  usualPreferences,
} from '../../../web/src/watch/memory/watch-preferences.ts'

function someStore(held: Record<string, string> = {}): Store {
  return {
    getItem: key => held[key] ?? null,
    setItem(key, value) {
      held[key] = value
    },
  }
}
const forbidden: Store = {
  getItem() {
    throw new Error('forbidden')
  },
  setItem() {
    throw new Error('full')
  },
}

describe('where a viewer stopped', () => {
  test.each([
    ['the first seconds', 9.9, 600, null],
    ['in the middle', 300.123, 600, 300.1],
    ['the credits', 570, 600, null],
    ['a film of unknown length', 4000, null, 4000],
    ['a short one', 11, 11.5, null],
    ['no moment at all', Number.NaN, 600, null],
  ])('%s', (_, seconds, duration, kept) => {
    expect(placeToKeep(seconds, duration)).toBe(kept)
  })

  test('is kept by video, the longest unseen forgotten first', () => {
    const store = someStore()
    for (let at = 0; at < mostPlaces; at++) rememberPlace(store, `v${at}`, at + 10)
    rememberPlace(store, 'v0', 77)
    rememberPlace(store, 'another', 12)
    expect(recallPlace(store, 'v0')).toBe(77)
    expect(recallPlace(store, 'v1')).toBeNull()
    expect(recallPlace(store, 'v2')).toBe(12)
    rememberPlace(store, 'v0', null)
    expect(recallPlace(store, 'v0')).toBeNull()
  })
})

describe('the line', () => {
  const at = Date.parse('2026-01-10T00:00:00Z')
  const hours = (n: number) => at + n * 3_600_000

  test('is known by its kind, believed less when it is old, forgotten after two weeks', () => {
    const store = someStore()
    rememberLine(store, 'wifi', { bitsPerSecond: 10e6, at })
    rememberLine(store, 'cellular', { bitsPerSecond: 1e6, at })
    expect(recallLine(store, 'wifi', hours(1))).toBe(10e6)
    expect(recallLine(store, 'cellular', hours(1))).toBe(1e6)
    expect(recallLine(store, 'ethernet', hours(1))).toBeNull()
    expect(recallLine(store, 'wifi', hours(24))).toBe(7e6)
    expect(recallLine(store, 'wifi', hours(15 * 24))).toBeNull()
    // A clock that was put back.
    expect(recallLine(store, 'wifi', hours(-1))).toBeNull()
  })

  test('is measured by pieces that are large enough to tell', () => {
    const line = createLineMeasure()
    expect(line.bitsPerSecond()).toBeNull()
    line.add({ bytes: 900, milliseconds: 300 })
    line.add({ bytes: 500_000, milliseconds: 0 })
    expect(line.bitsPerSecond()).toBeNull()
    line.add({ bytes: 500_000, milliseconds: 400 })
    expect(line.bitsPerSecond()).toBe(10e6)
    for (let turn = 0; turn < 20; turn++) line.add({ bytes: 100_000, milliseconds: 800 })
    expect(line.bitsPerSecond()).toBe(1e6)
  })
})

describe('how a viewer likes to watch', () => {
  test('one thing changes, the others stay', () => {
    const store = someStore()
    rememberPreferences(store, { speed: 1.5, captions: 'de' })
    rememberPreferences(store, { saver: true })
    expect(recallPreferences(store)).toEqual({
      ...usualPreferences,
      speed: 1.5,
      captions: 'de',
      saver: true,
    })
  })

  test.each([
    ['nothing', someStore()],
    ['something foreign', someStore({ 'millrace.ways': '{"speed":900,"quality":"x","saver":1}' })],
    ['broken', someStore({ 'millrace.ways': '{', 'millrace.places': '[1]' })],
    ['forbidden', forbidden],
  ])('a storage with %s is as good as an empty one', (_, store) => {
    expect(recallPreferences(store)).toEqual(usualPreferences)
    expect(recallPlace(store, 'v')).toBeNull()
    expect(recallLine(store, 'any', 0)).toBeNull()
    expect(() => rememberPreferences(store, { speed: 2 })).not.toThrow()
  })
})

describe('what may be spent', () => {
  const of = (effectiveType: string | null, saveData = false) => ({ effectiveType, saveData })
  test.each([
    ['nothing known', of(null), null, false, { maxHeight: null, aheadSeconds: 30 }],
    ['fast', of('4g'), 20e6, false, { maxHeight: null, aheadSeconds: 30 }],
    ['slow by measure', of('4g'), 900e3, false, { maxHeight: 360, aheadSeconds: 60 }],
    ['3G, measured', of('4g'), 1.6e6, false, { maxHeight: 360, aheadSeconds: 60 }],
    ['slow by what the browser says', of('3g'), null, false, { maxHeight: 360, aheadSeconds: 60 }],
    ['very slow', of('slow-2g'), null, false, { maxHeight: 240, aheadSeconds: 60 }],
    ['the measure is believed first', of('3g'), 20e6, false, { maxHeight: null, aheadSeconds: 30 }],
    ['saving, by the browser', of('4g', true), 20e6, false, { maxHeight: 480, aheadSeconds: 10 }],
    ['saving, by the menu', of(null), null, true, { maxHeight: 480, aheadSeconds: 10 }],
  ])('%s', (_, connection, bitsPerSecond, saver, wanted) => {
    expect(planSpending(connection, bitsPerSecond, saver)).toMatchObject(wanted)
  })

  test('a browser that says nothing of its connection', () => {
    expect(readConnection({})).toEqual({ kind: 'any', effectiveType: null, saveData: false })
    const connection = { type: 'wifi', effectiveType: '4g', saveData: true }
    expect(readConnection({ connection })).toEqual({
      ...{ kind: 'wifi', effectiveType: '4g', saveData: true },
    })
  })
})
