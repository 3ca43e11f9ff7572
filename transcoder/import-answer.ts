// What a website's answer to the fetch of a file means: the whole of it, what was still missing, or a refusal in words. Pure.
import type { IncomingHttpHeaders } from 'node:http'
import { MillraceError } from '#domain/errors.ts'
import type { ImportReason } from '#domain/import-reasons.ts'
import { importRefused } from '#domain/import-refused.ts'
import { sniffContainer } from '#domain/sniff.ts'

export interface Wanted {
  /** The first byte that is missing. */
  from: number
  /** What the website called the file before; null: from the beginning. */
  validator: string | null
  totalBytes: number | null
  maxBytes: number
}

export interface ImportAnswer {
  /** Where the body begins in the file. 0 where it was asked for later: it is another file, or the website has no ranges. */
  from: number
  /** Null: the website does not say. */
  totalBytes: number | null
  /** A name for this very file that If-Range takes; null: it can't be gone on with. */
  validator: string | null
}

export const importHeaders = ({ from, validator }: Wanted): Record<string, string> => ({
  accept: '*/*',
  // A packed body has other ranges, and may unpack to anything.
  'accept-encoding': 'identity',
  'user-agent': 'Millrace',
  ...(from > 0 && validator !== null ? { range: `bytes=${from}-`, 'if-range': validator } : {}),
})

const unreachable = (message: string) => new MillraceError('import-unreachable', { message })

const refusals: Readonly<Record<number, ImportReason>> = {
  401: 'needs-sign-in',
  403: 'not-for-everybody',
  404: 'nothing-there',
  410: 'gone-there',
  451: 'withheld',
}
/** What may pass: RFC 9110 §15.5.9, RFC 8470 §5.2, RFC 6585 §4. */
const passing = new Set([408, 425, 429])

/** It stands in the video's record, which is read all the time. */
const longestValidator = 256

/** RFC 9110 §13.1.5: If-Range takes a strong ETag, or the time of the last change. */
function validatorOf({ etag, 'last-modified': changed }: IncomingHttpHeaders): string | null {
  const validator = etag?.startsWith('"') ? etag : (changed ?? null)
  return validator && validator.length <= longestValidator ? validator : null
}

function lengthOf(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null
}

/** @throws MillraceError `import-refused`, `import-unreachable`, `source-too-large` */
export function readImportAnswer(
  status: number,
  headers: IncomingHttpHeaders,
  wanted: Wanted,
): ImportAnswer | 'ask-anew' {
  const ranged = wanted.from > 0 && wanted.validator !== null
  if (status === 416 && ranged) return 'ask-anew'
  if (status >= 500 || passing.has(status)) {
    throw unreachable(`The website could not answer (${status}).`)
  }
  if (status !== 200 && !(status === 206 && ranged)) {
    throw importRefused(refusals[status] ?? 'website-refused', { status })
  }
  const { 'content-encoding': encoding = 'identity' } = headers
  if (encoding.trim().toLowerCase() !== 'identity') {
    throw importRefused('packed')
  }
  const length = lengthOf(headers['content-length'])
  const answer =
    status === 206
      ? readRest(headers, wanted)
      : { from: 0, totalBytes: length, validator: validatorOf(headers) }
  if (answer !== 'ask-anew' && (answer.totalBytes ?? 0) > wanted.maxBytes) {
    throw new MillraceError('source-too-large')
  }
  return answer
}

/** RFC 9110 §14.4. Another range, or one of a file of another length, is not what was asked for. */
function readRest(
  { 'content-range': range = '' }: IncomingHttpHeaders,
  { from, validator, totalBytes }: Wanted,
): ImportAnswer | 'ask-anew' {
  const [, first, last, length] = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/.exec(range) ?? []
  const whole = length === '*' ? totalBytes : Number(length)
  const same = whole === totalBytes && (whole === null || Number(last) === whole - 1)
  if (Number(first) !== from || !same) return 'ask-anew'
  return { from, totalBytes, validator }
}

const pageStart = /^(<!--[\s\S]*?-->|<\?xml[^>]*>|\s)*<(!doctype\s+html|html|head|body|script)\b/i

/**
 * @param head the first bytes of the file
 * @throws MillraceError `import-refused` for a page, or as `sniffContainer` does
 */
export function refuseUnlessMedia(head: Uint8Array, contentType: string | undefined): void {
  try {
    sniffContainer(head)
  } catch (thrown) {
    const text = Buffer.from(head.subarray(0, 4096)).toString('latin1').replace(/^ï»¿/, '')
    const isPage =
      pageStart.test(text) || /^\s*(text\/html|application\/xhtml)/i.test(contentType ?? '')
    if (isPage && head.byteLength > 0) {
      throw importRefused('web-page')
    }
    throw thrown
  }
}
