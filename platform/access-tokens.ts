// Access tokens: ES256 JWTs of ten minutes that say who asks and as what. Signed with one key, checked with two, so that keys can be
// changed while people are signed in. Only what was signed for exactly this is taken (RFC 8725).
import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  errors,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JSONWebKeySet,
  type JWK,
  jwtVerify,
  SignJWT,
} from 'jose'
import * as z from 'zod/mini'
import { type Role, roles, type Scope, scopes } from '#domain/access.ts'
import { MillraceError } from '#domain/errors.ts'

export const accessTokenSeconds = 600
const alg = 'ES256'
/** RFC 9068 §2.1: no token of another kind can be taken for one; a ticket opens event streams and nothing else. */
const types = { access: 'at+jwt', ticket: 'ticket+jwt' } as const
export type TokenKind = keyof typeof types

export interface SignedIn {
  userId: string
  role: Role
  /** Null for a key, which has none. */
  sessionId: string | null
  /** What a key's ticket is good for; null for a person. */
  scopes: readonly Scope[] | null
  keyId: string | null
}

export interface AccessVerifier {
  /** @throws MillraceError `not-signed-in`; `detail` says why */
  verify(token: string, kind?: TokenKind): Promise<SignedIn>
}

export interface AccessTokens extends AccessVerifier {
  sign(who: SignedIn, kind?: TokenKind): Promise<string>
  /** The public halves, as others may fetch them. */
  publicKeys(): Promise<JSONWebKeySet>
}

/** Private keys (RFC 7517), each with its `kid`. */
const PrivateKey = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  kid: z.string().check(z.minLength(8)),
  x: z.string(),
  y: z.string(),
  d: z.string(),
})
/** The installation itself: no other has its keys. */
export const accessIssuer = 'millrace'

/** The public halves as they are kept for those who check (RFC 7517). */
export const PublicKeys = z.object({
  keys: z.array(
    z.object({
      kty: z.literal('EC'),
      crv: z.literal('P-256'),
      kid: z.string(),
      x: z.string(),
      y: z.string(),
    }),
  ),
})
export const AccessKeys = z.object({ current: PrivateKey, previous: z.nullable(PrivateKey) })
export type AccessKeys = z.infer<typeof AccessKeys>

/** A key for `AccessKeys`; its name is its thumbprint (RFC 7638). */
export async function createAccessKey(): Promise<AccessKeys['current']> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true })
  const jwk = await exportJWK(privateKey)
  return PrivateKey.parse({ ...jwk, kid: await calculateJwkThumbprint(jwk) })
}

const publicHalf = ({ kty, crv, kid, x, y }: AccessKeys['current']): JWK => {
  return { kty, crv, kid, x, y, use: 'sig', alg }
}

const Claims = z
  .object({
    sub: z.string(),
    role: z.enum(roles),
    sid: z.optional(z.string()),
    key: z.optional(z.string()),
    scopes: z.optional(z.array(z.enum(scopes))),
  })
  .check(
    z.refine(({ sid, key, scopes }) => (sid === undefined) === (key !== undefined && !!scopes)),
  )

export interface AccessOptions {
  /** Both who signs and for whom: `accessIssuer`. */
  issuer: string
  /** Epoch seconds. */
  now(): number
}

/** For whoever only checks: the public halves are enough. */
export function createAccessVerifier(
  keys: JSONWebKeySet,
  { issuer, now }: AccessOptions,
): AccessVerifier {
  const known = createLocalJWKSet(keys)
  return {
    async verify(token, kind = 'access') {
      try {
        const { payload } = await jwtVerify(token, known, {
          ...{ algorithms: [alg], typ: types[kind], issuer, audience: issuer },
          requiredClaims: ['iat', 'exp', 'sub'],
          currentDate: new Date(now() * 1000),
        })
        const { sub, role, sid = null, key = null, scopes = null } = Claims.parse(payload)
        return { userId: sub, role, sessionId: sid, keyId: key, scopes }
      } catch (cause) {
        const detail = cause instanceof errors.JOSEError ? cause.code : 'claims'
        throw new MillraceError('not-signed-in', { cause, detail })
      }
    },
  }
}

export const publicKeysOf = ({ current, previous }: AccessKeys): JSONWebKeySet => ({
  keys: [current, ...(previous ? [previous] : [])].map(publicHalf),
})

export async function createAccessTokens(
  options: AccessOptions & { keys: AccessKeys },
): Promise<AccessTokens> {
  const { keys: own, issuer, now } = options
  const signingKey = await importJWK(own.current, alg)
  const keys = publicKeysOf(own)
  return {
    publicKeys: async () => keys,
    ...createAccessVerifier(keys, options),
    sign({ userId, role, sessionId, keyId, scopes }, kind = 'access') {
      const at = Math.floor(now())
      const claims = {
        ...(sessionId === null ? {} : { sid: sessionId }),
        ...(keyId === null ? {} : { key: keyId }),
        ...(scopes === null ? {} : { scopes: [...scopes] }),
      }
      return new SignJWT({ role, ...claims })
        .setProtectedHeader({ alg, typ: types[kind], kid: own.current.kid })
        .setSubject(userId)
        .setIssuer(issuer)
        .setAudience(issuer)
        .setIssuedAt(at)
        .setExpirationTime(at + accessTokenSeconds)
        .sign(signingKey)
    },
  }
}
