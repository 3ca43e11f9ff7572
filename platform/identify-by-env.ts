// Who is behind a request, on Lambda: by accounts, whose public keys are a secret's neighbour, or the sole owner where there are none.
import type * as z from 'zod/mini'
import { MillraceError } from '#domain/errors.ts'
import {
  type AccessVerifier,
  accessIssuer,
  createAccessVerifier,
  PublicKeys,
} from './access-tokens.ts'
import { createApiKeys } from './api-keys.ts'
import type { AwsCall } from './aws-call.ts'
import { type Environment, hasAccounts, readOrigin } from './env.ts'
import { createIdentify } from './identify.ts'
import { type Identify, soleOwner } from './identity.ts'
import { readSecretText } from './playback-secret.ts'
import type { Table } from './table.ts'

/** A key that nobody here knows yet: the keys were changed meanwhile. Asked for no more often than this. */
const readAgainSeconds = 30

/** @param read the public keys as they are now */
export function createRereadVerifier(
  read: () => Promise<z.infer<typeof PublicKeys>>,
  now: () => number,
): AccessVerifier {
  let known: { verifier: AccessVerifier; at: number } | null = null
  async function load() {
    const keys = await read()
    known = { verifier: createAccessVerifier(keys, { issuer: accessIssuer, now }), at: now() }
    return known
  }
  return {
    async verify(token, kind) {
      const loaded = known ?? (await load())
      try {
        return await loaded.verifier.verify(token, kind)
      } catch (thrown) {
        const unknownKey =
          thrown instanceof MillraceError && thrown.detail === 'ERR_JWKS_NO_MATCHING_KEY'
        if (!unknownKey || now() - loaded.at < readAgainSeconds) throw thrown
        return (await load()).verifier.verify(token, kind)
      }
    },
  }
}

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
    verifier: createRereadVerifier(read, now),
    keys: createApiKeys({ table }),
    // CloudFront takes nothing else.
    secure: true,
    publicOrigin: readOrigin(env, 'PUBLIC_ORIGIN'),
    now,
  })
}
