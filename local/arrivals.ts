// The laptop's «Object Created»: looks into the drop folder for what is new, on any store, and once at a start at uploads that
// a crash may have cut off. What was told before is remembered in a file: a video somebody deleted does not come back.
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3'
import * as z from 'zod/mini'
import { dropPrefix, parseSourceKey, uploadsPrefix } from '#domain/keys.ts'
import type { Arrival } from '../functions/intake/intake.ts'

export interface ArrivalOptions {
  s3: S3Client
  bucket: string
  /** Where what was told is remembered. */
  folder: string
  takeIn: (arrival: Arrival) => Promise<unknown>
}

export interface Arrivals {
  /** Tells what is new in the drop folder. Rejects when something could not be taken in; that is told again. */
  look(): Promise<void>
  /** Tells of uploads that have records: their «complete» may never have been answered. */
  lookAtUploads(isKnown: (videoId: string) => Promise<boolean>): Promise<void>
}

const schema = z.array(z.string())

export async function openArrivals({
  s3,
  bucket,
  folder,
  takeIn,
}: ArrivalOptions): Promise<Arrivals> {
  const file = join(folder, 'arrived.json')
  let told = new Set(await read(file))

  async function* list(prefix: string): AsyncGenerator<Arrival> {
    let next: string | undefined
    do {
      const page = await s3.send(
        new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: prefix,
          ...(next === undefined ? {} : { ContinuationToken: next }),
        }),
      )
      for (const { Key = '', Size = 0, ETag = '', LastModified } of page.Contents ?? []) {
        const sequencer = LastModified?.toISOString() ?? ''
        yield { bucket, key: Key, sizeBytes: Size, etag: ETag, sequencer }
      }
      next = page.NextContinuationToken
    } while (next)
  }

  return {
    async look() {
      const there = new Set<string>()
      const before = told
      const failures: unknown[] = []
      for await (const arrival of list(dropPrefix)) {
        const name = JSON.stringify([arrival.key, arrival.etag, arrival.sequencer])
        try {
          if (!before.has(name)) await takeIn(arrival)
          there.add(name)
        } catch (thrown) {
          failures.push(thrown)
        }
      }
      // What is gone from the folder needs no memory: put there again, it is another arrival.
      told = there
      const changed = there.size !== before.size || [...there].some(name => !before.has(name))
      if (changed) await replace(file, JSON.stringify([...told]))
      if (failures.length > 0) throw failures[0]
    },
    async lookAtUploads(isKnown) {
      for await (const arrival of list(uploadsPrefix)) {
        const upload = parseSourceKey(arrival.key)
        // Without records it may belong to another installation on the same store.
        if (upload && (await isKnown(upload.videoId))) await takeIn(arrival)
      }
    },
  }
}

async function read(file: string): Promise<string[]> {
  try {
    const { success, data } = z.safeParse(schema, JSON.parse(await readFile(file, 'utf8')))
    return success ? data : []
  } catch {
    // None yet, or damaged: telling twice does no harm, for the same arrival is the same video.
    return []
  }
}

/** Whole or not at all. */
async function replace(file: string, text: string): Promise<void> {
  await writeFile(`${file}.next`, text)
  await rename(`${file}.next`, file)
}
