// Tells a room what users may bring whose quota no admin has set.
import type { StageConfig } from '../config.ts'
import type { Room } from './room.ts'

export function setDefaultQuota(
  room: Room,
  { quotaGigabytes, quotaMinutes }: Pick<StageConfig, 'quotaGigabytes' | 'quotaMinutes'>,
): void {
  if (quotaGigabytes !== null) room.set('QUOTA_GIGABYTES', String(quotaGigabytes))
  if (quotaMinutes !== null) room.set('QUOTA_MINUTES', String(quotaMinutes))
}
