import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { desiredTasks, maxScalingSteps, scalingRules, wantedTasks } from '#domain/scaling.ts'

const fleets = fc.record({
  maxTasks: fc.integer({ min: 1, max: 1000 }),
  slotsATask: fc.constantFrom(1, 2, 4, 8, 16),
})

describe('desiredTasks', () => {
  const fleet = { maxTasks: 10, slotsATask: 4 }
  it.each([
    [0, 0],
    [1, 1],
    [4, 1],
    [5, 2],
    [12, 3],
    [17, 6],
    [24, 6],
    [25, 8],
    [33, 10],
    [100_000, 10],
  ])('wants for %i messages %i tasks', (messages, tasks) => {
    expect(desiredTasks(messages, fleet)).toBe(tasks)
  })

  it('has a slot for every message or all the tasks there may be, and never falls', () => {
    fc.assert(
      fc.property(fleets, fc.nat(20_000), (fleet, messages) => {
        const tasks = desiredTasks(messages, fleet)
        expect(tasks).toBeLessThanOrEqual(fleet.maxTasks)
        expect(tasks * fleet.slotsATask >= messages || tasks === fleet.maxTasks).toBe(true)
        expect(desiredTasks(messages + 1, fleet)).toBeGreaterThanOrEqual(tasks)
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
            expect(step.tasks).toBeGreaterThan(steps[index]?.tasks ?? 0)
          }
        }
      }),
    )
  })

  it('asks for nothing at an empty queue without tasks, so that a woken one stays', () => {
    const rules = scalingRules({ maxTasks: 10, slotsATask: 4 })
    expect(rules.map(rule => wantedTasks(rule, 0))).toEqual([null, null, null])
  })

  it('goes from many idle tasks to one at once, from one to none only after minutes', () => {
    const [, surplus, last] = scalingRules({ maxTasks: 10, slotsATask: 4 })
    expect(surplus && wantedTasks(surplus, 10)).toBe(1)
    expect(surplus && wantedTasks(surplus, 1)).toBeNull()
    expect(last && wantedTasks(last, 1)).toBe(0)
    expect(last?.minutes).toBeGreaterThan(surplus?.minutes ?? 0)
  })
})
