// The media bucket as an origin of the edge: GetObject with ranges, streamed. Reads below one prefix only.

import { Readable } from 'node:stream'
import {
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3'
import { MillraceError } from '#domain/errors.ts'
import { mediaPrefix } from '#domain/keys.ts'
import type { ObjectAnswer, ObjectOrigin } from './origins.ts'

export function createMediaOrigin({ s3, bucket }: { s3: S3Client; bucket: string }): ObjectOrigin {
  return async ({ method, path, range, ifNoneMatch, signal }) => {
    const key = path.slice(1)
    // The gate lets nothing else through; this holds without it.
    if (!key.startsWith(mediaPrefix) || key.includes('%')) return nothing(404)
    const where = { Bucket: bucket, Key: key }
    const options = { abortSignal: signal }
    try {
      if (method === 'HEAD') {
        const facts = await s3.send(new HeadObjectCommand(where), options)
        return { status: 200, headers: headersOf(facts), body: null }
      }
      const object = await s3.send(
        new GetObjectCommand({
          ...where,
          ...(range === null ? {} : { Range: range }),
          ...(ifNoneMatch === null ? {} : { IfNoneMatch: ifNoneMatch }),
        }),
        options,
      )
      return {
        status: object.ContentRange === undefined ? 200 : 206,
        headers: headersOf(object),
        body: streamOf(object.Body),
      }
    } catch (thrown) {
      return refusal(thrown, async () => {
        const facts = await s3.send(new HeadObjectCommand(where), options)
        return facts.ContentLength ?? 0
      })
    }
  }
}

const nothing = (status: number, headers: Record<string, string> = {}): ObjectAnswer => ({
  status,
  headers: new Headers(headers),
  body: null,
})

/** What the store refused, as an answer; what it did not answer, as `store-unavailable`. */
async function refusal(thrown: unknown, sizeOf: () => Promise<number>): Promise<ObjectAnswer> {
  const status = thrown instanceof S3ServiceException ? thrown.$metadata.httpStatusCode : undefined
  if (status === 304 || status === 404) return nothing(status)
  // Stores differ in what they say of the size with a 416.
  if (status === 416) return nothing(416, { 'content-range': `bytes */${await sizeOf()}` })
  const detail = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)
  throw new MillraceError('store-unavailable', { cause: thrown, detail })
}

type Facts = Pick<
  GetObjectCommandOutput,
  'ContentType' | 'ContentLength' | 'ContentRange' | 'ETag' | 'LastModified'
>

function headersOf(facts: Facts): Headers {
  const headers = new Headers()
  const set = (name: string, value: string | number | undefined) => {
    if (value !== undefined) headers.set(name, String(value))
  }
  set('content-type', facts.ContentType)
  set('content-length', facts.ContentLength)
  set('content-range', facts.ContentRange)
  set('etag', facts.ETag)
  set('last-modified', facts.LastModified?.toUTCString())
  return headers
}

/** Cancelling it destroys the response, which ends the transfer from the store. */
function streamOf(body: GetObjectCommandOutput['Body']): ReadableStream<Uint8Array> | null {
  if (!(body instanceof Readable)) return null
  // Node's own type of the same stream.
  return Readable.toWeb(body) as ReadableStream<Uint8Array>
}
