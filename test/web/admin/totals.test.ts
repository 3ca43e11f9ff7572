// What people have, together.
import { expect, it } from 'vitest'
import { totalOf } from '../../../web/src/admin/totals.ts'

const person = (videos: number, complete = true) => ({
  usage: { videos, sizeBytes: videos * 100, durationSeconds: videos * 2.5, complete },
})

it('is nothing of nobody', () => {
  expect(totalOf([])).toEqual({ videos: 0, sizeBytes: 0, durationSeconds: 0, complete: true })
})

it('is the sum, and no more certain than its parts', () => {
  const sum = { videos: 4, sizeBytes: 400, durationSeconds: 10 }
  expect(totalOf([person(1), person(3)])).toEqual({ ...sum, complete: true })
  expect(totalOf([person(1, false), person(3)])).toEqual({ ...sum, complete: false })
})
