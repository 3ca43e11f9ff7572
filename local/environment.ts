// The environment of what runs here, name by name: where services answer, and what the transcoder is told. Nothing of the
// person's own AWS set-up gets in.
import type { StoreSettings } from './settings.ts'

export type ServiceEnvironment = Record<string, string>

/** The emulator's root key: it signs presigned addresses with this pair. */
const emulatorKeys = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' }

export function serviceEnvironment(
  store: StoreSettings | null,
  endpoint: string,
): ServiceEnvironment {
  return {
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: endpoint,
    ...emulatorKeys,
    ...(store
      ? {
          S3_ENDPOINT: store.endpoint,
          S3_REGION: store.region,
          S3_ACCESS_KEY_ID: store.accessKeyId,
          S3_SECRET_ACCESS_KEY: store.secretAccessKey,
          S3_FORCE_PATH_STYLE: String(store.forcePathStyle),
        }
      : {}),
  }
}

/** The clients of this process read their credentials from its environment: the person's own must not be among them. */
export function useServices(env: NodeJS.ProcessEnv, services: ServiceEnvironment): void {
  for (const name of Object.keys(env)) if (name.startsWith('AWS_')) delete env[name]
  Object.assign(env, services)
}

/** What a person may set for the transcoder; the machine's own names beside them. */
const passed = [
  'PATH',
  'HOME',
  'LANG',
  'TMPDIR',
  'FFMPEG_PATH',
  'FFPROBE_PATH',
  'WORKER_SLOTS',
  'KEEP_SOURCE',
  'COPY_LANE',
  'MP4_MAX_GIGABYTES',
  'READ_FIRST_MEGABYTES',
  'LEASE_SECONDS',
  'QUOTA_GIGABYTES',
  'QUOTA_MINUTES',
  'LOG_LEVEL',
]

export interface TranscoderNames {
  table: string
  sourceBucket: string
  mediaBucket: string
  fastQueueUrl: string
  bulkQueueUrl: string
}

export function transcoderEnvironment(options: {
  services: ServiceEnvironment
  names: TranscoderNames
  env: Readonly<Record<string, string | undefined>>
  hasAccounts: boolean
}): Record<string, string> {
  const { services, names, env, hasAccounts } = options
  const own = passed.flatMap(name => (env[name] ? [[name, env[name]]] : []))
  return {
    ...Object.fromEntries(own),
    ...services,
    VIDEOS_TABLE: names.table,
    SOURCE_BUCKET: names.sourceBucket,
    MEDIA_BUCKET: names.mediaBucket,
    FAST_QUEUE_URL: names.fastQueueUrl,
    BULK_QUEUE_URL: names.bulkQueueUrl,
    ACCOUNTS: hasAccounts ? 'on' : 'off',
    LOG_FORMAT: env['LOG_FORMAT'] ?? 'text',
  }
}
