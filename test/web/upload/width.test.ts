// The width of an upload on lines of every kind, simulated: it must come near what the best fixed width would send.
import { describe, expect, test } from 'vitest'
import { Problem } from '../../../web/src/api/problem.ts'
import { adaptTo } from '../../../web/src/upload/adapt.ts'
import { mostAtOnce } from '../../../web/src/upload/connections.ts'
import { createGate } from '../../../web/src/upload/gate.ts'
import { createWidth } from '../../../web/src/upload/width.ts'

const mebibyte = 1024 * 1024
const partBytes = 8 * mebibyte

interface Line {
  name: string
  /** Bytes a second with so many parts on their way. */
  rate(width: number, at: number): number
  /** Failures a second. */
  failures?(width: number): number
  /** Widths that are right at the end. */
  widths: [least: number, most: number]
  /** Share of what the best fixed width sends, over two minutes. */
  share: number
}

const capped = (all: number, each: number) => (width: number) =>
  Math.min(all, each * width) * mebibyte

const lines: Line[] = [
  { name: 'one part fills it: 3G', rate: capped(0.1, 1), widths: [2, 3], share: 0.99 },
  { name: 'one part fills it: fast', rate: capped(40, 90), widths: [2, 3], share: 0.99 },
  { name: 'far away: each part is slow', rate: capped(100, 2), widths: [7, 8], share: 0.88 },
  { name: 'five parts fill it', rate: capped(25, 5), widths: [5, 6], share: 0.93 },
  {
    name: 'a router that chokes above four',
    rate: width => (width <= 4 ? 2 * width : 8 / (width - 3)) * mebibyte,
    widths: [3, 5],
    share: 0.85,
  },
  {
    name: 'a store that refuses above three',
    rate: capped(30, 5),
    failures: width => (width > 3 ? 0.5 : 0),
    widths: [2, 4],
    share: 0.7,
  },
  {
    name: 'Wi-Fi left for a telephone after a minute',
    rate: (width, at) => capped(at < 60 ? 40 : 1, at < 60 ? 5 : 3)(width),
    widths: [2, 4],
    share: 0.85,
  },
]

/** Steady, and the same each time. */
function noise(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
    return state / 2 ** 32
  }
}

function simulate(line: Line, seed: number, seconds = 120) {
  const width = createWidth({ least: 2, most: 8, first: 4, partBytes })
  const random = noise(seed)
  let [sent, best] = [0, 0]
  const fixed = Array.from({ length: 9 }, () => 0)
  const widths: number[] = []
  const step = 0.1
  for (let at = 0; at < seconds; at += step) {
    const swing = 0.9 + 0.2 * random()
    sent += line.rate(width.now, at) * swing * step
    for (let n = 2; n <= 8; n++) {
      if (!line.failures?.(n)) fixed[n] = (fixed[n] ?? 0) + line.rate(n, at) * step
    }
    width.look(at, sent, true)
    if (random() < (line.failures?.(width.now) ?? 0) * step) width.failed(at)
    if (at > seconds / 2) widths.push(width.now)
  }
  best = Math.max(...fixed)
  return { share: sent / best, last: widths.sort((a, b) => a - b)[widths.length >> 1] ?? 0 }
}

describe.each(lines)('$name', line => {
  test.each([1, 2, 3])('settles where it is right (%i)', seed => {
    const { share, last } = simulate(line, seed)
    expect(last).toBeGreaterThanOrEqual(line.widths[0])
    expect(last).toBeLessThanOrEqual(line.widths[1])
    expect(share).toBeGreaterThanOrEqual(line.share)
  })
})

test('the parts of one cut halve it once; cut after cut leaves one part on its way, until the line holds', () => {
  const width = createWidth({ least: 8, most: 8, first: 8, partBytes })
  for (let n = 0; n < 8; n++) width.failed(10 + n / 100)
  expect(width.now).toBe(4)
  for (let at = 20; at < 100; at += 5) width.failed(at)
  expect(width.now).toBe(1)
  const rate = capped(40, 10)
  let sent = 0
  for (let at = 100; at < 140; at += 0.1) {
    sent += rate(width.now) * 0.1
    width.look(at, sent, true)
  }
  expect(width.now).toBeGreaterThanOrEqual(3)
})

test.each([
  ['a fast line has four within a second', 80, 1, 4],
  ['40 Mbit/s have four after two', 4.8, 2, 4],
  ['on 9 Mbit/s four parts would take half a minute each: two', 1.07, 2, 2],
])('%s', (_, mebibytes, seconds, parts) => {
  const width = createWidth({ least: 2, most: 8, first: 4, partBytes })
  for (let at = 0; at < seconds; at += 0.05) width.look(at, at * mebibytes * mebibyte, true)
  expect(width.now).toBe(parts)
})

test('a line that is not filled teaches nothing', () => {
  const width = createWidth({ least: 2, most: 8, first: 4, partBytes })
  for (let at = 0; at < 60; at += 0.1) width.look(at, at * 1e6, false)
  expect(width.now).toBe(2)
})

test('HTTP/1.1 has six connections to a host, two of them the page’s own on its own host; HTTP/2 is free', () => {
  expect(mostAtOnce('', false)).toBe(6)
  expect(mostAtOnce('http/1.1', false)).toBe(6)
  expect(mostAtOnce('http/1.1', true)).toBe(4)
  expect(mostAtOnce('h2', true)).toBe(8)
  expect(mostAtOnce('h3', false)).toBe(8)
  const width = createWidth({ least: 2, most: 8, first: 8, partBytes })
  for (let at = 0; at < 1; at += 0.05) width.look(at, at * 500 * mebibyte, true)
  expect(width.now).toBe(8)
  width.limit(6)
  expect(width.now).toBe(6)
})

describe('the gate', () => {
  const never = new AbortController().signal
  test('grown, it lets the next in at once; shrunk, it waits for those inside', async () => {
    const gate = createGate(1)
    const out = await gate.enter(never)
    const order: string[] = []
    const second = gate.enter(never).then(leave => {
      order.push('second')
      return leave
    })
    expect(gate.isFull()).toBe(true)
    gate.resize(2)
    const leaveSecond = await second
    gate.resize(1)
    const third = gate.enter(never).then(() => order.push('third'))
    out()
    await Promise.resolve()
    expect(order).toEqual(['second'])
    leaveSecond()
    await third
    expect(order).toEqual(['second', 'third'])
  })
})

test('failures of the line narrow the gate, a refused signature does not', async () => {
  const width = createWidth({ least: 4, most: 8, first: 4, partBytes })
  const fails = (problem: Problem) =>
    adaptTo(
      width,
      () => Promise.reject(problem),
      () => 100,
    )
      .sendPart('https://store.test/1', new Blob(), () => {}, new AbortController().signal)
      .catch(() => width.now)
  expect(await fails(new Problem('store-refused', { status: 403 }))).toBe(4)
  expect(await fails(new Problem('store-refused', { status: 503 }))).toBe(2)
})
