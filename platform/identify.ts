// Finds out who is behind a request: a machine by its key, a person by the access token in a cookie or a header. What is given and does
// not hold is refused; what is not given is nobody.
import { parse } from 'hono/utils/cookie'
import { type Actor, nobody } from '#domain/access.ts'
import { keyPrefix } from '#domain/account.ts'
import { MillraceError } from '#domain/errors.ts'
import type { AccessVerifier } from './access-tokens.ts'
import type { ApiKeys } from './api-keys.ts'
import type { Identify } from './identity.ts'

/** RFC 6265bis §4.1.3.2: a `__Host-` cookie is this host's own, and sent over TLS alone. Browsers hold none over plain HTTP. */
export const cookieNames = (secure: boolean) => {
  const prefix = secure ? '__Host-' : ''
  return { access: `${prefix}millrace-access`, refresh: `${prefix}millrace-refresh` }
}

export interface IdentifyDeps {
  verifier: AccessVerifier
  keys: Pick<ApiKeys, 'verify'>
  /** Whether people reach the portal over TLS. */
  secure: boolean
  /** Where the portal is, if that is known. */
  publicOrigin: string | null
  /** Epoch seconds. */
  now(): number
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * A browser sends cookies along with what pages of other sites ask of it; it says so (Fetch Metadata), and so did those before it, by
 * `Origin`.
 * @throws MillraceError `origin-refused`
 */
export function requireOwnPage(request: Request, publicOrigin: string | null): void {
  if (safeMethods.has(request.method)) return
  const site = request.headers.get('sec-fetch-site')
  if (site === 'same-origin' || site === 'none') return
  const origin = request.headers.get('origin')
  if (site === null && origin !== null && origin === publicOrigin) return
  throw new MillraceError('origin-refused')
}

/** Event streams of programs: neither a cookie nor, behind CloudFront, a header of their own comes through. */
const ticketed = /^\/api\/(?:events|videos\/[^/]+\/events)$/

export function createIdentify(deps: IdentifyDeps): Identify {
  const { verifier, keys, secure, publicOrigin, now } = deps
  const { access } = cookieNames(secure)

  async function machine(text: string): Promise<Actor> {
    const found = await keys.verify(text, now())
    if (!found) throw new MillraceError('not-signed-in', { message: 'The key does not hold.' })
    const { key, owner } = found
    const { userId, role } = owner
    return { userId, role, scopes: key.scopes, keyId: key.keyId, sessionId: null }
  }

  /** One call is asked about several times. */
  const known = new WeakMap<Request, Promise<Actor>>()

  async function find(request: Request): Promise<Actor> {
    const [, bearer] = /^Bearer\s*(.*)$/i.exec(request.headers.get('authorization') ?? '') ?? []
    if (bearer?.startsWith(keyPrefix)) return machine(bearer)
    if (bearer !== undefined) return verifier.verify(bearer)
    const { pathname, searchParams } = new URL(request.url)
    const ticket = ticketed.test(pathname) ? searchParams.get('ticket') : null
    if (ticket) return verifier.verify(ticket, 'ticket')
    const cookie = parse(request.headers.get('cookie') ?? '', access)[access]
    if (!cookie) return nobody
    requireOwnPage(request, publicOrigin)
    return verifier.verify(cookie)
  }

  return request => {
    const actor = known.get(request) ?? find(request)
    known.set(request, actor)
    return actor
  }
}
