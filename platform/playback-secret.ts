// The secret of playback links, read once when a process starts: from the environment on a laptop, from Secrets Manager on AWS.
import * as z from 'zod/mini'
import { MillraceError } from '#domain/errors.ts'
import type { PlaybackSecret } from '#domain/playback-secret.ts'
import { type AwsCall, callJson } from './aws-call.ts'
import type { Environment } from './env.ts'

const Stored = z.object({
  current: z.string(),
  previous: z._default(z.nullable(z.string()), null),
})
const Answer = z.object({ SecretString: z.string() })

/** A secret of Secrets Manager, as it is now. */
export async function readSecretText(call: AwsCall, arn: string): Promise<string> {
  const request = { service: 'secretsmanager', target: 'secretsmanager.GetSecretValue' }
  return Answer.parse(await callJson(call, request, { SecretId: arn })).SecretString
}

/** @throws MillraceError `configuration-wrong` */
export async function readStoredSecret(call: AwsCall, arn: string): Promise<PlaybackSecret> {
  try {
    return Stored.parse(JSON.parse(await readSecretText(call, arn)))
  } catch (cause) {
    const detail = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
    const message = `The secret of playback links cannot be read (${detail}).`
    throw new MillraceError('configuration-wrong', { message, cause, detail })
  }
}

/** What signs. @throws MillraceError `configuration-wrong` */
export async function readPlaybackSecret(env: Environment, call: AwsCall): Promise<string> {
  const given = env['PLAYBACK_SECRET']
  if (given) return given
  const arn = env['PLAYBACK_SECRET_ARN']
  if (arn) return (await readStoredSecret(call, arn)).current
  throw new MillraceError('configuration-wrong', {
    message: 'Set PLAYBACK_SECRET or PLAYBACK_SECRET_ARN in the environment of this process.',
  })
}
