// What the service's alarms ask for, data point by data point.
import { describe, expect, it } from 'vitest'
import { scalingRules } from '#domain/scaling.ts'
import { askedFor, type DataPoint, restTogether, toFleetRule } from '../../bench/fleet-alarms.ts'

const rules = scalingRules({ maxTranscoders: 10, slots: 4 }).map(toFleetRule)
const point = (work: number, running: number): DataPoint => ({ work, running })
const idle = (running: number, minutes: number) =>
  Array.from({ length: minutes }, () => point(0, running))

describe('askedFor', () => {
  it.each<[string, DataPoint[], number | null]>([
    ['nothing has been seen', [], null],
    ['nothing runs and there is nothing to do', idle(0, 30), null],
    ['there is one task', [point(1, 0)], 1],
    ['there is a film', [point(300, 1)], 10],
    ['less is left', [point(300, 10), point(100, 10)], 4],
    ['ten have nothing to do', [point(40, 10), point(0, 10)], 1],
    ['one has nothing to do', idle(1, 4), null],
    ['one has had nothing to do for five minutes', idle(1, 5), 0],
    ['it had work in between', [...idle(1, 4), point(1, 1), ...idle(1, 4)], null],
    ['it ran only for the last minute', [...idle(0, 9), point(0, 1)], null],
  ])('when %s', (_, points, expected) => {
    expect(askedFor(rules, points)).toBe(expected)
  })

  it('takes the most of what two rules ask', () => {
    const two = [restTogether(1), { ...restTogether(1), steps: [{ from: 1, transcoders: 3 }] }]
    expect(askedFor(two, [point(0, 5)])).toBe(3)
  })
})

describe('restTogether', () => {
  it('also ends what has just been woken', () => {
    expect(askedFor([restTogether(10)], idle(0, 10))).toBe(0)
  })
})
