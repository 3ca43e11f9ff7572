// The gate before the line: so many at a time, in order.
import { expect, test } from 'vitest'
import { createGate } from '../../../web/src/upload/gate.ts'
import { tick } from './fakes.ts'

test('lets its number through, in order, and who gave up does not block it', async () => {
  const gate = createGate(2)
  const never = new AbortController().signal
  const order: string[] = []
  const leaveA = await gate.enter(never)
  const leaveB = await gate.enter(never)
  const impatient = new AbortController()
  const given = gate.enter(impatient.signal)
  void gate.enter(never).then(() => order.push('third'))
  void gate.enter(never).then(() => order.push('fourth'))
  impatient.abort()
  await expect(given).rejects.toThrow()
  expect(order).toEqual([])
  leaveA()
  leaveA()
  await tick()
  expect(order).toEqual(['third'])
  leaveB()
  await tick()
  expect(order).toEqual(['third', 'fourth'])
})
