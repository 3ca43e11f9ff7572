// The refusal of a link, with its reason and the sentence of it.
import { MillraceError } from './errors.ts'
import type { ImportReason } from './import-reasons.ts'

export const importSentences: Readonly<Record<ImportReason, string>> = {
  'no-link': 'This is not a link. Paste an address that begins with https://.',
  'link-scheme': 'Only links that begin with https:// or http:// can be fetched.',
  'link-credentials': 'The link holds a name or a password. Use one that does not.',
  'link-port': 'The link names a port that is not used for websites.',
  'not-public': 'The link does not lead to a public website.',
  'no-website': 'There is no website of this name.',
  'redirects-too-many': 'The link leads on from website to website.',
  'redirect-nowhere': 'The link leads nowhere.',
  'redirect-unsafe': 'The link leads from a safe website to an unsafe one.',
  'needs-sign-in': 'The website gives the file only to those who sign in there.',
  'not-for-everybody': 'The website does not give the file to everybody.',
  'nothing-there': 'There is nothing at the link.',
  'gone-there': 'What was at the link is gone.',
  withheld: 'The website may not give the file out, for legal reasons.',
  'website-refused': 'The website refused the request.',
  packed: 'The website sends the file packed. Use a link to the file itself.',
  'web-page': 'The link leads to a web page, not to a video file.',
  'longer-than-said': 'The website sends more than it said.',
  'too-slow': 'The website sends the file too slowly: it was not whole after six hours.',
}

/** @param options.status what the website answered: said, too */
export function importRefused(
  reason: ImportReason,
  { status, ...options }: { status?: number; detail?: string; cause?: unknown } = {},
): MillraceError {
  const sentence = importSentences[reason]
  const message = status === undefined ? sentence : sentence.replace(/\.$/, ` (${status}).`)
  return new MillraceError('import-refused', { ...options, message, reason })
}
