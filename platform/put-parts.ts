// Puts a file that is too large for memory: part by part, each read, sent and tried again by itself.
import { open } from 'node:fs/promises'
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'

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
  { path, sizeBytes }: { path: string; sizeBytes: number },
): Promise<void> {
  const upload = await beginUpload(client, object)
  const file = await open(path)
  try {
    let partNumber = 0
    for (let start = 0; start < sizeBytes; start += putPartBytes) {
      const body = Buffer.allocUnsafe(Math.min(putPartBytes, sizeBytes - start))
      const { bytesRead } = await file.read(body, 0, body.byteLength, start)
      if (bytesRead !== body.byteLength) throw new Error(`${path} ends before byte ${sizeBytes}`)
      partNumber += 1
      await upload.part(partNumber, body)
    }
    await upload.complete()
  } catch (thrown) {
    await upload.abort()
    throw thrown
  } finally {
    await file.close()
  }
}
