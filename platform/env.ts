// Reads the environment of a process: every name once, at start, refused in one sentence that names what is missing.
import type { EnvironmentName } from '#domain/env.ts'
import { MillraceError } from '#domain/errors.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** @throws MillraceError `configuration-wrong` naming every missing variable. */
export function requireEnv<Name extends EnvironmentName>(
  env: Environment,
  ...names: Name[]
): Record<Name, string> {
  const missing = names.filter(name => !env[name])
  if (missing.length > 0) {
    throw new MillraceError('configuration-wrong', {
      message: `Set ${missing.join(', ')} in the environment of this process.`,
    })
  }
  return Object.fromEntries(names.map(name => [name, env[name]])) as Record<Name, string>
}

export interface ServiceSettings {
  region: string
  /** Where DynamoDB and SQS answer; undefined on AWS. */
  endpoint: string | undefined
  s3: {
    region: string
    endpoint: string | undefined
    forcePathStyle: boolean
    credentials: { accessKeyId: string; secretAccessKey: string } | undefined
  }
}

export function readServices(env: Environment): ServiceSettings {
  const region = env['AWS_REGION'] ?? 'us-east-1'
  const endpoint = env['AWS_ENDPOINT_URL'] || undefined
  const accessKeyId = env['S3_ACCESS_KEY_ID']
  const secretAccessKey = env['S3_SECRET_ACCESS_KEY']
  if (Boolean(accessKeyId) !== Boolean(secretAccessKey)) {
    throw new MillraceError('configuration-wrong', {
      message: 'Set S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY together, or neither.',
    })
  }
  const s3Endpoint = env['S3_ENDPOINT'] || endpoint
  return {
    region,
    endpoint,
    s3: {
      region: env['S3_REGION'] || region,
      endpoint: s3Endpoint,
      forcePathStyle: env['S3_FORCE_PATH_STYLE']
        ? env['S3_FORCE_PATH_STYLE'] !== 'false'
        : s3Endpoint !== undefined,
      credentials: accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : undefined,
    },
  }
}

/** A whole number of at least `least`, or the default. */
export function readCount(
  env: Environment,
  name: EnvironmentName,
  otherwise: number,
  least = 1,
): number {
  const text = env[name]
  if (!text) return otherwise
  const value = Number(text)
  if (!Number.isInteger(value) || value < least) {
    throw new MillraceError('configuration-wrong', {
      message: `${name} must be a whole number of at least ${least}, not "${text}".`,
    })
  }
  return value
}

/** One of a few words, or the default. @throws MillraceError `configuration-wrong` */
export function readChoice<Choice extends string>(
  env: Environment,
  name: EnvironmentName,
  choices: readonly Choice[],
  otherwise: Choice,
): Choice {
  const text = env[name]
  if (!text) return otherwise
  const chosen = choices.find(choice => choice === text)
  if (chosen !== undefined) return chosen
  throw new MillraceError('configuration-wrong', {
    message: `Set ${name} to one of ${choices.join(', ')}, or leave it out.`,
  })
}

/**
 * Whether people sign in. Who forgets to say so has a closed door: off makes everybody who asks the sole owner.
 * @throws MillraceError `configuration-wrong`
 */
export const hasAccounts = (env: Environment): boolean =>
  readChoice(env, 'ACCOUNTS', ['on', 'off'] as const, 'on') === 'on'

/** Scheme, host and port of an address, or null where none is set. @throws MillraceError `configuration-wrong` */
export function readOrigin(env: Environment, name: EnvironmentName): string | null {
  const text = env[name]
  if (!text) return null
  const url = URL.canParse(text) ? new URL(text) : null
  const isOrigin =
    url && /^https?:$/.test(url.protocol) && url.pathname === '/' && !url.search && !url.username
  if (isOrigin) return url.origin
  throw new MillraceError('configuration-wrong', {
    message: `Set ${name} to an address such as https://video.example.com, or leave it out.`,
  })
}
