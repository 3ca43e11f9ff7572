// Why a link is not fetched: stable words beside the code `import-refused`. A plain list; none is a code of an error, too.
export const importReasons = [
  'no-link',
  'link-scheme',
  'link-credentials',
  'link-port',
  'not-public',
  'no-website',
  'redirects-too-many',
  'redirect-nowhere',
  'redirect-unsafe',
  'needs-sign-in',
  'not-for-everybody',
  'nothing-there',
  'gone-there',
  'withheld',
  'website-refused',
  'packed',
  'web-page',
  'longer-than-said',
  'too-slow',
] as const
export type ImportReason = (typeof importReasons)[number]
