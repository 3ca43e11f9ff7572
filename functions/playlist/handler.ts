// Growing playlists on Lambda, behind a function URL.
import { createChunks } from '#platform/chunks.ts'
import { createStoreClient, createTableClient } from '#platform/clients.ts'
import { readServices, requireEnv } from '#platform/env.ts'
import { createLambdaLog, handleHttp, systemSeconds } from '#platform/lambda.ts'
import { createStore } from '#platform/store.ts'
import { createTable } from '#platform/table.ts'
import { createTasks } from '#platform/tasks.ts'
import { createVideos } from '#platform/videos.ts'
import { createApp } from './app.ts'

const env = requireEnv(process.env, 'VIDEOS_TABLE', 'SOURCE_BUCKET')
const services = readServices(process.env)
const table = createTable({ client: createTableClient(services), tableName: env.VIDEOS_TABLE })

export const handler = handleHttp(
  createApp({
    videos: createVideos({ table }),
    tasks: createTasks({ table }),
    chunks: createChunks({ table }),
    source: createStore({ client: createStoreClient(services), bucket: env.SOURCE_BUCKET }),
    // A look is one read of the table: ten a second are $0.001 an hour.
    pollSeconds: 0.1,
    now: systemSeconds,
    log: createLambdaLog('playlist', process.env['LOG_LEVEL']),
  }),
)
