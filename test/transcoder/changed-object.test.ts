// An object held against its record by its ETag: what a list says otherwise is asked of the object itself.
import { expect, it } from 'vitest'
import { changedObject } from '../../transcoder/stored-gate.ts'

const chunk = { track: '240p', index: 3, key: 'k', etag: '"abc"' }
const found = (listed: string, given: string | null, etag = chunk.etag) =>
  changedObject(
    { head: async () => (given === null ? null : { sizeBytes: 1, etag: given }) },
    [{ ...chunk, etag }],
    new Map(listed ? [['k', { etag: listed }]] : []),
  )

it.each([
  ['quoted otherwise', 'abc', 'never asked'],
  ['weak', 'W/"abc"', 'never asked'],
  ['listed with another ETag than it is given with', '"of the cipher"', '"abc"'],
  ['not listed', '', 'never asked'],
  ['gone meanwhile, which others tell', '"def"', null],
])('is the same: %s', async (_, listed, given) => {
  expect(await found(listed, given)).toBeNull()
})

it('is another where the object says so too', async () => {
  expect(await found('"def"', '"def"')).toBe('240p, chunk 3: not the object that was checked')
  expect(await found('"def"', '"def"', '')).toBeNull()
})
