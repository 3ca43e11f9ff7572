// Job events of MediaConvert on Lambda: EventBridge calls it with one event at a time, and again when it fails.
import { conversionLeaseSeconds } from '#domain/timing.ts'
import { createQueueClient, createStoreClient, createTableClient } from '#platform/clients.ts'
import { readServices, requireEnv } from '#platform/env.ts'
import { createLambdaLog, systemSeconds } from '#platform/lambda.ts'
import { createTaskQueue } from '#platform/queue.ts'
import { createStore } from '#platform/store.ts'
import { createTable } from '#platform/table.ts'
import { createTasks } from '#platform/tasks.ts'
import { createVideos } from '#platform/videos.ts'
import { followJob } from './follow-job.ts'
import { readJobEvent } from './job-event.ts'

const env = requireEnv(
  process.env,
  'VIDEOS_TABLE',
  'MEDIA_BUCKET',
  'FAST_QUEUE_URL',
  'BULK_QUEUE_URL',
)
const services = readServices(process.env)
const table = createTable({ client: createTableClient(services), tableName: env.VIDEOS_TABLE })
const urls = { fast: env.FAST_QUEUE_URL, bulk: env.BULK_QUEUE_URL }
const deps = {
  videos: createVideos({ table }),
  tasks: createTasks({ table, leaseSeconds: conversionLeaseSeconds }),
  queue: createTaskQueue({ client: createQueueClient(services), urls }),
  media: createStore({ client: createStoreClient(services), bucket: env.MEDIA_BUCKET }),
  now: systemSeconds,
  log: createLambdaLog('mediaconvert', process.env['LOG_LEVEL']),
}

export const handler = async (event: unknown) => followJob(deps, readJobEvent(event))
