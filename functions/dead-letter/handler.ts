// The dead-letter queues on Lambda: both of them call it with batches.
import { createQueueClient, createTableClient } from '#platform/clients.ts'
import { readServices, requireEnv } from '#platform/env.ts'
import {
  createLambdaLog,
  createLambdaMetrics,
  handleBatch,
  systemSeconds,
} from '#platform/lambda.ts'
import { createTaskQueue } from '#platform/queue.ts'
import { createTable } from '#platform/table.ts'
import { createTasks } from '#platform/tasks.ts'
import { createVideos } from '#platform/videos.ts'
import { bury } from './dead-letter.ts'

const env = requireEnv(process.env, 'VIDEOS_TABLE', 'FAST_QUEUE_URL', 'BULK_QUEUE_URL')
const services = readServices(process.env)
const table = createTable({ client: createTableClient(services), tableName: env.VIDEOS_TABLE })
const urls = { fast: env.FAST_QUEUE_URL, bulk: env.BULK_QUEUE_URL }
const log = createLambdaLog('dead-letter', process.env['LOG_LEVEL'])
const deps = {
  videos: createVideos({ table }),
  tasks: createTasks({ table }),
  queue: createTaskQueue({ client: createQueueClient(services), urls }),
  now: systemSeconds,
  log,
  metrics: createLambdaMetrics(process.env),
}

export const handler = handleBatch(body => bury(deps, body), log)
