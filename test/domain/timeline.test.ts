// The timeline model: rate, zero, frames and clock of any packet table, and the slot of any instant.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Rational, rational, toNumber } from '#domain/rational.ts'
import { type PacketTable, planTimeline, slotOf } from '#domain/timeline.ts'
import { clips, constantTable, rates, timebases } from './generators.ts'

/** ⌊(t − zero) · rate + ½⌋ in whole numbers only. */
function slotReference(ticks: number, timebase: Rational, zero: Rational, rate: Rational): bigint {
  const n = BigInt(ticks * timebase.num) * BigInt(zero.den) - BigInt(zero.num * timebase.den)
  const d = BigInt(timebase.den) * BigInt(zero.den)
  const [above, below] = [
    2n * n * BigInt(rate.num) + d * BigInt(rate.den),
    2n * d * BigInt(rate.den),
  ]
  return above / below - (above % below < 0n ? 1n : 0n)
}

describe('a clip at a constant rate', () => {
  it('keeps its rate, its first instant and every frame, whatever time base, start and order', () => {
    fc.assert(
      fc.property(clips, fc.boolean(), (clip, durationKnown) => {
        const whole = constantTable(clip)
        const table = durationKnown ? whole : { ...whole, lastDuration: 0 }
        const timeline = planTimeline(table, clip.rate, null)
        expect(timeline).toMatchObject({
          rate: clip.rate,
          sourceIsConstant: true,
          zero: rational(clip.startTicks, clip.timebase.den),
          frames: clip.frames,
          gopFrames: Math.round((2 * clip.rate.num) / clip.rate.den),
        })
        const slots = Array.from(table.pts, ticks => slotOf(ticks, clip.timebase, timeline))
        expect(slots.sort((a, b) => a - b)).toEqual(slots.map((_, index) => index))
      }),
    )
  })

  it.each(rates.flatMap(rate => timebases.map(timebase => ({ rate, timebase }))))(
    'of ten seconds shows its rate without being told: $rate.num/$rate.den in 1/$timebase.den',
    ({ rate, timebase }) => {
      const frames = Math.round(10 * toNumber(rate))
      const timeline = planTimeline(constantTable({ rate, timebase, frames }), null, null)
      expect(timeline).toMatchObject({ rate, sourceIsConstant: true, frames })
    },
  )

  it('has a clock on which every tick and half frame is whole, below FFmpeg’s limit', () => {
    for (const rate of rates) {
      for (const timebase of timebases) {
        const { clock } = planTimeline(constantTable({ rate, timebase, frames: 9 }), rate, null)
        expect(clock % timebase.den).toBe(0)
        expect((clock * rate.den) % (2 * rate.num)).toBe(0)
        expect(clock).toBeLessThan(2 ** 31)
      }
    }
  })

  it.each([
    [rational(1_000_000_007, 58_823_530), rational(1, 90_000)],
    [rational(2_147_483_647, 126_322_567), rational(1, 90_000)],
    [rational(30_000, 1001), rational(1, 1_000_000_007)],
  ])('has a clock for odd fractions too: %o in %o', (rate, timebase) => {
    const table = constantTable({ rate, timebase, frames: 200, keyEvery: 50 })
    const timeline = planTimeline(table, rate, null)
    expect(timeline.clock).toBeGreaterThan(0)
    expect(timeline.clock).toBeLessThan(2 ** 31)
    expect(timeline.clock % timeline.rate.num).toBe(0)
  })

  it.each([
    [rational(25, 2), 25],
    [rational(17), 34],
    [rational(1), 2],
    [rational(1, 10), 1],
  ])('of %o has GOPs of %i frames, never of none', (rate, gopFrames) => {
    const table = constantTable({ rate, timebase: rational(1, 1000), frames: 20 })
    expect(planTimeline(table, rate, null)).toMatchObject({ rate, gopFrames, frames: 20 })
  })
})

describe('a clip at a variable rate', () => {
  const timebase = rational(1, 90_000)
  const tableOf = (pts: number[], lastDuration = 0): PacketTable => ({
    timebase,
    pts,
    dts: pts,
    lastDuration,
    keyframes: [0],
  })

  it('of a base of 60 with gaps keeps every frame in its own slot', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 300 }), fc.nat(90_000), (later, start) => {
        const kept = [true, true, false, true, ...later, true]
        const shown = kept.flatMap((there, index) => (there ? [index] : []))
        const table = tableOf(shown.map(index => start + index * 1500))
        const timeline = planTimeline(table, rational(60), null)
        expect(timeline).toMatchObject({
          rate: rational(60),
          sourceIsConstant: false,
          frames: kept.length,
          gopFrames: 120,
        })
        expect(Array.from(table.pts, ticks => slotOf(ticks, timebase, timeline))).toEqual(shown)
      }),
    )
  })

  it.each([
    ['its base snapped to a standard rate', rational(2997, 100), rational(30_000, 1001)],
    ['its base at the edge of what is believed', rational(61), rational(60)],
    ['the median step where the base is a clock', rational(90_000), rational(25)],
    ['the median step where the base is too slow', rational(1), rational(25)],
    ['the median step where there is no base', null, rational(25)],
  ])('takes %s', (_, declared, rate) => {
    const steps = [0, 3600, 7200, 10_800, 14_400, 25_200, 28_800, 40_000, 43_600, 47_200]
    expect(planTimeline(tableOf(steps), declared, null)).toMatchObject({
      rate,
      sourceIsConstant: false,
    })
  })

  it.each<[name: string, jitter: number[]]>([
    ['early', [-9, 0, 9]],
    ['late', [9, 0, -9]],
    ['in the middle', [0, 9, -9]],
    ['much too early', [-14, 2, 1, 0]],
  ])('whose first picture comes %s among others that jitter loses none', (_, jitter) => {
    const at = (i: number) => 3000 * i + 90 * (jitter[i % jitter.length] ?? 0) + 9000
    const pts = Array.from({ length: 120 }, (_, i) => at(i))
    const timeline = planTimeline(tableOf(pts), rational(30), null)
    expect(timeline).toMatchObject({ rate: rational(30), sourceIsConstant: false })
    const slots = pts.map(ticks => slotOf(ticks, timebase, timeline))
    expect(slots).toEqual(slots.map((_, i) => i))
    expect(Math.abs(toNumber(timeline.zero) - (pts[0] ?? 0) / 90_000)).toBeLessThan(1 / 60)
  })

  it('whose pictures come in pairs keeps its zero', () => {
    const pts = Array.from({ length: 120 }, (_, i) => 3000 * (i >> 1) + (i % 2) * 100)
    expect(planTimeline(tableOf(pts), rational(30), null).zero).toEqual(rational(0))
  })

  it('is one whose pictures stray by more than 2 ms, or a quarter of a frame', () => {
    const strayed = (ticks: number, rate: Rational) => {
      const step = 90_000 / toNumber(rate)
      const pts = Array.from({ length: 20 }, (_, i) => i * step + (i === 7 ? ticks : 0))
      return planTimeline(tableOf(pts), rate, null).sourceIsConstant
    }
    expect([0, 179, -179, 181, -181].map(ticks => strayed(ticks, rational(25)))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ])
    expect([149, 151].map(ticks => strayed(ticks, rational(150)))).toEqual([true, false])
  })

  it('shows its last frame for as long as the container says', () => {
    const shown = [0, 1500, 4500, 6000]
    const framesWith = (duration: number) =>
      planTimeline(tableOf(shown, duration), rational(60), null).frames
    expect([0, 1500, 15_000, -5].map(framesWith)).toEqual([5, 5, 14, 5])
  })
})

describe('the slot of an instant', () => {
  it('is the exact floor, and later instants never have earlier slots', () => {
    const ticks = fc.integer({ min: -1_000_000, max: 100_000_000 })
    fc.assert(
      fc.property(clips, fc.nat(100), ticks, ticks, ({ rate, timebase, startTicks }, k, a, b) => {
        const zero = rational(
          startTicks * rate.num - k * rate.den * timebase.den,
          timebase.den * rate.num,
        )
        const of = (t: number) => slotOf(t, timebase, { rate, zero })
        expect(BigInt(of(a))).toBe(slotReference(a, timebase, zero, rate))
        expect(of(Math.min(a, b))).toBeLessThanOrEqual(of(Math.max(a, b)))
      }),
    )
  })
})

describe('sound', () => {
  const clip = { rate: rational(24_000, 1001), timebase: rational(1, 24_000), frames: 100 }
  const table = constantTable({ ...clip, startTicks: 120_000 })

  it('that is early moves the zero by whole frames, as far as it reaches', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5_000_000 }), microseconds => {
        const sound = rational(5_000_000 - microseconds, 1_000_000)
        const { zero, frames } = planTimeline(table, clip.rate, sound)
        const early = (BigInt(microseconds) * 24_000n) / 1_001_000_000n
        expect(zero).toEqual(rational(120_000n - early * 1001n, 24_000n))
        expect(frames).toBe(100 + Number(early))
      }),
    )
  })

  it('that begins with the picture or later moves nothing', () => {
    const silent = planTimeline(table, clip.rate, null)
    for (const sound of [rational(5), rational(5_000_001, 1_000_000), rational(60)]) {
      expect(planTimeline(table, clip.rate, sound)).toEqual(silent)
    }
  })

  it('that is early by whole frames to the tick moves the zero by all of them', () => {
    const sound = rational(120_000 - 48 * 1001, 24_000)
    expect(planTimeline(table, clip.rate, sound)).toMatchObject({ zero: sound, frames: 148 })
  })
})

describe('a table', () => {
  it('of nothing is refused, of one picture is one frame', () => {
    const empty = { timebase: rational(1, 1000), pts: [], dts: [], lastDuration: 0, keyframes: [] }
    expect(() => planTimeline(empty, rational(25), null)).toThrow(RangeError)
    const single = { ...empty, pts: [40], dts: [40], keyframes: [0] }
    expect(planTimeline(single, rational(25), null)).toMatchObject({ frames: 1, gopFrames: 50 })
  })
})
