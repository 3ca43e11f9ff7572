// The upload API on Lambda.
import { randomBytes } from 'node:crypto'
import { defaultLimits } from '#domain/limits.ts'
import { toVideoId } from '#domain/video.ts'
import { createQueueClient, createStoreClient, createTableClient } from '#platform/clients.ts'
import { readServices, requireEnv } from '#platform/env.ts'
import { soleOwner } from '#platform/identity.ts'
import { createLambdaLog, handleHttp, systemSeconds } from '#platform/lambda.ts'
import { createMultipart } from '#platform/multipart.ts'
import { createPlaybackSigner } from '#platform/playback-token.ts'
import { createTaskQueue } from '#platform/queue.ts'
import { createStore } from '#platform/store.ts'
import { createTable } from '#platform/table.ts'
import { createTasks } from '#platform/tasks.ts'
import { createVideoViews } from '#platform/video-views.ts'
import { createVideos } from '#platform/videos.ts'
import { createApp } from './app.ts'

const env = requireEnv(
  process.env,
  'VIDEOS_TABLE',
  'SOURCE_BUCKET',
  'FAST_QUEUE_URL',
  'BULK_QUEUE_URL',
  'PLAYBACK_SECRET',
)
const services = readServices(process.env)
const table = createTable({ client: createTableClient(services), tableName: env.VIDEOS_TABLE })
const bucket = { client: createStoreClient(services), bucket: env.SOURCE_BUCKET }
const urls = { fast: env.FAST_QUEUE_URL, bulk: env.BULK_QUEUE_URL }
const signer = createPlaybackSigner(env.PLAYBACK_SECRET)

export const handler = handleHttp(
  createApp({
    videos: createVideos({ table }),
    tasks: createTasks({ table }),
    queue: createTaskQueue({ client: createQueueClient(services), urls }),
    multipart: createMultipart(bucket),
    source: createStore(bucket),
    views: createVideoViews({ signer, now: systemSeconds }),
    limits: defaultLimits,
    identify: soleOwner,
    newVideoId: () => toVideoId(randomBytes(24)),
    now: systemSeconds,
    log: createLambdaLog('upload', process.env['LOG_LEVEL']),
  }),
)
