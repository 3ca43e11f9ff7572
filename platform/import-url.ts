// Links a person gives to be fetched: which are taken at all, before any name is looked up.
import { isIP } from 'node:net'
import { MillraceError } from '#domain/errors.ts'
import { isPublicAddress } from './public-address.ts'

/** Longer ones are no links people have. */
const maxUrlLength = 2048
/** Others are where databases, queues and control planes listen. */
const ports = new Set(['', '80', '443', '8080', '8443'])
/** Names that lead nowhere on the internet (RFC 6761, RFC 6762, RFC 8375; ICANN's never to be delegated), or into a network's own. */
const innerNames =
  /\.(localhost|localdomain|local|internal|intranet|lan|home|corp|svc|arpa|test|invalid|onion)$/
/** Two labels at least, and none empty: not every resolver refuses what is no name. */
const publicName = /^[^.]+(\.[^.]+)+$/

const refused = (message: string, detail: string) =>
  new MillraceError('import-refused', { message, detail })

/**
 * @returns without fragment
 * @throws MillraceError `import-refused` with what is wrong about it
 */
export function parseImportUrl(text: string): URL {
  // The URL parser drops what a person cannot see.
  if (text.length > maxUrlLength || /[\p{Cc}\p{Zs}\p{Cf}\\]/u.test(text) || !URL.canParse(text)) {
    throw refused('This is not a link. Paste an address that begins with https://.', 'not a URL')
  }
  const url = new URL(text)
  url.hash = ''
  refuseUnsafe(url)
  return url
}

/** An address stands in brackets in a URL, where it is one of version 6. */
export const bareHost = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, '$1')

/** Also for where an answer leads on to. @throws MillraceError `import-refused` */
export function refuseUnsafe(url: URL): void {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw refused('Only links that begin with https:// or http:// can be fetched.', url.protocol)
  }
  if (url.username !== '' || url.password !== '') {
    throw refused('The link holds a name or a password. Use one that does not.', 'credentials')
  }
  if (!ports.has(url.port)) {
    throw refused('The link names a port that is not used for websites.', `port ${url.port}`)
  }
  // A name may end with the root's dot, and some resolvers take more.
  const host = bareHost(url).replace(/\.+$/, '')
  const isPublic =
    isIP(host) === 0 ? publicName.test(host) && !innerNames.test(host) : isPublicAddress(host)
  if (!isPublic) throw notPublic(host)
}

export const notPublic = (detail: string) =>
  refused('The link does not lead to a public website.', detail)
