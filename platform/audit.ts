// What admins and keys did: records that are only ever added, a month a partition, gone after a year and a month.
import { randomBytes } from 'node:crypto'
import {
  type AuditEntry,
  auditPartition,
  fromAuditItem,
  toAuditItem,
} from '#domain/account-item.ts'
import { toMillraceError } from '#domain/errors.ts'
import { isoOf } from '#domain/iso-date.ts'
import type { Person } from './identity.ts'
import type { Log } from './log.ts'
import type { Table } from './table.ts'

const keptSeconds = 400 * 24 * 3600

type Who = Pick<Person, 'userId' | 'keyId'>
type What = Pick<AuditEntry, 'action' | 'target' | 'detail'>

export interface Audit {
  write(who: Who, what: What, now: number): Promise<void>
  /** The newest first, of this month and the one before. */
  list(now: number, limit: number): Promise<AuditEntry[]>
}

/** Of an act that is done: an entry that is lost takes nothing back, and the log has it then. */
export async function writeDone(
  { audit, log, now }: { audit: Audit; log: Log; now(): number },
  { userId, keyId }: Who,
  what: What,
): Promise<void> {
  await audit.write({ userId, keyId }, what, now()).catch(thrown => {
    const { detail: error } = toMillraceError(thrown)
    log.error('no entry of what was done', { userId, keyId, ...what, error })
  })
}

export function createAudit({ table }: { table: Table }): Audit {
  async function newest(month: string, limit: number): Promise<AuditEntry[]> {
    const { items } = await table.page({
      KeyConditionExpression: 'pk = :month',
      ExpressionAttributeValues: { ':month': auditPartition(month) },
      ScanIndexForward: false,
      Limit: limit,
    })
    return items.map(fromAuditItem)
  }

  return {
    async write({ userId, keyId }, { action, target, detail }, now) {
      const entry: AuditEntry = {
        at: isoOf(now),
        userId,
        ...(keyId === null ? {} : { keyId }),
        action,
        ...(target === undefined ? {} : { target }),
        ...(detail === undefined ? {} : { detail }),
        expiresAt: Math.ceil(now) + keptSeconds,
      }
      await table.create(toAuditItem(entry, randomBytes(6).toString('base64url')))
    },
    async list(now, limit) {
      const today = new Date(now * 1000)
      const month = today.toISOString().slice(0, 7)
      const before = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - 1, 1))
      const entries = await newest(month, limit)
      if (entries.length >= limit) return entries
      const older = await newest(before.toISOString().slice(0, 7), limit - entries.length)
      return [...entries, ...older]
    },
  }
}
