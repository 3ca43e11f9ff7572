// The agenda of simulations: order, and no way back.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createAgenda } from '../../bench/agenda.ts'

test('runs everything once, in the order of time and then of planning', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20)), times => {
      const agenda = createAgenda()
      const ran: { at: number; index: number }[] = []
      for (const [index, at] of times.entries()) {
        agenda.at(at, () => ran.push({ at: agenda.now, index }))
      }
      agenda.run()
      const expected = times
        .map((at, index) => ({ at, index }))
        .sort((a, b) => a.at - b.at || a.index - b.index)
      expect(ran).toEqual(expected)
    }),
  )
})

test('what happens may plan what happens next, never what has been', () => {
  const agenda = createAgenda()
  const ran: number[] = []
  agenda.at(5, () => {
    agenda.after(3, () => ran.push(agenda.now))
    agenda.after(1, () => ran.push(agenda.now))
    expect(() => agenda.at(4, () => undefined)).toThrow(RangeError)
  })
  agenda.run()
  expect(ran).toEqual([6, 8])
})
