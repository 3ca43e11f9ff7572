// CloudFront's KeyValueStore as the emulator speaks it: signed with SigV4A, written under optimistic locking.
import '@aws-sdk/signature-v4a'
import { randomUUID } from 'node:crypto'
import { Agent } from 'node:http'
import type { LookupFunction } from 'node:net'
import {
  CloudFrontKeyValueStoreClient,
  ListKeysCommand,
} from '@aws-sdk/client-cloudfront-keyvaluestore'
import { beforeAll, expect, inject, it } from 'vitest'
import { createAwsCall } from '#platform/aws-call.ts'
import { readServices } from '#platform/env.ts'
import { createKeyStore, type KeyStore } from '../../functions/gate-keys/key-store.ts'

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }

/** The account's id stands before the host's name, which no resolver knows. */
const lookup: LookupFunction = (_, options, found) =>
  options.all ? found(null, [{ address: '127.0.0.1', family: 4 }]) : found(null, '127.0.0.1', 4)

let keys: KeyStore
let list: () => Promise<Record<string, string>>

beforeAll(async () => {
  const endpoint = inject('ministack')
  const services = readServices({ AWS_ENDPOINT_URL: endpoint })
  const call = createAwsCall({ services, credentials: async () => credentials })
  const made = await call({
    service: 'cloudfront',
    path: '/2020-05-31/key-value-store',
    headers: { 'content-type': 'application/xml' },
    body: `<CreateKeyValueStoreRequest xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Name>${randomUUID()}</Name></CreateKeyValueStoreRequest>`,
  })
  const [, arn = ''] = /<ARN>([^<]*)/.exec(made) ?? []
  const client = new CloudFrontKeyValueStoreClient({
    region: 'us-east-1',
    endpoint: `http://localhost:${new URL(endpoint).port}`,
    credentials,
    requestHandler: { httpAgent: new Agent({ lookup }) },
  })
  keys = createKeyStore({ client, arn })
  list = async () => {
    const { Items = [] } = await client.send(new ListKeysCommand({ KvsARN: arn }))
    return Object.fromEntries(Items.map(({ Key = '', Value = '' }) => [Key, Value]))
  }
})

it('puts names, replaces values, and counts', async () => {
  expect(await keys.put('a', () => '1')).toBe(1)
  expect(await keys.put('b', () => '2')).toBe(2)
  expect(await keys.put('a', () => '3')).toBe(2)
  expect(await list()).toEqual({ a: '3', b: '2' })
})

it('loses nothing when many write at once', async () => {
  const names = Array.from({ length: 5 }, (_, index) => `at-once-${index}`)
  await Promise.all(names.map(name => keys.put(name, () => '1')))
  expect(Object.keys(await list())).toEqual(expect.arrayContaining(names))
})

it('makes of what stands there what shall stand there, whoever was quicker', async () => {
  const more = (held: string | null) => String(Number(held ?? 0) + 1)
  await Promise.all(Array.from({ length: 4 }, () => keys.put('at-once-counted', more)))
  expect((await list())['at-once-counted']).toBe('4')
})

it('puts several in one write', async () => {
  await keys.putAll([
    ['at-once-x', '8'],
    ['at-once-y', '9'],
  ])
  expect(await list()).toMatchObject({ 'at-once-x': '8', 'at-once-y': '9' })
})

it('removes what is old', async () => {
  await keys.removeWhere(name => name.startsWith('at-once-'))
  expect(await list()).toEqual({ a: '3', b: '2' })
})

it('finds what is old behind pages of what is not', async () => {
  for (let page = 0; page < 3; page++) {
    const names = Array.from({ length: 20 }, (_, index) => `at-${page}-${index}`)
    for (const name of names) await keys.put(name, () => '1')
  }
  await keys.put('zz-old', () => '1')
  await keys.removeWhere(name => name === 'zz-old')
  expect(await keys.put('a', () => '3')).toBe(62)
})
