// The simulated service: all work once, never an encode cut off, and back to nothing.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scalingRules } from '#domain/scaling.ts'
import { restTogether, toFleetRule } from '../../bench/fleet-alarms.ts'
import {
  type FleetSettings,
  type Job,
  simulateFleet,
  type Upload,
} from '../../bench/fleet-simulation.ts'

const limits = { maxTranscoders: 4, slots: 2 }
const settings: FleetSettings = {
  ...limits,
  rules: scalingRules(limits).map(toFleetRule),
  startSeconds: [60, 90],
  metricDelaySeconds: 60,
  silentUntil: 0,
  fastLane: null,
  protectionSeconds: 10,
}

const bulk = (seconds: number): Job => ({ fast: false, seconds })
const fast = (seconds: number): Job => ({ fast: true, seconds })
const upload = (jobs: Job[], more: Partial<Upload> = {}): Upload => ({
  begunAt: null,
  completeAt: 100,
  stages: [[fast(1)], jobs, [fast(1)], [bulk(1)]],
  ...more,
})
const sum = (uploads: readonly Upload[]) =>
  uploads.flatMap(({ stages }) => stages.flat()).reduce((all, { seconds }) => all + seconds, 0)

const uploads = fc.array(
  fc.record({
    at: fc.integer({ min: 0, max: 5000 }),
    jobs: fc.array(fc.record({ fast: fc.boolean(), seconds: fc.integer({ min: 1, max: 300 }) }), {
      minLength: 1,
      maxLength: 40,
    }),
    woken: fc.boolean(),
  }),
  { minLength: 1, maxLength: 6 },
)

describe('simulateFleet', () => {
  it('does all work once and comes to rest, whatever comes when', () => {
    fc.assert(
      fc.property(uploads, given => {
        const all = given.map(({ at, jobs, woken }) =>
          upload(jobs, { completeAt: at + 60, begunAt: woken ? at : null }),
        )
        const run = simulateFleet(all, settings)
        expect(run.slotSeconds).toBeCloseTo(sum(all), 6)
        expect(run.readySeconds.every(seconds => seconds > 0)).toBe(true)
        expect(run.peak).toBeLessThanOrEqual(limits.maxTranscoders)
        expect(run.points.at(-1)).toMatchObject({ work: 0, running: 0, wanted: 0 })
        // Paid time holds the work: no slot works while nobody pays.
        expect(run.transcoderSeconds * limits.slots).toBeGreaterThanOrEqual(run.slotSeconds)
        expect(run.cutOff).toBe(0)
      }),
    )
  })

  it('goes from none over many to none', () => {
    const run = simulateFleet([upload(Array.from({ length: 80 }, () => bulk(30)))], settings)
    const running = run.points.map(point => point.running)
    expect(running[0]).toBe(0)
    expect(Math.max(...running)).toBe(4)
    expect(running.at(-1)).toBe(0)
    // Then one for five minutes, for whoever comes next.
    expect(run.restSeconds).toBeGreaterThanOrEqual(5 * 60)
    expect(run.restSeconds).toBeLessThan(8 * 60)
  })

  it('never cuts off an encode that protects itself, and does without protection', () => {
    const long = [upload(Array.from({ length: 30 }, (_, index) => bulk(200 + 40 * index)))]
    expect(simulateFleet(long, settings).cutOff).toBe(0)
    const bare = simulateFleet(long, { ...settings, protectionSeconds: null })
    expect(bare.cutOff).toBeGreaterThan(0)
    // Cut off, it was done again.
    expect(bare.slotSeconds).toBeCloseTo(sum(long), 6)
  })

  it('has a woken transcoder at work before the queues are seen', () => {
    const woken = simulateFleet([upload([bulk(10)], { begunAt: 20 })], settings)
    const asleep = simulateFleet([upload([bulk(10)])], settings)
    expect(woken.readySeconds[0]).toBeLessThan(30)
    expect(asleep.readySeconds[0]).toBeGreaterThan(60 + 60)
  })

  it('loses a woken transcoder to a rule that sees empty queues alone', () => {
    const late = upload([bulk(10)], { begunAt: 1210, completeAt: 1400 })
    const [grow] = settings.rules
    if (!grow) throw new Error('no rule to grow by')
    const naive = simulateFleet([late], { ...settings, rules: [grow, restTogether(10)] })
    const ready = simulateFleet([late], settings).readySeconds[0] ?? 0
    expect(naive.readySeconds[0]).toBeGreaterThan(ready + 60)
  })

  it('finishes what it has taken though the queues report nothing', () => {
    const run = simulateFleet([upload([bulk(600), bulk(600)], { begunAt: 40 })], {
      ...settings,
      silentUntil: 1500,
    })
    expect(run.cutOff).toBe(0)
    expect(run.readySeconds[0]).toBeLessThan(700)
  })

  it('lets the fast lane take what is fast, and nothing else', () => {
    const jobs = [fast(10), fast(10), bulk(10)]
    const run = simulateFleet([upload(jobs, { begunAt: 20 })], {
      ...settings,
      fastLane: { slots: 2, speed: 2 },
    })
    expect(run.slotSeconds).toBe(10 + 1)
    // inspect 0.5 s, the bulk task 10 s, finish 0.5 s.
    expect(run.readySeconds[0]).toBeCloseTo(11, 6)
  })

  it('says so when nothing ever lets it rest', () => {
    const [grow] = settings.rules
    expect(() =>
      simulateFleet([upload([bulk(1)])], { ...settings, rules: grow ? [grow] : [] }),
    ).toThrow('never comes to rest')
  })
})
