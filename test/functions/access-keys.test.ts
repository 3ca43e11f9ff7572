// The keeper of access keys: makes them once, and changes them so that nobody is signed out.
import { describe, expect, it } from 'vitest'
import {
  AccessKeys,
  accessIssuer,
  createAccessTokens,
  createAccessVerifier,
  PublicKeys,
} from '#platform/access-tokens.ts'
import { silentLog } from '#platform/log.ts'
import { rereadEverySeconds, rereadLeastSeconds } from '#platform/reread.ts'
import { createRereadTokens, createRereadVerifier } from '#platform/reread-access.ts'
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

const verifierOf = (text: string) =>
  createAccessVerifier(PublicKeys.parse(JSON.parse(text)), { issuer: accessIssuer, now })

it('makes them once, and tells whoever checks first', async () => {
  const { store, order, deps } = keeper()
  await ensureKeys(deps)
  expect(order).toEqual(['public', 'private'])
  expect(store.public).not.toContain('"d"')
  const before = store.private
  await ensureKeys(deps)
  expect(store.private).toBe(before)
})

/** What reads them, as one of two warm processes that have last looked at `time`. */
function reading<T>(read: () => T) {
  const counted = { reads: 0, time: now(), fails: false }
  return {
    counted,
    options: { issuer: accessIssuer, now: () => counted.time },
    async read() {
      counted.reads++
      if (counted.fails) throw new Error('no secrets today')
      return read()
    },
  }
}

const unknownKey = { code: 'not-signed-in', detail: 'ERR_JWKS_NO_MATCHING_KEY' }

it('changes them without signing anybody out, and twice ends what is old', async () => {
  const { store, deps, sign } = keeper()
  await ensureKeys(deps)
  const { counted, read, options } = reading(() => PublicKeys.parse(JSON.parse(store.public)))
  const verifier = createRereadVerifier(read, options)
  const old = await sign()
  expect(await verifier.verify(old)).toEqual(who)
  await rotateKeys(deps)
  const next = await sign()
  await expect(verifier.verify(next)).rejects.toMatchObject(unknownKey)
  counted.time += rereadLeastSeconds
  expect(await verifier.verify(next)).toEqual(who)
  expect(await verifier.verify(old)).toEqual(who)
  expect(counted.reads).toBe(2)
  await rotateKeys(deps)
  // Nobody has shown it the new key: it looks by itself.
  expect(await verifier.verify(old)).toEqual(who)
  counted.time += rereadEverySeconds
  await expect(verifier.verify(old)).rejects.toMatchObject(unknownKey)
})

it('are read no oftener for keys that somebody makes up', async () => {
  const { store, deps } = keeper()
  await ensureKeys(deps)
  const { counted, read, options } = reading(() => PublicKeys.parse(JSON.parse(store.public)))
  const verifier = createRereadVerifier(read, options)
  const stranger = keeper()
  await ensureKeys(stranger.deps)
  const forged = await stranger.sign()
  for (let second = 0; second < 60; second++) {
    counted.time = now() + second
    const tries = [verifier.verify(forged), verifier.verify(forged), verifier.verify(forged)]
    for (const tried of await Promise.allSettled(tries)) expect(tried.status).toBe('rejected')
  }
  expect(counted.reads).toBe(60 / rereadLeastSeconds)
})

describe('whoever signs', () => {
  it('signs with a new key some minutes later, and takes tokens of one at once', async () => {
    const { store, deps, sign } = keeper()
    await ensureKeys(deps)
    const { counted, read, options } = reading(() => AccessKeys.parse(JSON.parse(store.private)))
    const tokens = createRereadTokens(read, options)
    const verified = () => verifierOf(store.public)
    const first = await tokens.sign(who)
    expect(await verified().verify(first)).toEqual(who)
    await rotateKeys(deps)
    await rotateKeys(deps)
    counted.time += rereadLeastSeconds
    // Of another process, which started just now.
    expect(await tokens.verify(await sign())).toEqual(who)
    expect(await verified().verify(await tokens.sign(who))).toEqual(who)
    await rotateKeys(deps)
    await rotateKeys(deps)
    counted.time += rereadEverySeconds
    expect(await verified().verify(await tokens.sign(who))).toEqual(who)
    expect(await tokens.publicKeys()).toMatchObject(JSON.parse(store.public))
  })

  it('goes on with what it knows where nothing can be read', async () => {
    const { store, deps } = keeper()
    await ensureKeys(deps)
    const { counted, read, options } = reading(() => AccessKeys.parse(JSON.parse(store.private)))
    const tokens = createRereadTokens(read, options)
    await tokens.sign(who)
    counted.fails = true
    counted.time += rereadEverySeconds
    expect(await tokens.verify(await tokens.sign(who))).toEqual(who)
    expect(counted.reads).toBe(2)
    counted.fails = false
    counted.time += rereadLeastSeconds
    await rotateKeys(deps)
    const token = await tokens.sign(who)
    expect(await verifierOf(store.public).verify(token)).toEqual(who)
    expect(counted.reads).toBe(3)
  })
})
