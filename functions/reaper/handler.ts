// The reaper on Lambda: a schedule calls it every minute.
import { createAccounts } from '#platform/accounts.ts'
import { createAwsCall } from '#platform/aws-call.ts'
import { createQueueClient, createStoreClient, createTableClient } from '#platform/clients.ts'
import { readServices, requireEnv } from '#platform/env.ts'
import { createLambdaLog, createLambdaMetrics, systemSeconds } from '#platform/lambda.ts'
import { createTaskQueue } from '#platform/queue.ts'
import { createRevokeAll } from '#platform/revoke.ts'
import { createSessions } from '#platform/sessions.ts'
import { createStore } from '#platform/store.ts'
import { createTable } from '#platform/table.ts'
import { createTasks } from '#platform/tasks.ts'
import { createVideoList } from '#platform/video-list.ts'
import { createVideos } from '#platform/videos.ts'
import { reap } from './reap.ts'

const env = requireEnv(
  process.env,
  'VIDEOS_TABLE',
  'SOURCE_BUCKET',
  'FAST_QUEUE_URL',
  'BULK_QUEUE_URL',
)
const services = readServices(process.env)
const table = createTable({ client: createTableClient(services), tableName: env.VIDEOS_TABLE })
const sqs = createQueueClient(services)
const call = createAwsCall({ services, credentials: sqs.config.credentials })
const urls = { fast: env.FAST_QUEUE_URL, bulk: env.BULK_QUEUE_URL }
const deps = {
  table,
  videos: createVideos({ table }),
  tasks: createTasks({ table }),
  queue: createTaskQueue({ client: sqs, urls }),
  list: createVideoList({ table }),
  accounts: createAccounts({ table }),
  sessions: createSessions({ table }),
  revokeAll: createRevokeAll(call, process.env),
  source: createStore({ client: createStoreClient(services), bucket: env.SOURCE_BUCKET }),
  now: systemSeconds,
  log: createLambdaLog('reaper', process.env['LOG_LEVEL']),
  metrics: createLambdaMetrics(process.env),
}

export const handler = () => reap(deps)
