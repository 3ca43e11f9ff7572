// Where chunks of the timeline start: the clock that gives each picture a whole run's slot, and the keyframe to decode from.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planChunks } from '#domain/plan.ts'
import { rational } from '#domain/rational.ts'
import { chunkStart, type Demuxer, planTimeline, slotOf } from '#domain/timeline.ts'
import { clips, constantTable } from './generators.ts'

describe('the start of a chunk', () => {
  it('is the proven example: a film that starts at 5 s, frame 288', () => {
    const rate = rational(24_000, 1001)
    const clip = { rate, timebase: rational(1, 24_000), frames: 400, startTicks: 120_000 }
    const table = constantTable({ ...clip, keyEvery: 90, bFrames: 2 })
    const timeline = planTimeline(table, rate, null)
    expect(timeline.clock).toBe(48_000)
    expect(chunkStart(table, timeline, 'mov', 288)).toEqual({
      seekMicroseconds: 16_261_251,
      clockOffset: 815_575,
    })
  })

  it.each<[Demuxer, number, number | null]>([
    ['mov', 0, null],
    ['mov', 40, null],
    ['mov', 49, null],
    ['mov', 50, 3_000_001],
    ['mov', 120, 5_000_001],
    ['matroska', 40, null],
    ['matroska', 120, 4_960_000],
    ['avi', 120, 4_960_000],
    ['mpegts', 60, null],
    ['mpegts', 99, null],
    ['mpegts', 100, 2_960_000],
    ['mpegts', 120, 2_960_000],
  ])('of %s at frame %i seeks to %d µs', (demuxer, frame, seekMicroseconds) => {
    const clip = { rate: rational(25), timebase: rational(1, 90_000), frames: 200 }
    const table = constantTable({ ...clip, startTicks: 90_000, keyEvery: 50, bFrames: 2 })
    const timeline = planTimeline(table, clip.rate, null)
    expect(chunkStart(table, timeline, demuxer, frame).seekMicroseconds).toBe(seekMicroseconds)
  })

  it('gives every picture the slot a whole run gives it', () => {
    fc.assert(
      fc.property(clips, fc.nat(2000), fc.nat(5_000_000), (clip, firstFrame, early) => {
        const table = constantTable(clip)
        const sound = rational(Math.round(clip.start * 1_000_000) - early, 1_000_000)
        const timeline = planTimeline(table, clip.rate, sound)
        const { clockOffset } = chunkStart(table, timeline, 'mov', firstFrame)
        const { clock, rate } = timeline
        for (const ticks of Array.from(table.pts)) {
          const onClock = BigInt(ticks) * BigInt(clock / clip.timebase.den) - BigInt(clockOffset)
          const [above, below] = [onClock * BigInt(rate.num), BigInt(clock) * BigInt(rate.den)]
          const slot = above / below - (above % below < 0n ? 1n : 0n)
          const expected = BigInt(slotOf(ticks, clip.timebase, timeline) - firstFrame)
          if (slot !== expected) expect(slot).toBe(expected)
        }
      }),
    )
  })

  it('decodes from the latest keyframe whose slot is not after the chunk', () => {
    fc.assert(
      fc.property(clips, fc.nat(1500), fc.nat(200_000), (clip, firstFrame, early) => {
        const table = constantTable(clip)
        const sound = rational(Math.round(clip.start * 1_000_000) - early, 1_000_000)
        const timeline = planTimeline(table, clip.rate, sound)
        const { seekMicroseconds } = chunkStart(table, timeline, 'mov', firstFrame)
        const fitting = Array.from(table.keyframes, packet => table.pts[packet] ?? 0).filter(
          ticks => slotOf(ticks, clip.timebase, timeline) <= firstFrame,
        )
        const latest = fitting.at(-1) ?? clip.startTicks
        const seek = Math.floor((latest * 1_000_000) / clip.timebase.den + 0.5) + 1
        const fromStart = firstFrame === 0 || latest === clip.startTicks
        expect(seekMicroseconds).toBe(fromStart ? null : seek)
      }),
    )
  })

  it('decodes from the latest keyframe of a clip at a variable rate too', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 9000 }), fc.boolean()), {
      minLength: 1,
      maxLength: 60,
    })
    fc.assert(
      fc.property(steps, fc.nat(120), (packets, firstFrame) => {
        let ticks = 0
        const pts = [0, ...packets.map(([step]) => (ticks += step))]
        const keyframes = [0, ...packets.flatMap(([, key], i) => (key ? [i + 1] : []))]
        const timebase = rational(1, 90_000)
        const table = { timebase, pts, dts: pts, lastDuration: 0, keyframes }
        const timeline = planTimeline(table, rational(25), null)
        const { seekMicroseconds } = chunkStart(table, timeline, 'matroska', firstFrame)
        const latest = keyframes
          .map(packet => pts[packet] ?? 0)
          .filter(at => slotOf(at, timebase, timeline) <= firstFrame)
          .at(-1)
        const fromStart = firstFrame === 0 || !latest
        expect(seekMicroseconds).toBe(fromStart ? null : Math.floor((latest * 200 + 9) / 18))
      }),
      { numRuns: 500 },
    )
  })

  it('is found at once even in an hour of nothing but keyframes', () => {
    const clip = { rate: rational(30), timebase: rational(1, 90_000), frames: 108_000, keyEvery: 1 }
    const table = constantTable(clip)
    const timeline = planTimeline(table, clip.rate, null)
    const from = performance.now()
    for (const { firstFrame } of planChunks(timeline.frames, timeline.gopFrames)) {
      chunkStart(table, timeline, 'mov', firstFrame)
    }
    expect(performance.now() - from).toBeLessThan(1500)
  })
})
