// Counts what has come of an import, tells the record, and refuses what is too much: for the installation, or for whoever it is for.
import { MillraceError } from '#domain/errors.ts'
import { importRefused } from '#domain/import-refused.ts'
import type { Meta } from '#domain/item.ts'
import { progressEverySeconds } from '#domain/timing.ts'
import type { WorkerDeps } from './worker.ts'

/** Where nobody says how long a file is: what else its owner has brought meanwhile is looked at so often. */
const roomEverySeconds = 10

export function createImportCounter(
  { videos, quotas, limits, now }: Pick<WorkerDeps, 'videos' | 'quotas' | 'limits' | 'now'>,
  {
    meta,
    upload,
    fetched,
  }: { meta: Meta; upload: { uploadId: string }; fetched: NonNullable<Meta['import']> },
) {
  const { totalBytes } = fetched
  let { receivedBytes } = fetched
  let reportedAt = now()
  let room = Number.POSITIVE_INFINITY
  let roomAt = now()

  async function report(): Promise<void> {
    reportedAt = now()
    const change = { import: { ...fetched, receivedBytes } }
    // Deleted, or another worker's by now.
    if (!(await videos.changeUpload(meta.videoId, upload.uploadId, change)))
      throw new MillraceError('lease-lost')
  }

  function refuse(bytes: number): void {
    if (bytes > limits.maxBytes) throw new MillraceError('source-too-large')
    if (bytes > room) throw new MillraceError('quota-reached')
  }

  /** First it counts for its owner's others, then they for it: of two that come at once not both pass. */
  async function reportAndAsk(): Promise<void> {
    await report()
    roomAt = now()
    room = (await quotas?.bytesFor(meta)) ?? Number.POSITIVE_INFINITY
    refuse(totalBytes ?? receivedBytes)
  }

  return {
    begin: reportAndAsk,
    add(bytes: number) {
      receivedBytes += bytes
      refuse(receivedBytes)
      // Where the rest of a file comes in chunks, no length of its own ends it.
      if (totalBytes !== undefined && receivedBytes > totalBytes) {
        throw importRefused('longer-than-said')
      }
    },
    async reportNowAndThen() {
      if (totalBytes === undefined && now() - roomAt >= roomEverySeconds) await reportAndAsk()
      else if (now() - reportedAt >= progressEverySeconds) await report()
    },
    /** @throws MillraceError `import-unreachable` when it is not whole */
    async end() {
      if (totalBytes === undefined) await reportAndAsk()
      else if (receivedBytes !== totalBytes) {
        throw new MillraceError('import-unreachable', {
          message: 'The website broke the file off before its end.',
          detail: `${receivedBytes} of ${totalBytes} bytes`,
        })
      }
    },
  }
}
