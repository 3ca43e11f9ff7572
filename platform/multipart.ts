// Multipart uploads of one bucket: begin, sign parts, send parts, ask what is there, join, abort. A browser's bytes go to the store
// and never through here; those of an import do. Faults are `store-unavailable`.
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { MillraceError } from '#domain/errors.ts'
import { statusOf, storeError } from './store.ts'

export interface UploadRef {
  key: string
  uploadId: string
}

export interface HeldPart {
  partNumber: number
  size: number
  etag: string
}

export interface Multipart {
  /** The upload's id. */
  create(key: string, contentType: string): Promise<string>
  /** An address that takes exactly `size` bytes: any other length is refused by the store (403). */
  signPart(
    upload: UploadRef,
    part: { partNumber: number; size: number },
    expiresInSeconds: number,
  ): Promise<string>
  /** Replaces what was sent by that number; null when the store knows no such upload. */
  sendPart(upload: UploadRef, partNumber: number, body: Uint8Array): Promise<HeldPart | null>
  /** In order of their numbers; null when the store knows no such upload. */
  listParts(upload: UploadRef): Promise<HeldPart[] | null>
  /** Joins the parts. `changed-part`: one is no longer the listed one. */
  complete(
    upload: UploadRef,
    parts: readonly HeldPart[],
  ): Promise<'done' | 'unknown-upload' | 'changed-part'>
  /** Also when there is none. */
  abort(upload: UploadRef): Promise<void>
}

const nameOf = (thrown: unknown) => (thrown instanceof Error ? thrown.name : '')
const isUnknownUpload = (thrown: unknown) =>
  nameOf(thrown) === 'NoSuchUpload' || statusOf(thrown) === 404

export function createMultipart(deps: { client: S3Client; bucket: string }): Multipart {
  const { client, bucket: Bucket } = deps
  const refOf = ({ key, uploadId }: UploadRef) => ({ Bucket, Key: key, UploadId: uploadId })

  return {
    async create(key, contentType) {
      try {
        const answer = await client.send(
          new CreateMultipartUploadCommand({ Bucket, Key: key, ContentType: contentType }),
        )
        if (!answer.UploadId) throw new Error('the store answered without an upload id')
        return answer.UploadId
      } catch (thrown) {
        throw storeError(thrown)
      }
    },
    async signPart(upload, { partNumber, size }, expiresIn) {
      const url = await getSignedUrl(
        client,
        new UploadPartCommand({ ...refOf(upload), PartNumber: partNumber, ContentLength: size }),
        // The browser sets Content-Length itself; signed, it can't be another one.
        { expiresIn, signableHeaders: new Set(['content-length']) },
      )
      // A client with default checksums signs the checksum of an empty body, which several stores then insist on.
      if (/[?&]x-amz-(sdk-)?checksum/i.test(url)) {
        throw new MillraceError('configuration-wrong', {
          detail: 'presigned URLs need requestChecksumCalculation WHEN_REQUIRED',
        })
      }
      return url
    },
    async sendPart(upload, PartNumber, Body) {
      try {
        const size = Body.byteLength
        const part = { ...refOf(upload), PartNumber, Body, ContentLength: size }
        const { ETag: etag = '' } = await client.send(new UploadPartCommand(part))
        return { partNumber: PartNumber, size, etag }
      } catch (thrown) {
        if (isUnknownUpload(thrown)) return null
        throw storeError(thrown)
      }
    },
    async listParts(upload) {
      const parts: HeldPart[] = []
      let marker: string | undefined
      try {
        do {
          const answer = await client.send(
            new ListPartsCommand({
              ...refOf(upload),
              ...(marker ? { PartNumberMarker: marker } : {}),
            }),
          )
          for (const { PartNumber, Size, ETag } of answer.Parts ?? []) {
            if (PartNumber === undefined) continue
            parts.push({ partNumber: PartNumber, size: Size ?? 0, etag: ETag ?? '' })
          }
          marker = answer.IsTruncated ? answer.NextPartNumberMarker : undefined
        } while (marker)
      } catch (thrown) {
        if (isUnknownUpload(thrown)) return null
        throw storeError(thrown)
      }
      return parts.sort((a, b) => a.partNumber - b.partNumber)
    },
    async complete(upload, parts) {
      try {
        await client.send(
          new CompleteMultipartUploadCommand({
            ...refOf(upload),
            MultipartUpload: {
              Parts: parts.map(({ partNumber, etag }) => ({ PartNumber: partNumber, ETag: etag })),
            },
          }),
        )
        return 'done'
      } catch (thrown) {
        if (isUnknownUpload(thrown)) return 'unknown-upload'
        if (nameOf(thrown) === 'InvalidPart') return 'changed-part'
        throw storeError(thrown)
      }
    },
    async abort(upload) {
      try {
        await client.send(new AbortMultipartUploadCommand(refOf(upload)))
      } catch (thrown) {
        if (!isUnknownUpload(thrown)) throw storeError(thrown)
      }
    },
  }
}
