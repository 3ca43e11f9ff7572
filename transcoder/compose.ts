// What the process and the Lambda have in common: from the environment to ports, from ports to a worker. Nothing starts before
// `createWorker`, and what starts there ends with `close`.
import { randomBytes } from 'node:crypto'
import { MediaConvertClient } from '@aws-sdk/client-mediaconvert'
import { MillraceError } from '#domain/errors.ts'
import { defaultLimits, defaultMp4Gigabytes, defaultReadFirstMegabytes } from '#domain/limits.ts'
import { type Engine, engines } from '#domain/plan.ts'
import {
  importLeast,
  importSilenceSeconds,
  leaseSeconds as usualLeaseSeconds,
} from '#domain/timing.ts'
import { createAccounts } from '#platform/accounts.ts'
import { createBuilds } from '#platform/builds.ts'
import { createChunks } from '#platform/chunks.ts'
import { createQueueClient, createStoreClient, createTableClient } from '#platform/clients.ts'
import {
  type Environment,
  hasAccounts,
  readChoice,
  readCount,
  readServices,
  requireEnv,
  type ServiceSettings,
} from '#platform/env.ts'
import { createMultipart } from '#platform/multipart.ts'
import { createPublicFetch } from '#platform/public-fetch.ts'
import { createTaskQueue, type TaskMessage } from '#platform/queue.ts'
import { createQuotas, readDefaultQuota } from '#platform/quota.ts'
import { createStore } from '#platform/store.ts'
import { createTable } from '#platform/table.ts'
import { createTasks } from '#platform/tasks.ts'
import { createVideoList } from '#platform/video-list.ts'
import { createVideos } from '#platform/videos.ts'
import { requireAbilities } from './abilities.ts'
import { type Conversions, createConversions } from './conversions.ts'
import { createFfmpeg } from './ffmpeg.ts'
import { startTelling } from './other-build.ts'
import { createPlans } from './plans.ts'
import { createReporter } from './report.ts'
import { createScratch } from './scratch.ts'
import { createSourceServer } from './source-server.ts'
import { work } from './work.ts'
import type { WorkerDeps } from './worker.ts'

/** @throws MillraceError `configuration-wrong` */
function readKeepSource(text: string | undefined): WorkerDeps['keepSource'] {
  if (!text || text === 'untilReady') return 'untilReady'
  const days = Number(text)
  if (Number.isInteger(days) && days > 0) return days
  throw new MillraceError('configuration-wrong', {
    message: 'Set KEEP_SOURCE to untilReady or to a number of days, or leave it out.',
  })
}

/**
 * The engine of new attempts; the other one still makes those it has begun, as long as it is there.
 * @throws MillraceError `configuration-wrong`
 */
function readEngine(
  env: Environment,
  services: ServiceSettings,
  buckets: { sourceBucket: string; mediaBucket: string },
): { engine: Engine; conversions: Conversions | null } {
  const engine = readChoice(env, 'ENGINE', engines, 'ffmpeg')
  if (engine === 'mediaconvert') requireEnv(env, 'MEDIACONVERT_ROLE_ARN')
  const roleArn = env['MEDIACONVERT_ROLE_ARN']
  if (!roleArn) return { engine, conversions: null }
  const { region, endpoint } = services
  const client = new MediaConvertClient({ region, ...(endpoint ? { endpoint } : {}) })
  return { engine, conversions: createConversions({ client, roleArn, ...buckets }) }
}

export type Ports = ReturnType<typeof createPorts>

/**
 * Everything of a worker that only has to be named: it asks nobody.
 * @throws MillraceError `configuration-wrong`
 */
export function createPorts(env: Environment) {
  const names = requireEnv(
    env,
    'VIDEOS_TABLE',
    'SOURCE_BUCKET',
    'MEDIA_BUCKET',
    'FAST_QUEUE_URL',
    'BULK_QUEUE_URL',
  )
  const services = readServices(env)
  const leaseSeconds = readCount(env, 'LEASE_SECONDS', usualLeaseSeconds)
  const table = createTable({ client: createTableClient(services), tableName: names.VIDEOS_TABLE })
  const store = createStoreClient(services)
  const source = createStore({ client: store, bucket: names.SOURCE_BUCKET })
  return {
    videos: createVideos({ table }),
    tasks: createTasks({ table, leaseSeconds }),
    chunks: createChunks({ table }),
    builds: createBuilds({ table }),
    quotas: hasAccounts(env)
      ? createQuotas({
          accounts: createAccounts({ table }),
          list: createVideoList({ table }),
          defaultQuota: readDefaultQuota(env),
        })
      : null,
    queue: createTaskQueue({
      client: createQueueClient(services),
      urls: { fast: names.FAST_QUEUE_URL, bulk: names.BULK_QUEUE_URL },
      leaseSeconds,
    }),
    source,
    media: createStore({ client: store, bucket: names.MEDIA_BUCKET }),
    multipart: createMultipart({ client: store, bucket: names.SOURCE_BUCKET }),
    plans: createPlans({ source }),
    ...readEngine(env, services, {
      sourceBucket: names.SOURCE_BUCKET,
      mediaBucket: names.MEDIA_BUCKET,
    }),
    keepSource: readKeepSource(env['KEEP_SOURCE']),
    copyLane: readChoice(env, 'COPY_LANE', ['on', 'off'], 'on') === 'on',
    maxMp4Bytes: readCount(env, 'MP4_MAX_GIGABYTES', defaultMp4Gigabytes, 0) * 1e9,
    readFirstBytes: readCount(env, 'READ_FIRST_MEGABYTES', defaultReadFirstMegabytes, 0) * 1e6,
    leaseSeconds,
    ffmpegPath: env['FFMPEG_PATH'] || 'ffmpeg',
    ffprobePath: env['FFPROBE_PATH'] || 'ffprobe',
  }
}

export interface Worker {
  id: string
  /** The FFmpeg build, as it stands in every plan. */
  encoder: string
  /** One message, from claim to removal; `through` puts another queue in the place of the worker's own. */
  work(message: TaskMessage, stopping: AbortSignal, through?: WorkerDeps['queue']): Promise<void>
  close(): void
}

export interface WorkerOptions extends Pick<WorkerDeps, 'log'> {
  fault?: WorkerDeps['fault']
  /** In the place of the one that reaches public addresses alone: for tests, which have none. */
  fetchPublic?: WorkerDeps['fetchPublic']
  sendsAhead?: boolean
}

/**
 * A build of FFmpeg that can't do the work is refused before any work is taken.
 * @throws MillraceError `configuration-wrong`
 */
export async function createWorker(
  { ffmpegPath, ffprobePath, ...ports }: Ports,
  { log, fault = async () => undefined, fetchPublic, sendsAhead = false }: WorkerOptions,
): Promise<Worker> {
  const ffmpeg = createFfmpeg({ ffmpegPath, ffprobePath, log })
  await requireAbilities(ffmpeg)
  const id = randomBytes(6).toString('hex')
  const now = () => Date.now() / 1000
  const deps: WorkerDeps = {
    ...ports,
    workerId: id,
    ffmpeg,
    sources: await createSourceServer({ readRange: ports.source.readRange, log }),
    scratch: await createScratch(),
    limits: defaultLimits,
    sendsAhead,
    fetchPublic: fetchPublic ?? createPublicFetch(),
    importSilenceSeconds,
    importLeast,
    now,
    fault,
    log,
  }
  const reporter = createReporter({ tasks: ports.tasks, shard: id, log })
  const encoder = await ffmpeg.version()
  const telling = startTelling(deps, { encoder, everySeconds: ports.leaseSeconds })
  return {
    id,
    encoder,
    work: (message, stopping, queue = deps.queue) =>
      work({ ...deps, queue }, message, { reporter, stopping }),
    close() {
      telling.stop()
      deps.sources.close()
    },
  }
}
