// Selecting videos: one, a range, all; and where the focus goes when they have gone.
import { signal } from '@preact/signals'
import { expect, test } from 'vitest'
import { createSelection, neighbour } from '../../../web/src/library/selection.ts'

const open = () => {
  const listed = signal<readonly string[]>(['a', 'b', 'c', 'd', 'e'])
  return { listed, selection: createSelection(listed) }
}

test('one by one, in the order of the list', () => {
  const { selection } = open()
  selection.toggle('d')
  selection.toggle('a')
  selection.toggle('b')
  selection.toggle('b')
  expect(selection.ids.value).toEqual(['a', 'd'])
  expect(selection.has('d')).toBe(true)
})

test('a range goes from the last one touched, either way, and adds to what is there', () => {
  const { selection } = open()
  selection.extendTo('e')
  selection.toggle('b')
  selection.extendTo('d')
  expect(selection.ids.value).toEqual(['b', 'c', 'd', 'e'])
  selection.clear()
  selection.toggle('d')
  selection.extendTo('c')
  expect(selection.ids.value).toEqual(['c', 'd'])
})

test('all are those that are listed, and what leaves the list leaves the selection', () => {
  const { listed, selection } = open()
  selection.all()
  listed.value = ['a', 'c']
  expect(selection.ids.value).toEqual(['a', 'c'])
  expect(selection.count.value).toBe(2)
  selection.clear()
  expect(selection.count.value).toBe(0)
})

test.each([
  [['b'], 'c'],
  [['b', 'c'], 'd'],
  [['a', 'c'], 'd'],
  [['e'], 'd'],
  [['c', 'd', 'e'], 'b'],
  [['d', 'a', 'e'], 'c'],
  [['a', 'b', 'c', 'd', 'e'], null],
])('when %j go, the focus goes to %s', (leaving, next) => {
  expect(neighbour(['a', 'b', 'c', 'd', 'e'], leaving)).toBe(next)
})
