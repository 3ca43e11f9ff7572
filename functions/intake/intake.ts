// An object has arrived in the source bucket: finishes an upload whose «complete» was cut off, and makes a video of what an
// operator put into the drop folder. Events come twice, late and out of order; what stands in the store decides.
import { createHash } from 'node:crypto'
import * as z from 'zod/mini'
import { MillraceError } from '#domain/errors.ts'
import type { Meta } from '#domain/item.ts'
import { dropPrefix, parseSourceKey } from '#domain/keys.ts'
import { abandonedUploadSeconds } from '#domain/timing.ts'
import { titleFromName, toVideoId } from '#domain/video.ts'
import type { Log } from '#platform/log.ts'
import { type StartDeps, startProcessing } from '#platform/start-processing.ts'
import type { ObjectStore } from '#platform/store.ts'

export interface IntakeDeps extends StartDeps {
  source: ObjectStore
  /** Whose the videos of the drop folder are. */
  dropOwnerId: string
  log: Log
}

/** Amazon S3's «Object Created» as EventBridge delivers it. Keys are raw there, not form-encoded as in S3's own notifications. */
export const ObjectCreated = z.object({
  source: z.literal('aws.s3'),
  'detail-type': z.literal('Object Created'),
  detail: z.object({
    bucket: z.object({ name: z.string() }),
    object: z.object({
      key: z.string(),
      size: z.number(),
      etag: z.string(),
      sequencer: z.optional(z.string()),
    }),
  }),
})

export interface Arrival {
  bucket: string
  key: string
  sizeBytes: number
  etag: string
  /** Orders writes of one key; two writes of the same bytes differ by it. */
  sequencer: string
}

/** @throws MillraceError `message-unreadable` */
export function readArrival(event: unknown): Arrival {
  const parsed = ObjectCreated.safeParse(event)
  if (!parsed.success) {
    throw new MillraceError('message-unreadable', { detail: z.prettifyError(parsed.error) })
  }
  const { bucket, object } = parsed.data.detail
  const { key, size, etag, sequencer = '' } = object
  return { bucket: bucket.name, key, sizeBytes: size, etag, sequencer }
}

export type TakenIn = 'started' | 'ignored' | 'removed'

export async function takeIn(deps: IntakeDeps, arrival: Arrival): Promise<TakenIn> {
  if (arrival.bucket !== deps.source.bucket) return 'ignored'
  const upload = parseSourceKey(arrival.key)
  if (upload) return takeUpload(deps, arrival, upload.videoId)
  if (arrival.key.startsWith(dropPrefix)) return takeDrop(deps, arrival)
  return 'ignored'
}

async function takeUpload(deps: IntakeDeps, { key }: Arrival, videoId: string): Promise<TakenIn> {
  const meta = await deps.videos.get(videoId)
  if (!meta || meta.state === 'deleting') {
    // Aborted or deleted while the store was joining the parts: nobody points at the object.
    await deps.source.remove([key])
    return 'removed'
  }
  if (meta.state !== 'uploading' && meta.state !== 'queued') return 'ignored'
  const object = await deps.source.head(key)
  if (object?.sizeBytes !== meta.source.sizeBytes) {
    deps.log.warn('an upload has another size than begun', {
      video: videoId,
      bytes: object?.sizeBytes ?? null,
      planned: meta.source.sizeBytes,
    })
    return 'ignored'
  }
  await startProcessing(deps, meta)
  return 'started'
}

const bare = (etag: string) => etag.replaceAll('"', '')

/** The same arrival gives the same id, so that its event may come any number of times. */
export function dropVideoId({ key, etag, sequencer }: Arrival): string {
  const hash = createHash('sha256').update(JSON.stringify([key, bare(etag), sequencer]))
  return toVideoId(hash.digest())
}

async function takeDrop(deps: IntakeDeps, arrival: Arrival): Promise<TakenIn> {
  const { key } = arrival
  // Consoles make a folder by an empty object.
  if (key.endsWith('/')) return 'ignored'
  const object = await deps.source.head(key)
  // Replaced since: the newer object has an event of its own.
  if (!object || bare(object.etag) !== bare(arrival.etag)) return 'ignored'
  const videoId = dropVideoId(arrival)
  const now = deps.now()
  const fresh: Meta = {
    videoId,
    ownerId: deps.dropOwnerId,
    title: titleFromName(key),
    state: 'uploading',
    attempt: 0,
    liveAttempt: 0,
    version: 1,
    createdAt: now,
    source: { key, sizeBytes: object.sizeBytes },
    dueAt: now + abandonedUploadSeconds,
  }
  const created = await deps.videos.create(fresh, null)
  const meta = created ? fresh : await deps.videos.get(videoId)
  if (!meta || meta.state === 'deleting') return 'ignored'
  await startProcessing(deps, meta)
  return 'started'
}
