// The keeper of the gate's keys: the gate knows a secret before anything is signed with it, and a deleted video's links end.
import { beforeEach, describe, expect, it } from 'vitest'
import type { PlaybackSecret } from '#domain/playback-secret.ts'
import { noEpoch, revocationFrom, writeRevocation } from '#domain/revocation.ts'
import { obey, readOrder, sync } from '../../functions/gate-keys/gate-keys.ts'
import { createInvalidate } from '../../functions/gate-keys/invalidate.ts'
import { silentLog } from '../../platform/log.ts'

const videoId = 'v_0123456789abcdefghijAB'
const now = 1_800_000_000

let names: Map<string, string>
let stored: PlaybackSecret
let invalidated: string[]
/** What happened, in order. */
let happened: string[]

beforeEach(() => {
  names = new Map()
  stored = { current: 'first'.padEnd(32, '.'), previous: null }
  invalidated = []
  happened = []
})

const keys = {
  async put(name: string, next: (held: string | null) => string) {
    happened.push(`gate ${name}`)
    names.set(name, next(names.get(name) ?? null))
    return names.size
  },
  async putAll(values: readonly (readonly [string, string])[]) {
    for (const [name, value] of values) names.set(name, value)
    return names.size
  },
  async removeWhere(isOld: (name: string, value: string) => boolean) {
    for (const [name, value] of names) if (isOld(name, value)) names.delete(name)
  },
}

const deps = () => ({
  keys,
  secret: {
    read: async () => stored,
    async write(secret: PlaybackSecret) {
      happened.push('secret')
      stored = secret
    },
  },
  async invalidate(path: string) {
    invalidated.push(path)
  },
  now: () => now,
  log: silentLog,
})

describe('sync', () => {
  it('tells the gate what the functions sign with', async () => {
    await sync(deps())
    expect(names.get('secrets')).toBe(JSON.stringify([stored.current]))
  })

  it('is nothing where the gate has no store', async () => {
    await expect(sync({ ...deps(), keys: null })).resolves.toBeUndefined()
  })
})

describe('rotate', () => {
  it('tells the gate first, and keeps the last secret open', async () => {
    const { current } = stored
    await obey(deps(), { kind: 'rotate' })
    expect(happened).toEqual(['gate secrets', 'secret'])
    expect(stored.previous).toBe(current)
    expect(stored.current).toMatch(/^[\w-]{64}$/)
    expect(names.get('secrets')).toBe(JSON.stringify([stored.current, current]))
  })

  it('keeps two secrets and no more', async () => {
    await obey(deps(), { kind: 'rotate' })
    await obey(deps(), { kind: 'rotate' })
    expect(JSON.parse(names.get('secrets') ?? '')).toHaveLength(2)
  })
})

describe('revoke', () => {
  it('ends every link that may be out there, and drops what the edge keeps', async () => {
    await obey(deps(), { kind: 'revoke', videoId })
    expect(names.get(videoId)).toBe(writeRevocation(revocationFrom(noEpoch, now)))
    expect(invalidated).toEqual([`/v/${videoId}/*`])
  })

  it('ends links of lower epochs, and opens none again that was ended', async () => {
    const { until } = revocationFrom(0, now)
    for (const [epoch, lowest] of [
      [2, 2],
      [1, 2],
      [3, 3],
      [undefined, noEpoch],
      [4, noEpoch],
    ] as const) {
      await obey(deps(), { kind: 'revoke', videoId, epoch })
      expect(names.get(videoId)).toBe(`${lowest}.${until}`)
    }
    // Only the deletion drops what the edge keeps.
    expect(invalidated).toEqual([`/v/${videoId}/*`])
  })

  it('ends the links although CloudFront takes no more invalidations at the moment', async () => {
    const invalidate = async () => {
      throw new Error('cloudfront answered 400: TooManyInvalidationsInProgress')
    }
    const order = { kind: 'revoke', videoId } as const
    await obey({ ...deps(), invalidate }, order)
    expect(names.has(videoId)).toBe(true)
    await expect(obey({ ...deps(), keys: null, invalidate }, order)).rejects.toThrow('TooMany')
  })

  it('ends the links of many in one write, and what the edge keeps of them stays', async () => {
    const videoIds = [videoId, 'v_0123456789abcdefghijCD']
    await obey(deps(), { kind: 'revoke-all', videoIds })
    const ended = writeRevocation(revocationFrom(noEpoch, now))
    expect(Object.fromEntries(names)).toEqual(Object.fromEntries(videoIds.map(id => [id, ended])))
    expect(invalidated).toEqual([])
    await obey({ ...deps(), keys: null }, { kind: 'revoke-all', videoIds })
    expect(invalidated).toEqual(videoIds.map(id => `/v/${id}/*`))
  })

  it('of a gate without a store says that links of before go on', async () => {
    const said: string[] = []
    const log = { ...silentLog, warn: (message: string) => void said.push(message) }
    await obey({ ...deps(), keys: null, log }, { kind: 'revoke', videoId, epoch: 1 })
    expect([invalidated, said]).toEqual([[], [expect.stringContaining('go on')]])
  })

  it('forgets those whose links have ended by themselves, once there are many', async () => {
    for (let i = 0; i < 1000; i++) names.set(`v_${i}`, i % 2 ? `7.${now - 1}` : String(now - 1))
    names.set('secrets', '["kept"]')
    await obey(deps(), { kind: 'revoke', videoId })
    expect([...names.keys()].sort()).toEqual(['secrets', videoId])
  })
})

it.each([
  ...[{}, { kind: 'open' }, { kind: 'revoke', videoId: '../x' }, null],
  ...[
    { kind: 'revoke-all', videoIds: [] },
    { kind: 'revoke-all', videoIds: ['../x'] },
  ],
])('%j is no order', event => {
  expect(() => readOrder(event)).toThrow(expect.objectContaining({ code: 'bad-request' }))
})

it('an invalidation is one small document', async () => {
  const sent: string[] = []
  const call = async ({ path = '', body }: { path?: string; body: string }) => {
    sent.push(path, body)
    return ''
  }
  await createInvalidate({ call, distributionId: 'E1', now: () => 7 })('/v/a/*')
  expect(sent[0]).toBe('/2020-05-31/distribution/E1/invalidation')
  expect(sent[1]).toContain('<Quantity>1</Quantity><Items><Path>/v/a/*</Path></Items>')
})
