// The object store's verbs against a real one, and multipart uploads as far as the upload API does not show them.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { S3Client } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest'
import { createMultipart } from '#platform/multipart.ts'
import { putPartBytes } from '#platform/put-parts.ts'
import type { ObjectStore } from '#platform/store.ts'
import { createStore } from '#platform/store.ts'
import { createPipeline, type Pipeline } from '../support/pipeline.ts'

let pipeline: Pipeline
let store: ObjectStore

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'))
  store = pipeline.media
})

const text = { contentType: 'text/plain' }
const read = async (key: string, start: number, end: number, etag?: string) => {
  const chunks: Uint8Array[] = []
  const range = { start, end, ...(etag ? { etag } : {}) }
  for await (const chunk of await store.readRange(key, range)) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

describe('an object in parts', () => {
  const part = (byte: number) => Buffer.alloc(5 * 1024 * 1024, byte)

  it('is whole whatever order its parts came in, and not there before', async () => {
    const upload = await store.beginUpload('parts', text)
    await upload.part(2, Buffer.from('end'))
    await upload.part(1, part(1))
    expect(await store.head('parts')).toBeNull()
    await upload.complete()
    expect((await store.head('parts'))?.sizeBytes).toBe(part(1).byteLength + 3)
    expect(await read('parts', part(1).byteLength - 1, 9e9)).toBe('\u0001end')
  })

  it('that a killed worker has begun is forgotten when it is begun again, others are not', async () => {
    const killed = await store.beginUpload('again', text)
    await killed.part(1, part(1))
    const other = await store.beginUpload('again.other', text)
    const upload = await store.beginUpload('again', text)
    await expect(killed.part(2, Buffer.from('late'))).rejects.toMatchObject({
      code: 'store-unavailable',
    })
    await upload.part(1, Buffer.from('new'))
    await upload.complete()
    await other.part(1, Buffer.from('other'))
    await other.complete()
    expect(await store.readText('again')).toBe('new')
    expect(await store.readText('again.other')).toBe('other')
  })

  it('that is given up is not there', async () => {
    const upload = await store.beginUpload('given-up', text)
    await upload.part(1, Buffer.from('a'))
    await upload.abort()
    await expect(upload.complete()).rejects.toMatchObject({ code: 'store-unavailable' })
    expect(await store.head('given-up')).toBeNull()
  })
})

describe('an object', () => {
  it('is put, looked at and read in ranges, both ends inclusive', async () => {
    expect(await store.put('a', 'Grüße', text)).toBe(true)
    expect(await store.readText('a')).toBe('Grüße')
    const facts = await store.head('a')
    expect(facts?.sizeBytes).toBe(7)
    await store.put('b', '0123456789', text)
    expect(await read('b', 2, 4)).toBe('234')
    expect(await read('b', 8, 100)).toBe('89')
  })

  it('is not replaced where that was asked, of many at once one wins', async () => {
    const puts = await Promise.all(
      Array.from({ length: 6 }, (_, i) =>
        store.put('once', String(i), { ...text, ifAbsent: true }),
      ),
    )
    expect(puts.filter(Boolean)).toHaveLength(1)
    expect(await store.readText('once')).toBe(String(puts.indexOf(true)))
    expect(await store.put('once', 'x', { ...text, ifAbsent: true })).toBe(false)
  })

  it('that has changed or gone is said by name', async () => {
    await store.put('pinned', 'old', text)
    const { etag = '' } = (await store.head('pinned')) ?? {}
    expect(await read('pinned', 0, 2, etag)).toBe('old')
    await store.put('pinned', 'new', text)
    await expect(read('pinned', 0, 2, etag)).rejects.toMatchObject({ code: 'source-changed' })
    await expect(read('absent', 0, 2)).rejects.toMatchObject({ code: 'not-found' })
    expect(await store.head('absent')).toBeNull()
    expect(await store.readText('absent')).toBeNull()
  })

  it('may come from a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'store-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    await writeFile(join(folder, 'f'), 'from a file')
    await store.putFile('file', join(folder, 'f'), text)
    expect(await store.readText('file')).toBe('from a file')
  })

  it('may come from stretches of a file, in one part or several', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'store-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const body = Buffer.alloc(putPartBytes + 12, 'a')
    body.write('bcde', putPartBytes)
    await writeFile(join(folder, 'f'), body)
    const put = (key: string, ...ranges: [number, number][]) =>
      store.putFile(key, join(folder, 'f'), {
        ...text,
        ranges: ranges.map(([start, end]) => ({ start, end })),
      })
    await put('short', [putPartBytes + 2, putPartBytes + 4], [putPartBytes - 1, putPartBytes + 1])
    expect(await store.readText('short')).toBe('deab')
    // The second part begins inside the second stretch, and has all of the third.
    await put('long', [putPartBytes, putPartBytes + 4], [2, putPartBytes + 2], [0, 3])
    expect((await store.head('long'))?.sizeBytes).toBe(putPartBytes + 7)
    expect(await read('long', 0, 5)).toBe('bcdeaa')
    expect(await read('long', putPartBytes - 1, putPartBytes + 6)).toBe('aaabcaaa')
    await expect(put('gone', [0, putPartBytes + 40])).rejects.toMatchObject({
      code: 'store-unavailable',
    })
    expect(await store.head('gone')).toBeNull()
  })

  it('may come from a file of several parts', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'store-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const sizeBytes = putPartBytes + 4
    const body = Buffer.alloc(sizeBytes, 'a')
    body.write('bcde', putPartBytes)
    await writeFile(join(folder, 'f'), body)
    await store.putFile('large', join(folder, 'f'), text)
    expect((await store.head('large'))?.sizeBytes).toBe(sizeBytes)
    expect(await read('large', putPartBytes - 2, sizeBytes)).toBe('aabcde')
  })
})

it('a prefix is listed and removed beyond one page, and nothing beside it', async () => {
  const keys = Array.from({ length: 1005 }, (_, i) => `many/${String(i).padStart(4, '0')}`)
  const left = [...keys]
  const writer = async () => {
    for (let key = left.pop(); key; key = left.pop()) await store.put(key, '', text)
  }
  await Promise.all(Array.from({ length: 16 }, writer))
  await store.put('many-others', '', text)
  const listed: string[] = []
  for await (const key of store.list('many/')) listed.push(key)
  expect(listed).toEqual(keys)
  expect(await store.removePrefix('many/')).toBe(1005)
  expect(await store.removePrefix('many/')).toBe(0)
  expect(await store.head('many-others')).not.toBeNull()
})

it('a fault is store-unavailable', async () => {
  const gone = createStore({ client: pipeline.s3, bucket: 'there-is-no-such-bucket' })
  await expect(gone.put('a', '', text)).rejects.toMatchObject({ code: 'store-unavailable' })
  await expect(gone.list('').next()).rejects.toMatchObject({ code: 'store-unavailable' })
})

describe('a multipart upload', () => {
  const size = 5 * 1024 * 1024

  it('tells unknown uploads and changed parts apart, and aborts any number of times', async () => {
    const { multipart } = pipeline
    const upload = { key: 'multi', uploadId: await multipart.create('multi', 'video/mp4') }
    const url = await multipart.signPart(upload, { partNumber: 1, size }, 60)
    expect((await fetch(url, { method: 'PUT', body: new Uint8Array(size) })).status).toBe(200)
    const held = (await multipart.listParts(upload)) ?? []
    expect(held).toMatchObject([{ partNumber: 1, size }])
    const wrong = held.map(part => ({ ...part, etag: '"00000000000000000000000000000000"' }))
    expect(await multipart.complete(upload, wrong)).toBe('changed-part')
    for (let i = 0; i < 2; i++) await multipart.abort(upload)
    expect(await multipart.listParts(upload)).toBeNull()
    expect(await multipart.complete(upload, held)).toBe('unknown-upload')
  })

  it('is never signed by a client that would sign a checksum', async () => {
    const { endpoint, forcePathStyle, region, credentials } = pipeline.services.s3
    const client = new S3Client({ endpoint, forcePathStyle, region, credentials })
    const multipart = createMultipart({ client, bucket: pipeline.names.sourceBucket })
    const signed = multipart.signPart({ key: 'k', uploadId: 'u' }, { partNumber: 1, size: 5 }, 60)
    await expect(signed).rejects.toMatchObject({ code: 'configuration-wrong' })
  })
})
