// The gate as CloudFront runs it, with its keys in a KeyValueStore: the same checks, and nothing passes while the store is empty.
import { runInNewContext } from 'node:vm'
import { SignJWT } from 'jose'
import { beforeEach, expect, it } from 'vitest'
import { noEpoch, revocationFrom, writeRevocation } from '#domain/revocation.ts'
import { buildStoredGate, maxFunctionBytes } from '../../infra/edge/build.ts'

const secret = 'a-secret-of-more-than-thirty-two-bytes'
const videoId = 'v_0123456789abcdefghijAB'
const expiresAt = Math.floor(Date.now() / 1000) + 3600

let names: Map<string, string>

beforeEach(() => {
  broken = null
  names = new Map([['secrets', JSON.stringify([secret])]])
})

/** CloudFront's store: a name that is not there throws, and so does every question while it is out of order. */
let broken: string | null
const cf = {
  kvs: () => ({
    async exists(name: string) {
      if (name === broken) throw new Error('InternalError')
      return names.has(name)
    },
    async get(name: string) {
      if (name === broken) throw new Error('InternalError')
      const value = names.get(name)
      if (value === undefined) throw new Error('KeyNotFound')
      return value
    },
  }),
}

async function ask(key = secret, e = 0): Promise<{ uri?: string; statusCode?: number }> {
  const token = await new SignJWT({ e, v: videoId, exp: expiresAt })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .sign(new TextEncoder().encode(key))
  const script = buildStoredGate().replace("import cf from 'cloudfront'", '')
  const require = (name: string) => process.getBuiltinModule(name)
  const sandbox = { cf, require, Buffer }
  const request = { method: 'GET', uri: `/t/${token}/v/${videoId}/1/main.m3u8`, cookies: {} }
  return runInNewContext(`${script}\nhandler(event)`, { ...sandbox, event: { request } })
}

it('fits into a function', () => {
  expect(Buffer.byteLength(buildStoredGate())).toBeLessThanOrEqual(maxFunctionBytes)
})

it('opens a video by a secret of the store, the last one too', async () => {
  const uri = `/v/${videoId}/1/main.m3u8`
  expect(await ask()).toMatchObject({ uri })
  names.set('secrets', JSON.stringify(['a-newer-secret-of-more-than-32-bytes', secret]))
  expect(await ask()).toMatchObject({ uri })
})

it('refuses what the store does not know', async () => {
  expect(await ask('another-secret-of-more-than-thirty-two')).toMatchObject({ statusCode: 403 })
  names.clear()
  expect(await ask()).toMatchObject({ statusCode: 403 })
})

it('refuses links of epochs that have been ended, and no later ones', async () => {
  names.set(videoId, writeRevocation({ lowestEpoch: 2, until: expiresAt }))
  expect(await ask(secret, 1)).toMatchObject({ statusCode: 403 })
  expect(await ask(secret, 2)).toMatchObject({ uri: expect.any(String) })
})

it('opens nothing while the store does not answer', async () => {
  for (const name of ['secrets', videoId]) {
    names.set(videoId, writeRevocation({ lowestEpoch: 1, until: expiresAt }))
    broken = name
    const answer = await ask(secret, 0).catch(() => 'failed')
    expect([name, answer]).not.toEqual([name, expect.objectContaining({ uri: expect.anything() })])
  }
})

it('refuses every link of a deleted video, however that was written down', async () => {
  for (const text of [writeRevocation(revocationFrom(noEpoch, 0)), String(expiresAt)]) {
    names.set(videoId, text)
    expect(await ask(secret, 1_000_000)).toMatchObject({ statusCode: 403 })
  }
})
