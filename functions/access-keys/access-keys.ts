// Keeps what access tokens are signed with: the private keys for the accounts function alone, their public halves for all who check.
// Whoever checks knows a key before anything is signed with it.
import { AccessKeys, createAccessKey, publicKeysOf } from '#platform/access-tokens.ts'
import type { Log } from '#platform/log.ts'

export interface AccessKeysDeps {
  /** Null: none have been made yet. */
  readPrivate(): Promise<AccessKeys | null>
  writePrivate(keys: AccessKeys): Promise<void>
  writePublic(keys: object): Promise<void>
  log: Log
}

/** Null for what CloudFormation makes: a text of no meaning. */
export function readAccessKeys(text: string): AccessKeys | null {
  try {
    return AccessKeys.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}

/** There are keys, and everybody who checks has them. */
export async function ensureKeys(deps: AccessKeysDeps): Promise<void> {
  const found = await deps.readPrivate()
  const keys = found ?? { current: await createAccessKey(), previous: null }
  await deps.writePublic(publicKeysOf(keys))
  if (!found) await deps.writePrivate(keys)
}

/** What was signed before still counts, until the next time. */
export async function rotateKeys(deps: AccessKeysDeps): Promise<void> {
  const found = await deps.readPrivate()
  const keys = { current: await createAccessKey(), previous: found?.current ?? null }
  await deps.writePublic(publicKeysOf(keys))
  await deps.writePrivate(keys)
  deps.log.info('access keys rotated', { key: keys.current.kid })
}
