// What somebody may still bring: bytes and minutes, by what they have and what an admin has given them.
import { noQuota, type Quota } from '#domain/account.ts'
import type { Profile } from '#domain/account-item.ts'
import { MillraceError } from '#domain/errors.ts'
import type { Accounts } from './accounts.ts'
import { type Environment, readCount } from './env.ts'
import type { VideoList } from './video-list.ts'

export interface Quotas {
  /**
   * @param sizeBytes of what is to come; 0: not known
   * @throws MillraceError `quota-reached`, `not-signed-in` where the account has ended since the token was made
   */
  require(userId: string, sizeBytes: number): Promise<void>
  /** How large this one video of somebody's may be, beside all else they have. Null: there is no limit. */
  bytesFor(video: { ownerId: string; videoId: string }): Promise<number | null>
}

/** Of users whose quota no admin has set. @throws MillraceError `configuration-wrong` */
export function readDefaultQuota(env: Environment): Quota {
  const read = (name: 'QUOTA_GIGABYTES' | 'QUOTA_MINUTES') =>
    env[name] ? readCount(env, name, 0, 0) : null
  const gigabytes = read('QUOTA_GIGABYTES')
  return { bytes: gigabytes === null ? null : gigabytes * 1e9, minutes: read('QUOTA_MINUTES') }
}

/** What an admin has set counts, also where it is no limit; else users alone are limited. */
export const quotaOf = (
  { role, quota }: Pick<Profile, 'role' | 'quota'>,
  defaultQuota: Quota,
): Quota => quota ?? (role === 'user' ? defaultQuota : noQuota)

/** True when there is room for it. Minutes are known once a video is planned: full is who has them all. */
export function hasRoom(
  { bytes, minutes }: Quota,
  used: { sizeBytes: number; durationSeconds: number },
  sizeBytes: number,
): boolean {
  const fits = bytes === null || used.sizeBytes + sizeBytes <= bytes
  return (
    fits &&
    (bytes === null || used.sizeBytes < bytes) &&
    (minutes === null || used.durationSeconds < minutes * 60)
  )
}

/**
 * Who has a quota has no more videos than can be counted for one call; else the small ones in front would hide the large ones behind.
 */
const mostCounted = 20_000

export function createQuotas({
  accounts,
  list,
  defaultQuota,
  most = mostCounted,
}: {
  accounts: Pick<Accounts, 'read'>
  list: Pick<VideoList, 'usage'>
  defaultQuota: Quota
  /** Few in tests. */
  most?: number
}): Quotas {
  return {
    async require(userId, sizeBytes) {
      const account = await accounts.read(userId)
      if (!account || account.disabled) throw new MillraceError('not-signed-in')
      const quota = quotaOf(account, defaultQuota)
      if (quota.bytes === null && quota.minutes === null) return
      const used = await list.usage(userId, { most })
      if (!used.complete || !hasRoom(quota, used, sizeBytes)) {
        throw new MillraceError('quota-reached')
      }
    },
    async bytesFor({ ownerId, videoId }) {
      const account = await accounts.read(ownerId)
      const bytes = account && quotaOf(account, defaultQuota).bytes
      if (bytes === null) return null
      const used = await list.usage(ownerId, { except: videoId, most })
      return used.complete ? Math.max(0, bytes - used.sizeBytes) : 0
    },
  }
}
