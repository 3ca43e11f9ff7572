// The upload API on Lambda.
import { randomBytes } from 'node:crypto'
import { defaultLimits } from '#domain/limits.ts'
import { engines } from '#domain/plan.ts'
import { toVideoId } from '#domain/video.ts'
import { createAccounts } from '#platform/accounts.ts'
import { createAwsCall } from '#platform/aws-call.ts'
import { behindEdgeByEnv } from '#platform/behind-edge.ts'
import { createCallsByEnv } from '#platform/calls.ts'
import { createQueueClient, createStoreClient, createTableClient } from '#platform/clients.ts'
import { hasAccounts, readServices, requireEnv } from '#platform/env.ts'
import { createIdentifyByEnv } from '#platform/identify-by-env.ts'
import {
  createLambdaLog,
  createLambdaMetrics,
  handleHttp,
  systemSeconds,
} from '#platform/lambda.ts'
import { createMultipart } from '#platform/multipart.ts'
import { readPlaybackSecret } from '#platform/playback-secret.ts'
import { createPlaybackSigner } from '#platform/playback-token.ts'
import { createTaskQueue } from '#platform/queue.ts'
import { createQuotas, readDefaultQuota } from '#platform/quota.ts'
import { createStore } from '#platform/store.ts'
import { createTable } from '#platform/table.ts'
import { createTasks } from '#platform/tasks.ts'
import { createUnfinished } from '#platform/unfinished.ts'
import { createVideoList } from '#platform/video-list.ts'
import { createVideoViews } from '#platform/video-views.ts'
import { createVideos } from '#platform/videos.ts'
import { createApp } from './app.ts'
import { createWarm } from './warm.ts'

const env = requireEnv(
  process.env,
  'VIDEOS_TABLE',
  'SOURCE_BUCKET',
  'FAST_QUEUE_URL',
  'BULK_QUEUE_URL',
)
const services = readServices(process.env)
const sqs = createQueueClient(services)
const call = createAwsCall({ services, credentials: sqs.config.credentials })
const log = createLambdaLog('upload', process.env['LOG_LEVEL'])
const metrics = createLambdaMetrics(process.env)
const table = createTable({ client: createTableClient(services), tableName: env.VIDEOS_TABLE })
const bucket = { client: createStoreClient(services), bucket: env.SOURCE_BUCKET }
const urls = { fast: env.FAST_QUEUE_URL, bulk: env.BULK_QUEUE_URL }
const signer = createPlaybackSigner(await readPlaybackSecret(process.env, call))

const app = createApp({
  videos: createVideos({ table }),
  tasks: createTasks({ table }),
  queue: createTaskQueue({ client: sqs, urls }),
  multipart: createMultipart(bucket),
  source: createStore(bucket),
  views: createVideoViews({ signer, now: systemSeconds }),
  limits: defaultLimits,
  engines: process.env['MEDIACONVERT_ROLE_ARN'] ? engines : ['ffmpeg'],
  quotas: hasAccounts(process.env)
    ? createQuotas({
        accounts: createAccounts({ table }),
        list: createVideoList({ table }),
        defaultQuota: readDefaultQuota(process.env),
      })
    : undefined,
  unfinished: createUnfinished({ table }),
  calls: createCallsByEnv(process.env, table),
  identify: createIdentifyByEnv(process.env, { call, table, now: systemSeconds }),
  newVideoId: () => toVideoId(randomBytes(24)),
  now: systemSeconds,
  warm: createWarm({ call, env: process.env, metrics, log, now: systemSeconds }),
  log,
})

export const handler = handleHttp(await behindEdgeByEnv(app, process.env, call))
