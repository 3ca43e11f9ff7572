// The scaling rules as data: steps a policy may hold, and what they want.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  maxScalingSteps,
  scalingRules,
  stepAt,
  tasksASlot,
  wantedTranscoders,
} from '#domain/scaling.ts'

const fleets = fc.record({
  maxTranscoders: fc.integer({ min: 1, max: 1000 }),
  slots: fc.constantFrom(1, 2, 4, 8, 16),
})
const prod = { maxTranscoders: 10, slots: 4 }

describe('wantedTranscoders', () => {
  it.each([
    [0, 0],
    [1, 1],
    [28, 1],
    [29, 2],
    [84, 3],
    [85, 4],
    [252, 9],
    [253, 10],
    [100_000, 10],
  ])('wants for %i tasks %i transcoders', (work, transcoders) => {
    expect(wantedTranscoders(work, prod)).toBe(transcoders)
  })

  it('has slots for all tasks or all the transcoders there may be, and never falls', () => {
    fc.assert(
      fc.property(fleets, fc.nat(20_000), (fleet, work) => {
        const wanted = wantedTranscoders(work, fleet)
        expect(wanted).toBeLessThanOrEqual(fleet.maxTranscoders)
        const room = wanted * fleet.slots * tasksASlot
        expect(room >= work || wanted === fleet.maxTranscoders).toBe(true)
        expect(wantedTranscoders(work + 1, fleet)).toBeGreaterThanOrEqual(wanted)
      }),
    )
  })
})

describe('scalingRules', () => {
  it('keeps to what a policy may hold, in rising steps without a step twice', () => {
    fc.assert(
      fc.property(fleets, fleet => {
        for (const { steps } of scalingRules(fleet)) {
          expect(steps.length).toBeLessThanOrEqual(maxScalingSteps)
          for (const [index, step] of steps.slice(1).entries()) {
            expect(step.from).toBeGreaterThan(steps[index]?.from ?? 0)
            expect(step.transcoders).toBeGreaterThan(steps[index]?.transcoders ?? 0)
          }
        }
      }),
    )
  })

  it('asks for nothing at empty queues without transcoders, so that a woken one stays', () => {
    expect(scalingRules(prod).map(rule => stepAt(rule, 0))).toEqual([null, null, null])
  })

  it('goes from many idle ones to one at once, from one to none only after minutes', () => {
    const [, shrink, rest] = scalingRules(prod)
    expect(shrink && stepAt(shrink, 10)).toBe(1)
    expect(shrink && stepAt(shrink, 1)).toBeNull()
    expect(rest && stepAt(rest, 1)).toBe(0)
    expect(rest?.minutes).toBeGreaterThan(shrink?.minutes ?? 0)
  })
})
