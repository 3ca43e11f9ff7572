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

/** @throws whatever the file or the client throws; nothing of the object is there then */
export async function putInParts(
  client: S3Client,
  object: CreateMultipartUploadCommandInput,
  { path, sizeBytes }: { path: string; sizeBytes: number },
): Promise<void> {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(object))
  const upload = { Bucket: object.Bucket, Key: object.Key, UploadId }
  const file = await open(path)
  try {
    const Parts: CompletedPart[] = []
    for (let start = 0; start < sizeBytes; start += putPartBytes) {
      const PartNumber = Parts.length + 1
      const Body = Buffer.allocUnsafe(Math.min(putPartBytes, sizeBytes - start))
      const { bytesRead } = await file.read(Body, 0, Body.byteLength, start)
      if (bytesRead !== Body.byteLength) throw new Error(`${path} ends before byte ${sizeBytes}`)
      const part = { ...upload, PartNumber, Body, ContentLength: Body.byteLength }
      const { ETag } = await client.send(new UploadPartCommand(part))
      Parts.push({ PartNumber, ETag })
    }
    await client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }))
  } catch (thrown) {
    // What stays of it all the same is the bucket's lifecycle rule's.
    await client.send(new AbortMultipartUploadCommand(upload)).catch(() => undefined)
    throw thrown
  } finally {
    await file.close()
  }
}
