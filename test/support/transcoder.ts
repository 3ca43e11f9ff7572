// The real transcoder for a test: its own process on a pipeline's queues, started again whenever it dies, and what came of it.
import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { fromTaskItem, type Meta, metaKey, type TaskRecord } from '#domain/item.ts'
import { attemptPrefix, parseChunkKey, sourceKey } from '#domain/keys.ts'
import type { VideoRecords } from '#domain/view.ts'
import { ffmpegPath, ffprobePath } from './media.ts'
import { metaOf, newVideoId, type Pipeline } from './pipeline.ts'

/** Short, so that a test that kills a worker need not wait half a minute for its lease to run out. */
export const testLeaseSeconds = 2
export const workerSlots = 2

const root = join(import.meta.dirname, '..', '..')

export function transcoderEnvironment({ names, urls, services }: Pipeline): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: services.endpoint,
    AWS_REGION: services.region,
    AWS_ACCESS_KEY_ID: services.s3.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: services.s3.credentials.secretAccessKey,
    VIDEOS_TABLE: names.table,
    SOURCE_BUCKET: names.sourceBucket,
    MEDIA_BUCKET: names.mediaBucket,
    FAST_QUEUE_URL: urls.fast,
    BULK_QUEUE_URL: urls.bulk,
    LEASE_SECONDS: String(testLeaseSeconds),
    WORKER_SLOTS: String(workerSlots),
    LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'error',
    LOG_FORMAT: 'text',
    MILLRACE_PARENT_PIPE: '1',
    PATH: process.env['PATH'] ?? '',
    FFMPEG_PATH: ffmpegPath,
    FFPROBE_PATH: ffprobePath,
  }
}

export interface Transcoder {
  /** How often it has been started so far. */
  starts(): number
  kill(): void
  stop(): Promise<void>
}

/** Runs until stopped; a transcoder that was killed is started again at once. */
export function startTranscoder(
  pipeline: Pipeline,
  { entry = 'transcoder/main.ts', env = {} }: { entry?: string; env?: Record<string, string> } = {},
): Transcoder {
  let stopping = false
  let starts = 0
  let child: ChildProcess | undefined
  const running = (async () => {
    while (!stopping) {
      starts += 1
      child = spawn(process.execPath, [join(root, entry)], {
        env: { ...transcoderEnvironment(pipeline), ...env },
        stdio: ['pipe', 'inherit', 'inherit'],
      })
      child.stdin?.on('error', () => undefined)
      await once(child, 'exit')
    }
  })()
  return {
    starts: () => starts,
    kill: () => void child?.kill('SIGKILL'),
    async stop() {
      stopping = true
      child?.kill('SIGTERM')
      await running
    },
  }
}

/** A source in the store, its video queued, its first message sent: as after `complete`. */
export async function queueSource(pipeline: Pipeline, file: string): Promise<string> {
  const videoId = newVideoId()
  const key = sourceKey(videoId)
  const body = await readFile(file)
  await pipeline.source.put(key, body, { contentType: 'video/mp4' })
  const meta: Meta = metaOf(videoId, { source: { key, sizeBytes: body.byteLength } })
  const inspect = { kind: 'inspect', videoId, attempt: 1 } as const
  await pipeline.videos.create(meta, null)
  await pipeline.videos.queue(meta, inspect, Date.now() / 1000)
  await pipeline.queue.send(inspect)
  return videoId
}

/**
 * Waits until the video is as wanted, as long as anything is recorded of it: a busy machine is slow, a hang is still.
 * @param stillSeconds fails with what the video is when nothing has changed for so long
 */
export async function until(
  pipeline: Pipeline,
  videoId: string,
  wanted: (records: VideoRecords) => boolean,
  stillSeconds = 60,
): Promise<VideoRecords> {
  let last = ''
  let changedAt = performance.now()
  for (;;) {
    const records = await pipeline.videos.records(videoId)
    if (records && wanted(records)) return records
    const now = JSON.stringify(records)
    if (now !== last) changedAt = performance.now()
    last = now
    if (performance.now() - changedAt > stillSeconds * 1000) throw new Error(`still: ${now}`)
    await wait(100)
  }
}

/** Waits until no message is waiting or being worked on. */
export async function untilIdle({ sqs, urls }: Pipeline, seconds = 30): Promise<void> {
  const end = performance.now() + seconds * 1000
  for (;;) {
    let messages = 0
    for (const QueueUrl of Object.values(urls)) {
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl,
          AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
        }),
      )
      messages += Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0)
    }
    if (messages === 0) return
    if (performance.now() > end) throw new Error(`${messages} messages are left`)
    await wait(100)
  }
}

export const isReadyWithMp4 = ({ meta, count }: VideoRecords): boolean => {
  if (meta.state === 'failed') throw new Error(`failed: ${JSON.stringify(meta.failure)}`)
  return meta.state === 'ready' && count?.mp4 === true
}

/** Hash of every recorded media object, by track and chunk: the same for two runs that made the same. */
export async function mediaHashes(
  pipeline: Pipeline,
  videoId: string,
): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {}
  for (const { key, track, index } of await pipeline.chunks.list(videoId, 1)) {
    const hash = createHash('sha256')
    for await (const piece of await pipeline.media.readRange(key, { start: 0, end: 2 ** 40 })) {
      hash.update(piece as Uint8Array)
    }
    hashes[`${track}/${index}`] = hash.digest('hex')
  }
  return hashes
}

/** Chunk objects in the store that no record points at. */
export async function orphans(pipeline: Pipeline, videoId: string): Promise<string[]> {
  const recorded = new Set((await pipeline.chunks.list(videoId, 1)).map(({ key }) => key))
  const left: string[] = []
  for await (const key of pipeline.media.list(attemptPrefix(videoId, 1))) {
    if (parseChunkKey(key) && !recorded.has(key)) left.push(key)
  }
  return left
}

export async function taskRecords(pipeline: Pipeline, videoId: string): Promise<TaskRecord[]> {
  const items = await pipeline.table.query(metaKey(videoId).pk, 'TASK#')
  return items.map(fromTaskItem)
}
