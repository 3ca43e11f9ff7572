// What the library shows, to and from the address: every meaning has one form, and no address breaks it.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { listSorts, listStates } from '../../../domain/listing.ts'
import {
  everything,
  type LibraryQuery,
  narrows,
  readQuery,
  withState,
  writeQuery,
} from '../../../web/src/library/query.ts'

const queries: fc.Arbitrary<LibraryQuery> = fc.record({
  search: fc.string({ unit: 'grapheme', maxLength: 40 }).map(text => text.toWellFormed().trim()),
  states: fc.subarray([...listStates]),
  sort: fc.constantFrom(...listSorts),
})

test('is read back as it was written', () => {
  fc.assert(
    fc.property(queries, query => {
      expect(readQuery(writeQuery(query))).toEqual(query)
    }),
  )
})

test.each([
  ['', everything],
  ['?q=%20lake%20', { ...everything, search: ' lake ' }],
  ['?state=sleeping,failed&sort=colour&x=1', { ...everything, states: ['failed'] }],
  ['?sort=title', { ...everything, sort: 'title' }],
  ['?%', everything],
] satisfies [string, LibraryQuery][])('«%s» is read', (address, query) => {
  expect(readQuery(address)).toEqual(query)
})

test('everything has no address of its own, and an order alone leaves nothing out', () => {
  expect(writeQuery(everything)).toBe('')
  expect(writeQuery({ ...everything, search: '  ' })).toBe('')
  expect(narrows({ ...everything, sort: 'title' })).toBe(false)
  expect(narrows({ ...everything, search: 'x' })).toBe(true)
})

test('a state is added and taken away, in one order', () => {
  const both = withState(withState(everything, 'failed'), 'ready')
  expect(writeQuery(both)).toBe('?state=ready%2Cfailed')
  expect(withState(both, 'failed').states).toEqual(['ready'])
})
