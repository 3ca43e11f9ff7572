// The reaper on Lambda: a schedule calls it every minute.
import { createQueueClient, createStoreClient, createTableClient } from '#platform/clients.ts'
import { readServices, requireEnv } from '#platform/env.ts'
import { createLambdaLog, createLambdaMetrics, systemSeconds } from '#platform/lambda.ts'
import { createTaskQueue } from '#platform/queue.ts'
import { createStore } from '#platform/store.ts'
import { createTable } from '#platform/table.ts'
import { createTasks } from '#platform/tasks.ts'
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
const urls = { fast: env.FAST_QUEUE_URL, bulk: env.BULK_QUEUE_URL }
const deps = {
  table,
  videos: createVideos({ table }),
  tasks: createTasks({ table }),
  queue: createTaskQueue({ client: createQueueClient(services), urls }),
  source: createStore({ client: createStoreClient(services), bucket: env.SOURCE_BUCKET }),
  now: systemSeconds,
  log: createLambdaLog('reaper', process.env['LOG_LEVEL']),
  metrics: createLambdaMetrics(process.env),
}

export const handler = () => reap(deps)
