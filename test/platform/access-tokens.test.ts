// Access tokens: what was signed here for this, by a key that still counts, is taken; everything else is refused alike.
import { exportSPKI, importJWK, SignJWT, UnsecuredJWT } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  type AccessKeys,
  type AccessTokens,
  accessTokenSeconds,
  createAccessKey,
  createAccessTokens,
} from '#platform/access-tokens.ts'

const issuer = 'https://films.example.com'
const who = { userId: 'u_1', role: 'user', sessionId: 's_1', scopes: null, keyId: null } as const
const began = 1_800_000_000
let time = began
const now = () => time

let keys: AccessKeys
let tokens: AccessTokens
beforeAll(async () => {
  keys = { current: await createAccessKey(), previous: await createAccessKey() }
  tokens = await createAccessTokens({ keys, issuer, now })
})

/** Another claim or header in the place of a good one. */
async function forged(
  { header = {}, claims = {} }: { header?: object; claims?: object },
  key = keys.current,
): Promise<string> {
  const good = { sub: 'u_1', role: 'user', sid: 's_1', iss: issuer, aud: issuer, iat: began }
  return new SignJWT({ ...good, exp: began + accessTokenSeconds, ...claims })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: key.kid, ...header })
    .sign(await importJWK(key, 'ES256'))
}

const edited = (token: string, change: (payload: Record<string, unknown>) => void) => {
  const [header = '', body = '', signature = ''] = token.split('.')
  const payload = JSON.parse(Buffer.from(body, 'base64url').toString())
  change(payload)
  return [header, Buffer.from(JSON.stringify(payload)).toString('base64url'), signature].join('.')
}

describe('is taken', () => {
  it('for ten minutes', async () => {
    time = began
    const token = await tokens.sign(who)
    expect(await tokens.verify(token)).toEqual(who)
    time = began + accessTokenSeconds - 1
    expect(await tokens.verify(token)).toEqual(who)
    time = began + accessTokenSeconds
    await expect(tokens.verify(token)).rejects.toMatchObject({ detail: 'ERR_JWT_EXPIRED' })
    time = began
  })

  it('after the key was changed, and not after it was changed twice', async () => {
    const token = await tokens.sign(who)
    const once = { current: await createAccessKey(), previous: keys.current }
    const twice = { current: await createAccessKey(), previous: once.current }
    expect(await (await createAccessTokens({ keys: once, issuer, now })).verify(token)).toEqual(who)
    const last = await createAccessTokens({ keys: twice, issuer, now })
    await expect(last.verify(token)).rejects.toMatchObject({ code: 'not-signed-in' })
  })

  it('as the forger of these tests would sign it', async () => {
    expect(await tokens.verify(await forged({}))).toEqual(who)
  })
})

describe('is refused', () => {
  it.each<[string, () => string | Promise<string>]>([
    ['nothing', () => ''],
    ['no token', () => 'a.b.c'],
    ['a number of another kind', () => '1'],
    ['without a signature', () => new UnsecuredJWT({ sub: 'u_1', role: 'admin' }).encode()],
    ['with its signature cut off', async () => (await forged({})).replace(/\.[^.]*$/, '.')],
    ['of another issuer', () => forged({ claims: { iss: 'https://evil.example.com' } })],
    ['for another audience', () => forged({ claims: { aud: 'https://evil.example.com' } })],
    ['without an audience', () => forged({ claims: { aud: undefined } })],
    ['that has ended', () => forged({ claims: { exp: began - 1 } })],
    ['without an end', () => forged({ claims: { exp: undefined } })],
    ['that has not begun', () => forged({ claims: { nbf: began + 60 } })],
    ['of another type', () => forged({ header: { typ: 'JWT' } })],
    ['of no type', () => forged({ header: { typ: undefined } })],
    ['of an unknown key', async () => forged({}, await createAccessKey())],
    [
      'of one key under the name of another',
      () => {
        return forged({ header: { kid: keys.previous?.kid } })
      },
    ],
    ['of nobody', () => forged({ claims: { sub: undefined } })],
    ['of an unknown role', () => forged({ claims: { role: 'root' } })],
    ['without a session', () => forged({ claims: { sid: undefined } })],
    [
      'with another role written in',
      async () => {
        return edited(await tokens.sign(who), payload => Object.assign(payload, { role: 'admin' }))
      },
    ],
  ])('%s', async (_what, make) => {
    await expect(tokens.verify(await make())).rejects.toMatchObject({
      code: 'not-signed-in',
      message: 'Sign in to do this.',
    })
  })

  it('signed by HS256 with the public key as its secret', async () => {
    const { kid, ...jwk } = (await tokens.publicKeys()).keys[0] ?? {}
    const key = await importJWK({ ...jwk, kty: 'EC' }, 'ES256', { extractable: true })
    const secret = new TextEncoder().encode(await exportSPKI(key as CryptoKey))
    const confused = await new SignJWT({ role: 'admin', sid: 's_1' })
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: String(kid) })
      .setSubject('u_1')
      .setIssuer(issuer)
      .setAudience(issuer)
      .setIssuedAt(began)
      .setExpirationTime(began + 60)
      .sign(secret)
    await expect(tokens.verify(confused)).rejects.toMatchObject({ code: 'not-signed-in' })
  })
})

it('publishes the public halves of both keys, and no more', async () => {
  const published = (await tokens.publicKeys()).keys
  expect(published.map(({ kid }) => kid)).toEqual([keys.current.kid, keys.previous?.kid])
  for (const key of published) {
    expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
  }
})
