// Links a person gives to be fetched: which are taken at all, before any name is looked up.
import { isIP } from 'node:net'
import { importRefused } from '#domain/import-refused.ts'
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

/**
 * @returns without fragment
 * @throws MillraceError `import-refused` with what is wrong about it
 */
export function parseImportUrl(text: string): URL {
  // The URL parser drops what a person cannot see.
  if (text.length > maxUrlLength || /[\p{Cc}\p{Zs}\p{Cf}\\]/u.test(text) || !URL.canParse(text)) {
    throw importRefused('no-link', { detail: 'not a URL' })
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
    throw importRefused('link-scheme', { detail: url.protocol })
  }
  if (url.username !== '' || url.password !== '') {
    throw importRefused('link-credentials', { detail: 'credentials' })
  }
  if (!ports.has(url.port)) {
    throw importRefused('link-port', { detail: `port ${url.port}` })
  }
  // A name may end with the root's dot, and some resolvers take more.
  const host = bareHost(url).replace(/\.+$/, '')
  const isPublic =
    isIP(host) === 0 ? publicName.test(host) && !innerNames.test(host) : isPublicAddress(host)
  if (!isPublic) throw notPublic(host)
}

export const notPublic = (detail: string) => importRefused('not-public', { detail })
