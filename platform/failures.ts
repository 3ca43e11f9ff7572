// The end of an attempt that can't be brought to its end, and the record of it that admins read.
import {
  type Failure,
  failurePartition,
  fromFailureItem,
  type Meta,
  metaKey,
  toFailureItem,
} from '#domain/item.ts'
import { dueIndex, duePartition } from '#domain/table-facts.ts'
import { failureRecordSeconds, leftoverSeconds } from '#domain/timing.ts'
import type { Table } from './table.ts'

type Words = NonNullable<Meta['failure']>

export interface Failures {
  /**
   * Ends the attempt at work, with a record of it in the same write. `failed`: the video is. `plays-on`: it was made again, what
   * played before is not touched, and what this attempt has left is swept. `ignored`: it is not at work any more.
   * @param attempt 0: the import
   */
  fail(
    which: { videoId: string; attempt: number },
    why: Words,
    now: number,
  ): Promise<'failed' | 'plays-on' | 'ignored'>
  /** The newest first, of the last 30 days; their videos may be gone or made since. */
  failures(limit: number): Promise<Failure[]>
}

export function createFailures({ table }: { table: Table }): Failures {
  const TableName = table.name

  async function end(
    { videoId, attempt, at, ...why }: Omit<Failure, 'expiresAt'>,
    update: { set: string; condition: string; values: object },
  ): Promise<boolean> {
    const record = { videoId, attempt, at, ...why }
    const { done } = await table.transact([
      {
        Update: {
          TableName,
          Key: metaKey(videoId),
          UpdateExpression: `SET ${update.set} ADD version :one`,
          ConditionExpression: `attempt = :attempt AND ${update.condition}`,
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: { ':attempt': attempt, ':one': 1, ...update.values },
        },
      },
      {
        Put: {
          TableName,
          Item: toFailureItem({ ...record, expiresAt: Math.ceil(at) + failureRecordSeconds }),
        },
      },
    ])
    return done
  }

  return {
    async fail({ videoId, attempt }, { code, message, reason }, now) {
      const words = { code, message, ...(reason ? { reason } : {}) }
      const failure = { videoId, attempt, ...words, at: now }
      const failed = await end(failure, {
        set: '#state = :failed, failure = :failure',
        condition: '#state IN (:uploading, :queued, :processing)',
        values: {
          ':failed': 'failed',
          ':failure': words,
          ...{ ':uploading': 'uploading', ':queued': 'queued', ':processing': 'processing' },
        },
      })
      if (failed) return 'failed'
      // Links to what played before the last re-run may hold far longer.
      const { dueAt = 0 } = (await table.get(metaKey(videoId), { consistent: true })) ?? {}
      const playsOn = await end(failure, {
        set: `rerunFailure = :failure, ${dueIndex.partition} = :due, ${dueIndex.sort} = :dueAt`,
        condition:
          '#state = :ready AND liveAttempt < :attempt AND (attribute_not_exists(rerunFailure) OR rerunFailure.attempt < :attempt)',
        values: {
          ':ready': 'ready',
          ':failure': { attempt, code, message },
          ':due': duePartition,
          ':dueAt': Math.max(Number(dueAt), now + leftoverSeconds),
        },
      })
      return playsOn ? 'plays-on' : 'ignored'
    },
    async failures(limit) {
      const { items } = await table.page({
        KeyConditionExpression: 'pk = :failures',
        ExpressionAttributeValues: { ':failures': failurePartition },
        ScanIndexForward: false,
        Limit: limit,
      })
      return items.map(fromFailureItem)
    },
  }
}
