// One number for all that is under way: what has ended counts as whole, and nothing that goes on moves it back.
import { expect, test } from 'vitest'
import { createBatch } from '../../../web/src/progress/batch.ts'
import { ringAddress } from '../../../web/src/progress/tab-sign.ts'

const work = (...ratios: number[]) => ratios.map((ratio, index) => ({ id: String(index), ratio }))

test('is the mean; what ends counts as whole until all have ended', () => {
  const batch = createBatch()
  expect(batch.see([])).toBeNull()
  expect(batch.see(work(0.5, 0.25))).toBe(0.375)
  expect(batch.see(work(0.5))).toBe(0.75)
  expect(batch.see([{ id: 'late', ratio: 0 }])).toBeCloseTo(2 / 3)
  expect(batch.see([])).toBeNull()
  expect(batch.see(work(0.1))).toBe(0.1)
})

test('a ring is a picture whole in its address, and shows a beginning too', () => {
  for (const ratio of [0, 0.5, 1]) {
    expect(ringAddress(ratio)).toMatch(/^data:image\/svg\+xml,%3Csvg[\w%.()-]+$/)
  }
  expect(new Set([0, 0.5, 1].map(ringAddress)).size).toBe(3)
})
