// Access tokens where the keys are changed while a process lives: a key that is not known here is looked for, one that was taken away
// counts for some minutes at most.
import type * as z from 'zod/mini'
import { MillraceError } from '#domain/errors.ts'
import {
  type AccessKeys,
  type AccessOptions,
  type AccessTokens,
  type AccessVerifier,
  createAccessTokens,
  createAccessVerifier,
  type PublicKeys,
  type TokenKind,
} from './access-tokens.ts'
import { createReread, type Reread } from './reread.ts'

async function verify(
  known: Reread<AccessVerifier>,
  token: string,
  kind: TokenKind | undefined,
): ReturnType<AccessVerifier['verify']> {
  const seen = await known.get()
  try {
    return await seen.verify(token, kind)
  } catch (thrown) {
    const isUnknownKey =
      thrown instanceof MillraceError && thrown.detail === 'ERR_JWKS_NO_MATCHING_KEY'
    const newer = isUnknownKey ? await known.newerThan(seen) : seen
    if (newer === seen) throw thrown
    return newer.verify(token, kind)
  }
}

/** @param read the public keys as they are now */
export function createRereadVerifier(
  read: () => Promise<z.infer<typeof PublicKeys>>,
  options: AccessOptions,
): AccessVerifier {
  const known = createReread(async () => createAccessVerifier(await read(), options), options.now)
  return { verify: (token, kind) => verify(known, token, kind) }
}

/** @param read the private keys as they are now */
export function createRereadTokens(
  read: () => Promise<AccessKeys>,
  options: AccessOptions,
): AccessTokens {
  const known = createReread(
    async () => createAccessTokens({ ...options, keys: await read() }),
    options.now,
  )
  return {
    verify: (token, kind) => verify(known, token, kind),
    sign: async (who, kind) => (await known.get()).sign(who, kind),
    publicKeys: async () => (await known.get()).publicKeys(),
  }
}
