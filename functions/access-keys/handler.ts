// The keeper of access keys on Lambda: called by CloudFormation at a deployment, and by an operator to rotate.
import * as z from 'zod/mini'
import { MillraceError } from '#domain/errors.ts'
import type { AccessKeys } from '#platform/access-tokens.ts'
import { callJson, createAwsCall } from '#platform/aws-call.ts'
import { createQueueClient } from '#platform/clients.ts'
import { handleResource } from '#platform/custom-resource.ts'
import { readServices, requireEnv } from '#platform/env.ts'
import { createLambdaLog } from '#platform/lambda.ts'
import { readSecretText } from '#platform/playback-secret.ts'
import { ensureKeys, readAccessKeys, rotateKeys } from './access-keys.ts'

const env = requireEnv(process.env, 'ACCESS_KEYS_ARN', 'ACCESS_PUBLIC_KEYS_ARN')
const services = readServices(process.env)
const call = createAwsCall({
  services,
  credentials: createQueueClient(services).config.credentials,
})
const log = createLambdaLog('access-keys', process.env['LOG_LEVEL'])

async function write(SecretId: string, value: object): Promise<void> {
  const request = { service: 'secretsmanager', target: 'secretsmanager.PutSecretValue' }
  await callJson(call, request, { SecretId, SecretString: JSON.stringify(value) })
}

const deps = {
  async readPrivate() {
    return readAccessKeys(await readSecretText(call, env.ACCESS_KEYS_ARN))
  },
  writePrivate: (keys: AccessKeys) => write(env.ACCESS_KEYS_ARN, keys),
  writePublic: (keys: object) => write(env.ACCESS_PUBLIC_KEYS_ARN, keys),
  log,
}

const handleDeployment = handleResource(async type => {
  if (type !== 'Delete') await ensureKeys(deps)
}, log)

const Order = z.object({ kind: z.literal('rotate') })

export const handler = (event: Record<string, unknown>) => {
  if ('RequestType' in event) return handleDeployment(event)
  if (!Order.safeParse(event).success) throw new MillraceError('bad-request')
  return rotateKeys(deps)
}
