// A file of any size that a portal takes for a film by its first bytes and that no disk or line can compress.
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { sourceKey } from '#domain/keys.ts'
import type { Stack } from './stack.ts'

export const mebibyte = 1024 * 1024

/** `ftyp`, then media to the end of the file. */
const opening = Buffer.from('\0\0\0\x10ftypisom\0\0\0\0\0\0\0\0mdat', 'latin1')

/** Made once for each size. */
export async function randomFilm(megabytes: number): Promise<string> {
  const folder = join('.millrace', 'bench')
  await mkdir(folder, { recursive: true })
  const path = join(folder, `random-${megabytes}.mp4`)
  const size = await stat(path).then(
    facts => facts.size,
    () => 0,
  )
  if (size === megabytes * mebibyte) return path
  const file = await open(path, 'w')
  for (let written = 0; written < megabytes; written++) {
    const piece = randomBytes(mebibyte)
    if (written === 0) opening.copy(piece)
    await file.write(piece)
  }
  await file.close()
  return path
}

export async function hashOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of stream) hash.update(piece)
  return hash.digest('hex')
}

/** Of what the store made of the parts. */
export async function storedHash(stack: Stack, videoId: string): Promise<string> {
  const s3 = new S3Client({
    region: 'us-east-1',
    endpoint: stack.endpoint,
    forcePathStyle: true,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  const answer = await s3.send(
    new GetObjectCommand({ Bucket: 'millrace-source', Key: sourceKey(videoId) }),
  )
  return hashOf(answer.Body as AsyncIterable<Uint8Array>)
}
