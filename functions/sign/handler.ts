// Opening playback on Lambda.

import { engines } from '#domain/plan.ts'
import { createAwsCall } from '#platform/aws-call.ts'
import { behindEdgeByEnv } from '#platform/behind-edge.ts'
import { createCallsByEnv } from '#platform/calls.ts'
import { createChunks } from '#platform/chunks.ts'
import { createTableClient } from '#platform/clients.ts'
import { readChoice, readServices, requireEnv } from '#platform/env.ts'
import { createIdentifyByEnv } from '#platform/identify-by-env.ts'
import { createLambdaLog, handleHttp, systemSeconds } from '#platform/lambda.ts'
import { readPlaybackSecret } from '#platform/playback-secret.ts'
import { createPlaybackSigner } from '#platform/playback-token.ts'
import { createShares } from '#platform/shares.ts'
import { createTable } from '#platform/table.ts'
import { createTasks } from '#platform/tasks.ts'
import { createVideos } from '#platform/videos.ts'
import { createApp } from './app.ts'

const env = requireEnv(process.env, 'VIDEOS_TABLE')
const services = readServices(process.env)
const client = createTableClient(services)
const call = createAwsCall({ services, credentials: client.config.credentials })
const table = createTable({ client, tableName: env.VIDEOS_TABLE })

const app = createApp({
  videos: createVideos({ table }),
  tasks: createTasks({ table }),
  chunks: createChunks({ table }),
  signer: createPlaybackSigner(await readPlaybackSecret(process.env, call)),
  readShare: createShares({ table, now: systemSeconds }).read,
  calls: createCallsByEnv(process.env, table),
  identify: createIdentifyByEnv(process.env, { call, table, now: systemSeconds }),
  engine: readChoice(process.env, 'ENGINE', engines, 'ffmpeg'),
  now: systemSeconds,
  log: createLambdaLog('sign', process.env['LOG_LEVEL']),
})

export const handler = handleHttp(await behindEdgeByEnv(app, process.env, call))
