// The queue's order, and all uploads as one bar.
import { describe, expect, test } from 'vitest'
import type { JobStage } from '../../../web/src/upload/job.ts'
import { moveTo, rankAt } from '../../../web/src/upload/order.ts'
import { sayTotal, totalOf } from '../../../web/src/upload/total.ts'

describe('changing places', () => {
  // Capitals have begun and stay where they are.
  const isMovable = (letter: string) => letter === letter.toLowerCase()
  test.each([
    ['Aabc', 'c', 0, 'Acab'],
    ['Aabc', 'a', 1, 'Abac'],
    ['aBcDe', 'e', 0, 'eBaDc'],
    ['aBc', 'a', 9, 'cBa'],
    ['aBc', 'c', -1, 'cBa'],
    ['aBc', 'B', 0, 'aBc'],
    ['aBc', 'a', 0, 'aBc'],
  ])('%s: %s to place %i gives %s', (list, item, rank, after) => {
    expect(moveTo([...list], isMovable, item, rank).join('')).toBe(after)
  })

  test.each([
    // Dragged from rank 1; the others' middles lie at 100, 300, 400.
    [50, 0],
    [150, 1],
    [299, 1],
    [301, 2],
    [900, 3],
  ])('let go at %i it comes to lie at %i', (y, rank) => {
    expect(rankAt(y, [100, y, 300, 400], 1)).toBe(rank)
  })
})

describe('all uploads as one', () => {
  const upload = (stage: JobStage, sizeBytes: number, sentBytes = 0) => ({
    sizeBytes,
    view: { stage, sentBytes },
  })

  test('counts bytes, not files; what failed is not waited for', () => {
    const total = totalOf([
      upload('uploaded', 100e6, 100e6),
      upload('sending', 200e6, 50e6),
      upload('waiting', 100e6),
      upload('failed', 900e6, 10),
    ])
    expect(total).toMatchObject({ ratio: 0.375, done: 1, count: 3, running: true })
    expect(total && sayTotal(total, 10e6)).toBe('1 of 3 uploaded · 37% · 10.0 MB/s · 25 s left')
  })

  test('what is paused does not come by itself, and takes no time', () => {
    const total = totalOf([upload('sending', 100e6, 90e6), upload('paused', 900e6)])
    expect(total?.comingBytes).toBe(10e6)
  })

  test('nothing running: no rate, no time', () => {
    const total = totalOf([upload('paused', 10), upload('paused', 10)])
    expect(total && sayTotal(total, 10e6)).toBe('0 of 2 uploaded · 0%')
  })

  test.each([
    ['one file', [upload('sending', 10)]],
    ['all are through', [upload('uploaded', 10), upload('uploaded', 10)]],
    ['none', []],
  ])('%s: nothing to sum up', (_, uploads) => {
    expect(totalOf(uploads)).toBeNull()
  })
})
