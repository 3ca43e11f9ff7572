// The environment’s names: each once, all in one spelling.
import { expect, it } from 'vitest'
import { addressNames, resourceNames, serviceNames, settingNames } from '#domain/env.ts'

const names: readonly string[] = [
  ...serviceNames,
  ...resourceNames,
  ...addressNames,
  ...settingNames,
]

it.each(names)('%s is upper snake', name => {
  expect(name).toMatch(/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/)
})

it('stand in one list each', () => {
  expect(new Set(names).size).toBe(names.length)
})
