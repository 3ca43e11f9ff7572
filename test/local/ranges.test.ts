// RFC 9110 §13 and §14 as a table.
import { describe, expect, it } from 'vitest'
import {
  decide,
  matchesAny,
  readContentRange,
  readRange,
  resolveRange,
  writeRange,
} from '../../local/ranges.ts'

describe('Range', () => {
  it.each([
    ['bytes=0-0', 10, [0, 0]],
    ['bytes=0-9', 10, [0, 9]],
    ['bytes=0-', 10, [0, 9]],
    ['bytes=9-', 10, [9, 9]],
    ['bytes=3-5', 10, [3, 5]],
    ['bytes=3-99', 10, [3, 9]],
    ['bytes=-1', 10, [9, 9]],
    ['bytes=-10', 10, [0, 9]],
    ['bytes=-11', 10, [0, 9]],
    ['BYTES=1-2', 10, [1, 2]],
    ['bytes= 1-2 ', 10, [1, 2]],
    ['bytes=007-8', 10, [7, 8]],
    [`bytes=0-${'9'.repeat(400)}`, 10, [0, 9]],
    ['bytes=10-', 10, 'unsatisfiable'],
    ['bytes=10-20', 10, 'unsatisfiable'],
    [`bytes=${'9'.repeat(30)}-`, 10, 'unsatisfiable'],
    ['bytes=-0', 10, 'unsatisfiable'],
    ['bytes=0-0', 0, 'unsatisfiable'],
    ['bytes=-5', 0, 'unsatisfiable'],
    ['bytes=5-4', 10, 'whole'],
    ['bytes=-', 10, 'whole'],
    ['bytes=', 10, 'whole'],
    ['bytes', 10, 'whole'],
    ['bytes=a-b', 10, 'whole'],
    ['bytes=1-2-3', 10, 'whole'],
    ['bytes=+1-2', 10, 'whole'],
    ['bytes=0x1-2', 10, 'whole'],
    ['items=0-1', 10, 'whole'],
    ['bytes=0-1,3-4', 10, 'whole'],
    ['bytes=0-1,', 10, 'whole'],
    ['', 10, 'whole'],
    [null, 10, 'whole'],
  ] as const)('%s of %d', (header, size, expected) => {
    const range = readRange(header)
    const span = range ? resolveRange(range, size) : 'whole'
    const found = span === null ? 'unsatisfiable' : span
    expect(found).toEqual(
      typeof expected === 'string' ? expected : { start: expected[0], end: expected[1] },
    )
  })

  it.each(['bytes=0-0', 'bytes=5-', 'bytes=-7'])('%s is written as it was read', header => {
    const range = readRange(header)
    expect(range && writeRange(range)).toBe(header)
  })

  it.each([
    ['bytes 0-4/10', { span: { start: 0, end: 4 }, size: 10 }],
    ['bytes */10', { span: null, size: 10 }],
    ['bytes 0-4/*', null],
    ['', null],
    [null, null],
  ])('Content-Range %s', (header, expected) => {
    expect(readContentRange(header)).toEqual(expected)
  })
})

describe('If-None-Match', () => {
  it.each([
    ['"a"', '"a"', true],
    ['W/"a"', '"a"', true],
    ['"a"', 'W/"a"', true],
    ['"b", W/"a"', '"a"', true],
    ['"x,y", "a"', '"x,y"', true],
    ['*', '"a"', true],
    ['"b"', '"a"', false],
    ['a', '"a"', false],
    ['"a"', null, false],
    [null, '"a"', false],
  ])('%s against %s: %s', (header, etag, expected) => {
    expect(matchesAny(header, etag)).toBe(expected)
  })
})

describe('the decision', () => {
  const lastModified = 'Wed, 01 Jan 2025 00:00:00 GMT'
  const known = { size: 10, etag: '"a"', lastModified }
  const cases: [string, Record<string, string>, number, string?][] = [
    ['nothing asked', {}, 200],
    ['a range', { range: 'bytes=1-2' }, 206],
    ['a range past the end', { range: 'bytes=10-' }, 416],
    ['a range on HEAD', { range: 'bytes=1-2' }, 200, 'HEAD'],
    ['a range, copy current', { range: 'bytes=1-2', 'if-none-match': '"a"' }, 304],
    ['a range past the end, copy current', { range: 'bytes=99-', 'if-none-match': '"a"' }, 304],
    ['If-Range holds', { range: 'bytes=1-2', 'if-range': '"a"' }, 206],
    ['If-Range of another', { range: 'bytes=1-2', 'if-range': '"b"' }, 200],
    ['If-Range weak', { range: 'bytes=1-2', 'if-range': 'W/"a"' }, 200],
    ['If-Range by date', { range: 'bytes=1-2', 'if-range': lastModified }, 206],
    ['If-Range by another date', { range: 'bytes=1-2', 'if-range': 'x' }, 200],
    ['If-Range of another, past the end', { range: 'bytes=99-', 'if-range': '"b"' }, 200],
    ['not modified since', { 'if-modified-since': lastModified }, 304],
    ['modified since', { 'if-modified-since': 'Tue, 31 Dec 2024 00:00:00 GMT' }, 200],
    ['since no date', { 'if-modified-since': 'soon' }, 200],
    ['a tag beats a date', { 'if-none-match': '"b"', 'if-modified-since': lastModified }, 200],
  ]
  it.each(cases)('%s', (_name, headers, status, method = 'GET') => {
    expect(decide(method, new Headers(headers), known).status).toBe(status)
  })
})
