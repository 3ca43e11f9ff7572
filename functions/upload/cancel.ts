// Takes back an upload or an import that is not whole yet: nothing of it stays. May be done any number of times.
import { MillraceError } from '#domain/errors.ts'
import type { Meta } from '#domain/item.ts'
import type { Multipart } from '#platform/multipart.ts'
import type { ObjectStore } from '#platform/store.ts'
import type { Videos } from '#platform/videos.ts'

export interface CancelDeps {
  videos: Videos
  multipart: Multipart
  source: ObjectStore
  now(): number
}

/** @throws MillraceError `state-conflict` where it is a video by now: that is deleted as one */
export async function cancelUpload(
  { videos, multipart, source, now }: CancelDeps,
  meta: Meta,
): Promise<void> {
  // Attempt 0 is an upload.
  const stepped = await videos.step(meta.videoId, 'deleting', { dueAt: now() }, 0)
  if (!stepped.done && stepped.meta && stepped.meta.state !== 'deleting') {
    throw new MillraceError('state-conflict')
  }
  const { key, uploadId } = meta.source
  if (uploadId) await multipart.abort({ key, uploadId })
  await source.remove([key])
  await videos.removeUploadPointer(meta)
  // The task of an import: its worker finds its lease gone, and stops.
  if (meta.import) await videos.removeRecords(meta.videoId)
  await videos.removeMeta(meta.videoId)
}
