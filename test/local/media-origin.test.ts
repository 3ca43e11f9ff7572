// The media bucket as an origin, over the real emulator: ranges, tags, what is not there, and streams given up.
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { beforeAll, expect, inject, it } from 'vitest'
import { createMediaOrigin } from '../../local/media-origin.ts'
import type { ObjectOrigin, ObjectRequest } from '../../local/origins.ts'
import { pattern } from './edge-origins.ts'

const bytes = pattern(2_000_000)
let origin: ObjectOrigin
let etag: string

const ask = (path: string, more: Partial<ObjectRequest> = {}) =>
  origin({
    method: 'GET',
    path,
    search: '',
    range: null,
    ifNoneMatch: null,
    signal: new AbortController().signal,
    ...more,
  })

beforeAll(async () => {
  const s3 = new S3Client({
    endpoint: inject('ministack'),
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  await s3.send(new CreateBucketCommand({ Bucket: 'media-origin' }))
  for (const Key of ['v/a/1/x.mp4', 'plans/a/1.json']) {
    const { ETag } = await s3.send(
      new PutObjectCommand({ Bucket: 'media-origin', Key, Body: bytes, ContentType: 'video/mp4' }),
    )
    etag = ETag ?? ''
  }
  await s3.send(
    new PutObjectCommand({
      Bucket: 'media-origin',
      Key: 'v/a/1/empty.mp4',
      Body: new Uint8Array(),
    }),
  )
  origin = createMediaOrigin({ s3, bucket: 'media-origin' })
})

it('gives the whole with its facts', async () => {
  const { status, headers, body } = await ask('/v/a/1/x.mp4')
  expect(status).toBe(200)
  expect(Object.fromEntries(headers)).toMatchObject({
    'content-type': 'video/mp4',
    'content-length': '2000000',
    etag,
  })
  expect(Buffer.from(await new Response(body).arrayBuffer()).equals(bytes)).toBe(true)
})

it('gives a range', async () => {
  const { status, headers, body } = await ask('/v/a/1/x.mp4', { range: 'bytes=-100' })
  expect([status, headers.get('content-range')]).toEqual([206, 'bytes 1999900-1999999/2000000'])
  expect(Buffer.from(await new Response(body).arrayBuffer()).equals(bytes.slice(-100))).toBe(true)
})

it.each([
  ['/v/a/1/x.mp4', 'bytes=2000000-', 'bytes */2000000'],
  ['/v/a/1/empty.mp4', 'bytes=0-0', 'bytes */0'],
])('%s has no %s', async (path, range, expected) => {
  const { status, headers } = await ask(path, { range })
  expect([status, headers.get('content-range')]).toEqual([416, expected])
})

it('knows a copy that is current', async () => {
  expect((await ask('/v/a/1/x.mp4', { ifNoneMatch: etag })).status).toBe(304)
})

it('tells the facts alone', async () => {
  const { status, headers, body } = await ask('/v/a/1/x.mp4', { method: 'HEAD' })
  expect([status, headers.get('content-length'), body]).toEqual([200, '2000000', null])
})

it.each([
  ['/v/a/1/none.mp4', 'GET'],
  ['/v/a/1/none.mp4', 'HEAD'],
  ['/plans/a/1.json', 'GET'],
  ['/p/a/1.json', 'GET'],
  ['/', 'GET'],
  ['/v/../plans/a/1.json', 'GET'],
  ['/v/%2e%2e/plans/a/1.json', 'GET'],
] as const)('%s is not there (%s)', async (path, method) => {
  expect((await ask(path, { method })).status).toBe(404)
})

it('a stream given up ends the transfer', async () => {
  const { body } = await ask('/v/a/1/x.mp4')
  const reader = body?.getReader()
  await reader?.read()
  await reader?.cancel()
  const aborting = new AbortController()
  aborting.abort()
  await expect(ask('/v/a/1/x.mp4', { signal: aborting.signal })).rejects.toThrow()
})

it('a store that is gone is said as such', async () => {
  const s3 = new S3Client({
    endpoint: 'http://127.0.0.1:9',
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  origin = createMediaOrigin({ s3, bucket: 'media-origin' })
  await expect(ask('/v/a/1/x.mp4')).rejects.toMatchObject({ code: 'store-unavailable' })
})
