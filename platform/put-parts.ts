// Puts a file that is too large for memory: part by part, each read, sent and tried again by itself.
import type { FileHandle } from 'node:fs/promises'
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { bytesOf, type FileRange, readRanges } from './file-ranges.ts'

/** S3: «the part number is between 1 and 10,000»: enough for 320 GB. */
export const putPartBytes = 32 * 1024 * 1024

/** An object on its way to the store: nobody sees anything of it before it is complete. */
export interface ObjectUpload {
  /** @param partNumber from 1; in any order */
  part(partNumber: number, body: Uint8Array): Promise<void>
  complete(): Promise<void>
  /** What stays of it all the same is the bucket's lifecycle rule's. */
  abort(): Promise<void>
}

/** @throws whatever the client throws, as do the verbs of what it returns */
export async function beginUpload(
  client: S3Client,
  object: CreateMultipartUploadCommandInput,
): Promise<ObjectUpload> {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(object))
  const upload = { Bucket: object.Bucket, Key: object.Key, UploadId }
  const sent: CompletedPart[] = []
  return {
    async part(PartNumber, Body) {
      const part = { ...upload, PartNumber, Body, ContentLength: Body.byteLength }
      const { ETag } = await client.send(new UploadPartCommand(part))
      sent.push({ PartNumber, ETag })
    },
    async complete() {
      // S3: «the parts must be listed in ascending order by part number».
      const Parts = sent.sort((a, b) => (a.PartNumber ?? 0) - (b.PartNumber ?? 0))
      await client.send(
        new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }),
      )
    },
    async abort() {
      await client.send(new AbortMultipartUploadCommand(upload)).catch(() => undefined)
    },
  }
}

/** @throws whatever the file or the client throws; nothing of the object is there then */
export async function putInParts(
  client: S3Client,
  object: CreateMultipartUploadCommandInput,
  { file, ranges }: { file: FileHandle; ranges: readonly FileRange[] },
): Promise<void> {
  const upload = await beginUpload(client, object)
  const sizeBytes = bytesOf(ranges)
  const room = Buffer.allocUnsafeSlow(putPartBytes)
  try {
    let partNumber = 0
    for (let from = 0; from < sizeBytes; from += putPartBytes) {
      const body = room.subarray(0, sizeBytes - from)
      await readRanges(file, ranges, { body, from })
      partNumber += 1
      await upload.part(partNumber, body)
    }
    await upload.complete()
  } catch (thrown) {
    await upload.abort()
    throw thrown
  }
}
