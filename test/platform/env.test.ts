// What a process reads from its environment: an origin, or a sentence that says what is wrong.
import { describe, expect, it } from 'vitest'
import { readOrigin } from '#platform/env.ts'

const read = (value?: string) => readOrigin({ PUBLIC_ORIGIN: value }, 'PUBLIC_ORIGIN')

describe('an origin', () => {
  it.each([
    [undefined, null],
    ['', null],
    ['https://video.example', 'https://video.example'],
    ['https://video.example:8443/', 'https://video.example:8443'],
    ['http://localhost:8080', 'http://localhost:8080'],
  ])('%s is read as %s', (value, expected) => {
    expect(read(value)).toBe(expected)
  })

  it.each([
    ...['video.example', 'https://video.example/portal', 'https://me@video.example'],
    ...['ftp://video.example', 'https://video.example/?a=b', 'javascript:alert(1)'],
  ])('%s is refused', value => {
    expect(() => read(value)).toThrow('Set PUBLIC_ORIGIN to an address')
  })
})
