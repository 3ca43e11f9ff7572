// Which rows of a long list are drawn: all that are on the screen, whatever its size, and no height is lost.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { windowOf } from '../../../web/src/library/window.ts'

const measures = fc.record({
  count: fc.nat({ max: 3000 }),
  columns: fc.integer({ min: 1, max: 6 }),
  rowPixels: fc.integer({ min: 40, max: 400 }),
  topPixels: fc.integer({ min: -200_000, max: 2000 }),
  screenPixels: fc.integer({ min: 1, max: 2000 }),
})

test('every item on the screen is drawn, in whole rows, and the list keeps its height', () => {
  fc.assert(
    fc.property(measures, measure => {
      const { count, columns, rowPixels, topPixels, screenPixels } = measure
      const { first, end, beforePixels, afterPixels } = windowOf(measure)
      const drawnRows = Math.ceil((end - first) / columns)
      const rows = Math.ceil(count / columns)
      expect(beforePixels + afterPixels + drawnRows * rowPixels).toBe(rows * rowPixels)
      expect(first % columns).toBe(0)
      for (let row = 0; row < rows; row++) {
        const top = topPixels + row * rowPixels
        if (top >= screenPixels || top + rowPixels <= 0) continue
        expect(row * columns).toBeGreaterThanOrEqual(first)
        expect(row * columns).toBeLessThan(end)
      }
    }),
  )
})

test.each([
  ['at the top', 0, 0, 32],
  ['in the middle', -2600, 24, 72],
  ['at the end', -12_350, 172, 200],
  ['long past it', -50_000, 200, 200],
])('%s of 200 in fours only what is near is drawn', (_, topPixels, first, end) => {
  const measure = { count: 200, columns: 4, rowPixels: 260, topPixels, screenPixels: 900 }
  expect(windowOf(measure)).toMatchObject({ first, end })
})
