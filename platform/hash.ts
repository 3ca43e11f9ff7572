// SHA-256 of a text as it stands in keys and records: where the text itself must not, or is too long.
import { createHash, timingSafeEqual } from 'node:crypto'

/** 43 characters of base64url. */
export const hashOf = (text: string): string =>
  createHash('sha256').update(text).digest('base64url')

/** In a time that tells nothing of where they differ. */
export function sameText(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
}
