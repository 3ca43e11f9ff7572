// Who is behind a request, on Lambda: by accounts, whose public keys are a secret's neighbour, or the sole owner where there are none.
import { MillraceError } from '#domain/errors.ts'
import { accessIssuer, PublicKeys } from './access-tokens.ts'
import { createApiKeys } from './api-keys.ts'
import type { AwsCall } from './aws-call.ts'
import { type Environment, hasAccounts, readOrigin } from './env.ts'
import { createIdentify } from './identify.ts'
import { type Identify, soleOwner } from './identity.ts'
import { readSecretText } from './playback-secret.ts'
import { createRereadVerifier } from './reread-access.ts'
import type { Table } from './table.ts'

export function createIdentifyByEnv(
  env: Environment,
  deps: { call: AwsCall; table: Table; now(): number },
): Identify {
  if (!hasAccounts(env)) return soleOwner
  const { call, table, now } = deps
  const arn = env['ACCESS_PUBLIC_KEYS_ARN']
  if (!arn) {
    throw new MillraceError('configuration-wrong', {
      message: 'Set ACCESS_PUBLIC_KEYS_ARN in the environment of this process.',
    })
  }
  const read = async () => PublicKeys.parse(JSON.parse(await readSecretText(call, arn)))
  return createIdentify({
    verifier: createRereadVerifier(read, { issuer: accessIssuer, now }),
    keys: createApiKeys({ table }),
    // CloudFront takes nothing else.
    secure: true,
    publicOrigin: readOrigin(env, 'PUBLIC_ORIGIN'),
    now,
  })
}
