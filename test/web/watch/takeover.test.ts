// Another quality takes the place of the one that plays: with which segment, on which line, and when the one after it is asked for.
import { describe, expect, test } from 'vitest'
import type { Segment } from '../../../web/src/watch/ahead/playlist-reading.ts'
import { planTakeover } from '../../../web/src/watch/player/takeover.ts'

/** Segments of two seconds and 100,000 bytes each: 400 kbit/s. */
const segments: Segment[] = Array.from({ length: 5 }, (_, at) => ({
  ...{ url: 'rung', init: null, from: at * 100_000, to: (at + 1) * 100_000 },
  ...{ startSeconds: 2 * at, endSeconds: 2 * (at + 1) },
}))
const bitsPerSecond = 400_000
const line = (megabits: number, firstByteSeconds: number) => ({
  ...{ bitsPerSecond: megabits * 1e6, firstByteSeconds },
})

describe('a takeover', () => {
  test.each([
    ['a fast line: what shows this moment', 3, 1, line(100, 0.01), 1],
    ['so near its end that nothing could follow in time', 3.98, 1, line(100, 0.01), 2],
    ['4G in the middle of a segment', 3, 1, line(9, 0.17), 1],
    ['3G, with the segment just begun', 2.1, 1, line(1.6, 0.3), 1],
    ['3G, with too little of it left', 3, 1, line(1.6, 0.3), 2],
    ['a line as narrow as the quality', 0, 1, line(0.4, 0.4), 2],
    ['watched twice as fast', 2.1, 2, line(1.6, 0.3), 2],
    ['paused: there is all the time', 3.98, 0, line(0.4, 0.4), 1],
  ])('%s', (_, seconds, speed, over, index) => {
    const plan = planTakeover(segments, { seconds, speed }, over, bitsPerSecond)
    expect(plan?.segment).toBe(segments[index])
    expect(plan?.next).toBe(segments[index + 1])
  })

  test('the next segment follows without a pause of the line', () => {
    const plan = planTakeover(segments, { seconds: 2.1, speed: 1 }, line(1.6, 0.3), bitsPerSecond)
    expect(plan?.nextAfterSeconds).toBeCloseTo(0.5)
  })

  test('the last segment has none after it', () => {
    const plan = planTakeover(segments, { seconds: 8.1, speed: 1 }, line(9, 0.17), bitsPerSecond)
    expect(plan?.segment).toBe(segments[4])
    expect(plan?.next).toBeNull()
  })

  test.each([
    ['a line too narrow for what is left', 7, line(0.2, 0.4), segments],
    ['a list that is empty', 0, line(9, 0.17), []],
  ])('none: %s', (_, seconds, over, of) => {
    expect(planTakeover(of, { seconds, speed: 1 }, over, bitsPerSecond)).toBeNull()
  })

  test('a list that tells no bytes is taken at the rate of the quality', () => {
    const whole = segments.map(segment => ({ ...segment, from: 0, to: null }))
    const plan = planTakeover(whole, { seconds: 3, speed: 1 }, line(1.6, 0.3), bitsPerSecond)
    expect(plan?.segment).toBe(whole[2])
  })
})
