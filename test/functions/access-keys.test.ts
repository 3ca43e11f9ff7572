// The keeper of access keys: makes them once, and changes them so that nobody is signed out.
import { expect, it } from 'vitest'
import {
  type AccessKeys,
  accessIssuer,
  createAccessTokens,
  createAccessVerifier,
  PublicKeys,
} from '#platform/access-tokens.ts'
import { createRereadVerifier } from '#platform/identify-by-env.ts'
import { silentLog } from '#platform/log.ts'
import { ensureKeys, readAccessKeys, rotateKeys } from '../../functions/access-keys/access-keys.ts'

const now = () => 1_800_000_000
const who = { userId: 'u_1', role: 'user', sessionId: 's', scopes: null, keyId: null } as const

function keeper(kept = 'a random text') {
  const store = { private: kept, public: '' }
  const order: string[] = []
  return {
    store,
    order,
    deps: {
      readPrivate: async () => readAccessKeys(store.private),
      async writePrivate(keys: AccessKeys) {
        order.push('private')
        store.private = JSON.stringify(keys)
      },
      async writePublic(keys: object) {
        order.push('public')
        store.public = JSON.stringify(keys)
      },
      log: silentLog,
    },
    sign: async () => {
      const keys = readAccessKeys(store.private)
      if (!keys) throw new Error('no keys')
      return (await createAccessTokens({ keys, issuer: accessIssuer, now })).sign(who)
    },
  }
}

it('makes them once, and tells whoever checks first', async () => {
  const { store, order, deps } = keeper()
  await ensureKeys(deps)
  expect(order).toEqual(['public', 'private'])
  expect(store.public).not.toContain('"d"')
  const before = store.private
  await ensureKeys(deps)
  expect(store.private).toBe(before)
})

it('changes them without signing anybody out, and twice ends what is old', async () => {
  const { store, deps, sign } = keeper()
  await ensureKeys(deps)
  let reads = 0
  let time = now()
  const verifier = createRereadVerifier(
    async () => {
      reads++
      return PublicKeys.parse(JSON.parse(store.public))
    },
    () => time,
  )
  const old = await sign()
  expect(await verifier.verify(old)).toEqual(who)
  await rotateKeys(deps)
  const next = await sign()
  await expect(verifier.verify(next)).rejects.toMatchObject({ code: 'not-signed-in' })
  time += 31
  expect(await verifier.verify(next)).toEqual(who)
  expect(await verifier.verify(old)).toEqual(who)
  expect(reads).toBe(2)
  await rotateKeys(deps)
  const strict = createAccessVerifier(PublicKeys.parse(JSON.parse(store.public)), {
    ...{ issuer: accessIssuer, now },
  })
  await expect(strict.verify(old)).rejects.toMatchObject({ detail: 'ERR_JWKS_NO_MATCHING_KEY' })
})
