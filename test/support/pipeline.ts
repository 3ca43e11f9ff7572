// A pipeline of a test's own on the run's MiniStack: buckets, queues and a table nobody else uses, with the project's own ports
// over them, and a clock the test moves.
import { randomBytes, randomUUID } from 'node:crypto'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { PurgeQueueCommand } from '@aws-sdk/client-sqs'
import type { Meta } from '#domain/item.ts'
import { sourceKey } from '#domain/keys.ts'
import type { QueueName, Task } from '#domain/task.ts'
import { toVideoId } from '#domain/video.ts'
import { createAccounts } from '#platform/accounts.ts'
import { createBuilds } from '#platform/builds.ts'
import { createChunks } from '#platform/chunks.ts'
import { createQueueClient, createStoreClient, createTableClient } from '#platform/clients.ts'
import { soleOwnerId } from '#platform/identity.ts'
import { silentLog } from '#platform/log.ts'
import { createMultipart } from '#platform/multipart.ts'
import { createPlaybackSigner } from '#platform/playback-token.ts'
import { createTaskQueue } from '#platform/queue.ts'
import { createReadNames } from '#platform/read-names.ts'
import { createSessions } from '#platform/sessions.ts'
import { createShares } from '#platform/shares.ts'
import { createStore } from '#platform/store.ts'
import { createTable } from '#platform/table.ts'
import { createTasks } from '#platform/tasks.ts'
import { createVideoAccess } from '#platform/video-access.ts'
import { createVideoList } from '#platform/video-list.ts'
import { createVideoViews } from '#platform/video-views.ts'
import { createVideos } from '#platform/videos.ts'
import { provision } from '../../local/provision.ts'
import { personOf } from './actors.ts'

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }

export type Pipeline = Awaited<ReturnType<typeof createPipeline>>

/** @param endpoint inject('ministack') */
export async function createPipeline(endpoint: string, options: { pageItems?: number } = {}) {
  // The clients of DynamoDB and SQS read their keys from the environment, as in a function.
  process.env['AWS_ACCESS_KEY_ID'] = credentials.accessKeyId
  process.env['AWS_SECRET_ACCESS_KEY'] = credentials.secretAccessKey
  const region = 'us-east-1'
  const services = {
    region,
    endpoint,
    s3: { region, endpoint, forcePathStyle: true, credentials },
  }
  const name = `t${randomUUID().slice(0, 13)}`
  const names = {
    sourceBucket: `${name}-source`,
    mediaBucket: `${name}-media`,
    fastQueue: `${name}-fast`,
    bulkQueue: `${name}-bulk`,
    table: `${name}-videos`,
  }
  const s3 = createStoreClient(services)
  const sqs = createQueueClient(services)
  const dynamodb = new DynamoDBClient({ region, endpoint, credentials })
  const { fastQueueUrl, bulkQueueUrl } = await provision({
    s3,
    sqs,
    dynamodb,
    names,
    portalOrigins: ['http://localhost:8080'],
  })
  const urls: Record<QueueName, string> = { fast: fastQueueUrl, bulk: bulkQueueUrl }
  const table = createTable({
    client: createTableClient(services),
    tableName: names.table,
    ...options,
  })
  const clock = { seconds: 1_800_000_000 }
  const now = () => clock.seconds
  const signer = createPlaybackSigner('a-secret-of-tests-with-32-bytes-and-more')
  const queue = createTaskQueue({ client: sqs, urls })
  const shares = createShares({ table, now })

  /** Everything waiting in a queue, taken off it. */
  async function drain(from: QueueName): Promise<(Task | Error)[]> {
    const tasks: (Task | Error)[] = []
    for (;;) {
      const messages = await queue.receive(from, { max: 10, waitSeconds: 0 })
      if (messages.length === 0) return tasks
      for (const message of messages) {
        tasks.push(message.task)
        await queue.remove(message)
      }
    }
  }

  return {
    services,
    names,
    urls,
    clock,
    now,
    s3,
    sqs,
    table,
    videos: createVideos({ table }),
    list: createVideoList({ table }),
    accounts: createAccounts({ table }),
    sessions: createSessions({ table }),
    revokeAll: () => {},
    shares,
    readShare: shares.read,
    readNames: createReadNames({ table }),
    access: createVideoAccess({ table }),
    tasks: createTasks({ table }),
    chunks: createChunks({ table }),
    builds: createBuilds({ table }),
    queue,
    source: createStore({ client: s3, bucket: names.sourceBucket }),
    media: createStore({ client: s3, bucket: names.mediaBucket }),
    multipart: createMultipart({ client: s3, bucket: names.sourceBucket }),
    signer,
    views: createVideoViews({ signer, now }),
    // A person among others: the sole owner may everything.
    identify: () => personOf(soleOwnerId),
    log: silentLog,
    drain,
    purge: async () => {
      for (const QueueUrl of Object.values(urls)) {
        await sqs.send(new PurgeQueueCommand({ QueueUrl }))
      }
    },
  }
}

export const newVideoId = (): string => toVideoId(randomBytes(24))

/** A video's first record, as `begin` writes it, with what the test wants otherwise. */
export function metaOf(videoId: string, changes: Partial<Meta> = {}): Meta {
  return {
    videoId,
    ownerId: soleOwnerId,
    title: 'A clip',
    state: 'uploading',
    attempt: 0,
    liveAttempt: 0,
    version: 1,
    createdAt: 1_800_000_000,
    source: { key: sourceKey(videoId), sizeBytes: 1000 },
    ...changes,
  }
}
