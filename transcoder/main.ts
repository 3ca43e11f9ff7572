// The transcoder as a process: environment, clients, then polling until it is told to stop. SIGTERM hands all work back at
// once; a parent that dies takes the process with it.
import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { configurationExitCode } from '#domain/env.ts'
import { MillraceError } from '#domain/errors.ts'
import { defaultLimits } from '#domain/limits.ts'
import { leaseSeconds as usualLeaseSeconds } from '#domain/timing.ts'
import { createChunks } from '#platform/chunks.ts'
import { createQueueClient, createStoreClient, createTableClient } from '#platform/clients.ts'
import { readChoice, readCount, readServices, requireEnv } from '#platform/env.ts'
import { createLog, logFormats, logLevels } from '#platform/log.ts'
import { createMultipart } from '#platform/multipart.ts'
import { createTaskQueue } from '#platform/queue.ts'
import { createStore } from '#platform/store.ts'
import { createTable } from '#platform/table.ts'
import { createTasks } from '#platform/tasks.ts'
import { createVideos } from '#platform/videos.ts'
import { requireAbilities } from './abilities.ts'
import { createFfmpeg } from './ffmpeg.ts'
import { createPlans } from './plans.ts'
import { poll } from './poller.ts'
import { createReporter } from './report.ts'
import { createScratch } from './scratch.ts'
import { createSourceServer } from './source-server.ts'
import { work } from './work.ts'
import type { WorkerDeps } from './worker.ts'

const { env } = process

function readKeepSource(text: string | undefined): WorkerDeps['keepSource'] {
  if (!text || text === 'untilReady') return 'untilReady'
  const days = Number(text)
  if (Number.isInteger(days) && days > 0) return days
  throw new MillraceError('configuration-wrong', {
    message: 'Set KEEP_SOURCE to untilReady or to a number of days, or leave it out.',
  })
}

/** Runs until it is told to stop. `fault` is where tests cut it off. */
export async function main({
  fault = async () => undefined,
}: {
  fault?: WorkerDeps['fault']
} = {}): Promise<void> {
  const log = createLog({
    source: 'transcoder',
    level: readChoice(env, 'LOG_LEVEL', logLevels, 'info'),
    format: readChoice(env, 'LOG_FORMAT', logFormats, 'json'),
    write: line => process.stdout.write(line),
    now: () => new Date(),
  })
  const names = requireEnv(
    env,
    'VIDEOS_TABLE',
    'SOURCE_BUCKET',
    'MEDIA_BUCKET',
    'FAST_QUEUE_URL',
    'BULK_QUEUE_URL',
  )
  const services = readServices(env)
  const table = createTable({ client: createTableClient(services), tableName: names.VIDEOS_TABLE })
  const store = createStoreClient(services)
  const source = createStore({ client: store, bucket: names.SOURCE_BUCKET })
  const media = createStore({ client: store, bucket: names.MEDIA_BUCKET })
  const slots = readCount(env, 'WORKER_SLOTS', availableParallelism())
  const leaseSeconds = readCount(env, 'LEASE_SECONDS', usualLeaseSeconds)
  const tasks = createTasks({ table, leaseSeconds })
  const ffmpeg = createFfmpeg({
    ffmpegPath: env['FFMPEG_PATH'] || 'ffmpeg',
    ffprobePath: env['FFPROBE_PATH'] || 'ffprobe',
    log,
  })
  // A build that can't do the work is refused before any work is taken.
  await requireAbilities(ffmpeg)
  const workerId = randomBytes(6).toString('hex')
  const deps: WorkerDeps = {
    workerId,
    videos: createVideos({ table }),
    tasks,
    chunks: createChunks({ table }),
    queue: createTaskQueue({
      client: createQueueClient(services),
      urls: { fast: names.FAST_QUEUE_URL, bulk: names.BULK_QUEUE_URL },
      leaseSeconds,
    }),
    source,
    media,
    multipart: createMultipart({ client: store, bucket: names.SOURCE_BUCKET }),
    ffmpeg,
    sources: await createSourceServer({ readRange: source.readRange, log }),
    mediaSources: await createSourceServer({ readRange: media.readRange, log }),
    plans: createPlans({ source }),
    scratch: await createScratch(),
    limits: defaultLimits,
    keepSource: readKeepSource(env['KEEP_SOURCE']),
    leaseSeconds,
    now: () => Date.now() / 1000,
    fault,
    log,
  }

  const stop = new AbortController()
  const onSignal = () => stop.abort()
  process.once('SIGTERM', onSignal)
  process.once('SIGINT', onSignal)
  if (env['MILLRACE_PARENT_PIPE'] === '1') {
    // The parent holds the other end: it ends when the parent dies, however it dies.
    process.stdin.resume().once('end', onSignal).once('error', onSignal)
  }
  log.info('ready for work', {
    pid: process.pid,
    slots,
    ffmpeg: await ffmpeg.version(),
    worker: workerId,
  })
  // Whoever started this process with a channel waits for the word.
  process.send?.('ready')
  const reporter = createReporter({ tasks, shard: workerId, log })
  await poll({
    queue: deps.queue,
    slots,
    run: message => work(deps, message, { reporter, stopping: stop.signal }),
    stopping: stop.signal,
    log,
  })
  deps.sources.close()
  deps.mediaSources.close()
  log.info('stopped')
}

if (import.meta.main) {
  main().then(
    () => process.exit(0),
    (thrown: unknown) => {
      const sentence = thrown instanceof MillraceError ? thrown.message : String(thrown)
      process.stderr.write(`The transcoder cannot run: ${sentence}\n`)
      const misconfigured = thrown instanceof MillraceError && thrown.code === 'configuration-wrong'
      process.exit(misconfigured ? configurationExitCode : 1)
    },
  )
}
