// Errors: every code has a sentence for a person, `retryable` follows from the code, detail never reaches the message.
import { describe, expect, it } from 'vitest'
import { errorCodes, isErrorCode } from '#domain/error-codes.ts'
import { errorFacts, MillraceError, toMillraceError } from '#domain/errors.ts'

describe('the list of errors', () => {
  it.each(errorCodes)('%s has sentences that end with a full stop', code => {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/)
    expect(errorFacts[code].message).toMatch(/^[A-Z][^\n]*[^.\s]\.$/)
  })

  it('has no sentence twice', () => {
    expect(new Set(errorCodes.map(code => errorFacts[code].message)).size).toBe(errorCodes.length)
  })

  it('knows its codes and nothing else', () => {
    expect(errorCodes.every(isErrorCode)).toBe(true)
    const foreign = ['', 'no-such-code', 'toString', '__proto__', 'constructor', 1, null, undefined]
    expect(foreign.filter(isErrorCode)).toEqual([])
  })
})

describe('a MillraceError', () => {
  it.each(errorCodes)('of %s may be retried exactly when it is not final', code => {
    const error = new MillraceError(code)
    expect(error).toMatchObject({ name: 'MillraceError', code, detail: undefined })
    expect(error.message).toBe(errorFacts[code].message)
    expect(error.retryable).toBe(!errorFacts[code].final)
  })

  it('stops retries for what the person must change, and retries what may pass', () => {
    const final = ['source-unreadable', 'no-video', 'too-long', 'message-unreadable'] as const
    const passing = ['store-unavailable', 'lease-lost', 'cancelled', 'internal'] as const
    expect(final.map(code => new MillraceError(code).retryable)).toEqual([
      false,
      false,
      false,
      false,
    ])
    expect(passing.map(code => new MillraceError(code).retryable)).toEqual([true, true, true, true])
  })

  it('keeps cause and detail apart from the sentence', () => {
    const cause = new Error('socket hang up')
    const error = new MillraceError('store-unavailable', { cause, detail: 'PUT v/1' })
    expect(error.cause).toBe(cause)
    expect(error.detail).toBe('PUT v/1')
    expect(error.message).toBe('The object store did not answer.')
    expect('cause' in new MillraceError('internal')).toBe(false)
    expect(new MillraceError('too-long', { message: 'Too long by 3 s.' }).message).toBe(
      'Too long by 3 s.',
    )
  })
})

describe('anything thrown', () => {
  it('stays what it is when it is one of ours', () => {
    const error = new MillraceError('too-long')
    expect(toMillraceError(error)).toBe(error)
  })

  it.each([
    [new TypeError('x is not a function'), 'x is not a function'],
    ['a string', 'a string'],
    [undefined, 'undefined'],
    [null, 'null'],
    [42, '42'],
  ])('%j becomes internal, its text in the detail alone', (thrown, detail) => {
    const error = toMillraceError(thrown)
    expect(error).toMatchObject({ code: 'internal', retryable: true, detail })
    expect(error.message).toBe(errorFacts.internal.message)
    if (thrown !== undefined) expect(error.cause).toBe(thrown)
  })
})
