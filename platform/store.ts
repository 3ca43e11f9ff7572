// One bucket of the object store as a few verbs. Works on every S3-compatible store: bodies have known lengths, checksums only
// where required, conditional creation by If-None-Match. Faults are `store-unavailable`.
import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import {
  AbortMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3'
import { MillraceError } from '#domain/errors.ts'
import { bytesOf, type FileRange, readRanges } from './file-ranges.ts'
import { beginUpload, type ObjectUpload, putInParts, putPartBytes } from './put-parts.ts'

export interface ObjectFacts {
  sizeBytes: number
  etag: string
}

export interface PutOptions {
  contentType: string
  cacheControl?: string
  /** Refuse to replace an object. */
  ifAbsent?: boolean
}

export interface PutFileOptions extends Omit<PutOptions, 'ifAbsent'> {
  /** Of the file, one behind the other; without them all of it. */
  ranges?: readonly FileRange[]
  /** Where its bytes are held meanwhile, if there is enough room: of many files one after the other each would leave as much. */
  room?: Buffer
}

export interface ObjectStore {
  readonly bucket: string
  /** False when `ifAbsent` met an object. */
  put(key: string, body: string | Uint8Array, options: PutOptions): Promise<boolean>
  /** A file of any size; only a part of a large one is in memory at a time. Its ETag. */
  putFile(key: string, path: string, options: PutFileOptions): Promise<string>
  /** Begins an object that is sent part by part; what an earlier try has left of it is forgotten. */
  beginUpload(key: string, options: Omit<PutOptions, 'ifAbsent'>): Promise<ObjectUpload>
  /** The text of a small object; null when there is none. */
  readText(key: string): Promise<string | null>
  /**
   * A range of bytes, both ends inclusive.
   * @throws MillraceError `source-changed` when the object no longer has the ETag, `not-found` when it is gone.
   */
  readRange(
    key: string,
    range: { start: number; end: number; etag?: string; signal?: AbortSignal },
  ): Promise<Readable>
  /** Null when there is no such object. */
  head(key: string): Promise<ObjectFacts | null>
  /** Keys with the prefix, in pages until the end. */
  list(prefix: string): AsyncGenerator<string>
  /** Of every object with the prefix: a thousand an answer, where `head` is asked for each. */
  facts(prefix: string): Promise<Map<string, ObjectFacts>>
  /** Deletes everything below a prefix; the number of objects that were there. */
  removePrefix(prefix: string): Promise<number>
  remove(keys: readonly string[]): Promise<void>
}

export const statusOf = (thrown: unknown): number | undefined =>
  thrown instanceof S3ServiceException ? thrown.$metadata.httpStatusCode : undefined

export function storeError(cause: unknown): MillraceError {
  if (cause instanceof MillraceError) return cause
  const detail = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
  return new MillraceError('store-unavailable', { cause, detail })
}

const isMissing = (thrown: unknown) => statusOf(thrown) === 404

/** S3: «A list of up to 1000 keys» a deletion. */
const deleteBatch = 1000

export function createStore(deps: { client: S3Client; bucket: string }): ObjectStore {
  const { client, bucket } = deps
  const Bucket = bucket

  /** Its ETag; null when `ifAbsent` met an object. */
  async function putWhole(
    key: string,
    body: string | Uint8Array,
    options: PutOptions,
  ): Promise<string | null> {
    try {
      const { ETag = '' } = await client.send(
        new PutObjectCommand({
          Bucket,
          Key: key,
          Body: body,
          ContentLength: typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength,
          ContentType: options.contentType,
          ...(options.cacheControl ? { CacheControl: options.cacheControl } : {}),
          ...(options.ifAbsent ? { IfNoneMatch: '*' } : {}),
        }),
      )
      return ETag
    } catch (thrown) {
      // 412: it exists. 409: another conditional creation won at this very moment.
      const status = statusOf(thrown)
      if (options.ifAbsent && (status === 412 || status === 409)) return null
      throw storeError(thrown)
    }
  }

  async function head(key: string): Promise<ObjectFacts | null> {
    try {
      const answer = await client.send(new HeadObjectCommand({ Bucket, Key: key }))
      return { sizeBytes: answer.ContentLength ?? 0, etag: answer.ETag ?? '' }
    } catch (thrown) {
      if (isMissing(thrown)) return null
      throw storeError(thrown)
    }
  }

  async function remove(keys: readonly string[]): Promise<void> {
    for (let i = 0; i < keys.length; i += deleteBatch) {
      const Objects = keys.slice(i, i + deleteBatch).map(Key => ({ Key }))
      try {
        const answer = await client.send(
          new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }),
        )
        const [error] = answer.Errors ?? []
        if (error) throw new Error(`${error.Key}: ${error.Code}`)
      } catch (thrown) {
        throw storeError(thrown)
      }
    }
  }

  async function* listed(prefix: string): AsyncGenerator<ObjectFacts & { key: string }> {
    let token: string | undefined
    do {
      const answer = await client
        .send(
          new ListObjectsV2Command({
            Bucket,
            Prefix: prefix,
            ...(token ? { ContinuationToken: token } : {}),
          }),
        )
        .catch(thrown => {
          throw storeError(thrown)
        })
      for (const { Key, Size = 0, ETag = '' } of answer.Contents ?? [])
        if (Key) yield { key: Key, sizeBytes: Size, etag: ETag }
      token = answer.IsTruncated ? answer.NextContinuationToken : undefined
    } while (token)
  }

  async function* list(prefix: string): AsyncGenerator<string> {
    for await (const { key } of listed(prefix)) yield key
  }

  const objectOf = (key: string, { contentType, cacheControl }: PutFileOptions) => ({
    ...{ Bucket, Key: key, ContentType: contentType },
    ...(cacheControl ? { CacheControl: cacheControl } : {}),
  })

  /** A worker that was killed could not do so itself. */
  async function abortUploads(key: string): Promise<void> {
    const { Uploads = [] } = await client.send(
      new ListMultipartUploadsCommand({ Bucket, Prefix: key }),
    )
    for (const { Key, UploadId } of Uploads) {
      if (Key === key) await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }))
    }
  }

  async function asStoreError<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (thrown) {
      throw storeError(thrown)
    }
  }

  return {
    bucket,
    put: async (key, body, options) => (await putWhole(key, body, options)) !== null,
    remove,
    list,
    head,
    async putFile(key, path, options) {
      const file = await open(path)
      try {
        const ranges = options.ranges ?? [{ start: 0, end: (await file.stat()).size }]
        const sizeBytes = bytesOf(ranges)
        if (sizeBytes > putPartBytes) {
          await asStoreError(() => putInParts(client, objectOf(key, options), { file, ranges }))
          return (await head(key))?.etag ?? ''
        }
        const { room } = options
        const body =
          room && room.byteLength >= sizeBytes
            ? room.subarray(0, sizeBytes)
            : Buffer.allocUnsafeSlow(sizeBytes)
        await readRanges(file, ranges, { body, from: 0 })
        return (await putWhole(key, body, options)) ?? ''
      } finally {
        await file.close()
      }
    },
    beginUpload: (key, options) =>
      asStoreError(async () => {
        // Where that can't be done, it is the lifecycle rule's.
        await abortUploads(key).catch(() => undefined)
        const upload = await beginUpload(client, objectOf(key, options))
        return {
          part: (partNumber, body) => asStoreError(() => upload.part(partNumber, body)),
          complete: () => asStoreError(() => upload.complete()),
          abort: () => upload.abort(),
        }
      }),
    async readText(key) {
      try {
        const answer = await client.send(new GetObjectCommand({ Bucket, Key: key }))
        return (await answer.Body?.transformToString()) ?? ''
      } catch (thrown) {
        if (isMissing(thrown)) return null
        throw storeError(thrown)
      }
    },
    async readRange(key, { start, end, etag, signal }) {
      try {
        const answer = await client.send(
          new GetObjectCommand({
            Bucket,
            Key: key,
            Range: `bytes=${start}-${end}`,
            ...(etag ? { IfMatch: etag } : {}),
          }),
          signal ? { abortSignal: signal } : {},
        )
        if (!(answer.Body instanceof Readable)) throw new Error('the store answered without a body')
        return answer.Body
      } catch (thrown) {
        if (statusOf(thrown) === 412) throw new MillraceError('source-changed', { cause: thrown })
        if (isMissing(thrown)) throw new MillraceError('not-found', { cause: thrown })
        throw storeError(thrown)
      }
    },
    async facts(prefix) {
      const facts = new Map<string, ObjectFacts>()
      for await (const { key, ...found } of listed(prefix)) facts.set(key, found)
      return facts
    },
    async removePrefix(prefix) {
      let removed = 0
      let batch: string[] = []
      for await (const key of list(prefix)) {
        batch.push(key)
        removed += 1
        if (batch.length === deleteBatch) {
          await remove(batch)
          batch = []
        }
      }
      if (batch.length > 0) await remove(batch)
      return removed
    },
  }
}
