// An address as somebody wrote it, in the one form it is known by.
import { toEmail } from '#domain/account.ts'
import { MillraceError } from '#domain/errors.ts'

/** @throws MillraceError `bad-request` for what is none */
export function emailOf(text: string): string {
  const email = toEmail(text)
  if (email) return email
  throw new MillraceError('bad-request', { message: 'This is not an e-mail address.' })
}
