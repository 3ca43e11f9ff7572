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

export type KnownEntry = ReturnType<typeof fromAuditItem>

export interface Audit {
  write(who: Who, what: What, now: number): Promise<void>
  /**
   * The newest first, of all months that entries are kept of: at most one read of each.
   * @param cursor where it goes on; any that is none begins anew
   */
  page(
    options: { limit: number; cursor: string | null },
    now: number,
  ): Promise<{ entries: KnownEntry[]; cursor: string | null }>
}

/** Months since the year 0. */
function monthAt(epochSeconds: number): number {
  const date = new Date(epochSeconds * 1000)
  return date.getUTCFullYear() * 12 + date.getUTCMonth()
}

/** As `2030-01`, the newest first. */
function monthsKept(now: number): string[] {
  const [first, last] = [monthAt(now - keptSeconds), monthAt(now)]
  return Array.from({ length: last - first + 1 }, (_, back) => {
    const month = last - back
    return `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`
  })
}

const writeCursor = (entryId: string) => Buffer.from(entryId).toString('base64url')

/** Null for what is none. */
function readCursor(cursor: string): string | null {
  const entryId = Buffer.from(cursor, 'base64url').toString()
  return /^\d{4}-\d\d-[\w:.-]{1,30}#[\w-]{1,30}$/.test(entryId) ? entryId : null
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
  /** @param before an entry's id: those older than it */
  const read = (month: string, limit: number, before: string | null) =>
    table.page({
      KeyConditionExpression: before === null ? 'pk = :month' : 'pk = :month AND sk < :before',
      ExpressionAttributeValues: {
        ':month': auditPartition(month),
        ...(before === null ? {} : { ':before': before }),
      },
      ScanIndexForward: false,
      Limit: limit,
    })

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
    async page({ limit, cursor }, now) {
      const before = cursor === null ? null : readCursor(cursor)
      const entries: KnownEntry[] = []
      for (const month of monthsKept(now)) {
        if (before !== null && month > before.slice(0, 7)) continue
        // One more than is shown tells whether there are more.
        const { items, next } = await read(month, limit + 1 - entries.length, before)
        entries.push(...items.map(fromAuditItem))
        const last = next && (entries[limit - 1] ?? entries.at(-1))
        if (last) return { entries: entries.slice(0, limit), cursor: writeCursor(last.entryId) }
      }
      return { entries, cursor: null }
    },
  }
}
