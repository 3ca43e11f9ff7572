// Why a link is not fetched: every reason has a sentence, and is told apart from the codes of errors.
import { describe, expect, it } from 'vitest'
import { isErrorCode } from '#domain/error-codes.ts'
import { importReasons } from '#domain/import-reasons.ts'
import { importRefused, importSentences } from '#domain/import-refused.ts'

describe('a reason', () => {
  it.each(importReasons)('%s has a sentence, and is no code', reason => {
    expect(importSentences[reason]).toMatch(/^[A-Z][^\n]*[^.\s]\.$/)
    expect(isErrorCode(reason)).toBe(false)
    const error = importRefused(reason, { detail: 'x' })
    expect(error).toMatchObject({ code: 'import-refused', reason, retryable: false, detail: 'x' })
    expect(error.message).toBe(importSentences[reason])
  })

  it('says what the website answered', () => {
    const { message } = importRefused('nothing-there', { status: 404 })
    expect(message).toBe('There is nothing at the link (404).')
  })

  it('has no sentence of another', () => {
    expect(new Set(Object.values(importSentences)).size).toBe(importReasons.length)
  })
})
