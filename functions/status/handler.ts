// The library API on Lambda, twice from one bundle: `handler` behind the HTTP API, `stream` behind a function URL that streams.
import { createAwsCall } from '#platform/aws-call.ts'
import { behindEdgeByEnv } from '#platform/behind-edge.ts'
import { createCallsByEnv } from '#platform/calls.ts'
import { createQueueClient, createTableClient } from '#platform/clients.ts'
import { readOrigin, readServices, requireEnv } from '#platform/env.ts'
import { createIdentifyByEnv } from '#platform/identify-by-env.ts'
import { createLambdaLog, handleHttp, handleStream, systemSeconds } from '#platform/lambda.ts'
import { readPlaybackSecret } from '#platform/playback-secret.ts'
import { createPlaybackSigner } from '#platform/playback-token.ts'
import { createTaskQueue } from '#platform/queue.ts'
import { createReadNames } from '#platform/read-names.ts'
import { createRevoke } from '#platform/revoke.ts'
import { createShares } from '#platform/shares.ts'
import { createTable } from '#platform/table.ts'
import { createTasks } from '#platform/tasks.ts'
import { createVideoAccess } from '#platform/video-access.ts'
import { createVideoList } from '#platform/video-list.ts'
import { createVideoViews } from '#platform/video-views.ts'
import { createVideos } from '#platform/videos.ts'
import { createApp } from './app.ts'
import { usualTiming } from './follow.ts'
import { createStreamCap } from './stream-cap.ts'

const env = requireEnv(process.env, 'VIDEOS_TABLE', 'FAST_QUEUE_URL', 'BULK_QUEUE_URL')
const services = readServices(process.env)
const table = createTable({ client: createTableClient(services), tableName: env.VIDEOS_TABLE })
const sqs = createQueueClient(services)
const call = createAwsCall({ services, credentials: sqs.config.credentials })
const urls = { fast: env.FAST_QUEUE_URL, bulk: env.BULK_QUEUE_URL }
const { FAST_DEAD_LETTERS_URL: fast, BULK_DEAD_LETTERS_URL: bulk } = process.env
const deadLetterUrls = fast && bulk ? { fast, bulk } : undefined
const signer = createPlaybackSigner(await readPlaybackSecret(process.env, call))
const shares = createShares({ table, now: systemSeconds })

const app = createApp({
  videos: createVideos({ table }),
  list: createVideoList({ table }),
  access: createVideoAccess({ table }),
  tasks: createTasks({ table }),
  queue: createTaskQueue({ client: sqs, urls, deadLetterUrls }),
  views: createVideoViews({ signer, now: systemSeconds }),
  shares,
  readShare: shares.read,
  readNames: createReadNames({ table }),
  calls: createCallsByEnv(process.env, table),
  identify: createIdentifyByEnv(process.env, { call, table, now: systemSeconds }),
  revoke: createRevoke(call, process.env),
  timing: usualTiming,
  cap: createStreamCap(),
  publicOrigin: readOrigin(process.env, 'PUBLIC_ORIGIN'),
  version: process.env['AWS_LAMBDA_FUNCTION_VERSION'] ?? 'unknown',
  now: systemSeconds,
  log: createLambdaLog('status', process.env['LOG_LEVEL']),
})

export const handler = handleHttp(await behindEdgeByEnv(app, process.env, call))
export const stream = handleStream(app)
