// The end of an attempt that can't be brought to its end, and the record of it that admins read.
import {
  type Failure,
  failurePartition,
  fromFailureItem,
  type Meta,
  metaKey,
  toFailureItem,
} from '#domain/item.ts'
import { failureRecordSeconds, leftoverSeconds } from '#domain/timing.ts'
import { statesBefore } from '#domain/video.ts'
import type { Table } from './table.ts'
import { type Stepping, stepInput } from './video-writes.ts'

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
    failure: Omit<Failure, 'expiresAt'>,
    step: Omit<Stepping, 'attempt'>,
  ): Promise<boolean> {
    const { videoId, attempt, at } = failure
    const expiresAt = Math.ceil(at) + failureRecordSeconds
    const { done } = await table.transact([
      {
        Update: {
          ...{ TableName, Key: metaKey(videoId) },
          ...stepInput({ ...step, attempt }),
        },
      },
      { Put: { TableName, Item: toFailureItem({ ...failure, expiresAt }) } },
    ])
    return done
  }

  return {
    async fail({ videoId, attempt }, { code, message, reason }, now) {
      const words = { code, message, ...(reason ? { reason } : {}) }
      const failure = { videoId, attempt, ...words, at: now }
      const failed = await end(failure, {
        from: statesBefore('failed'),
        to: 'failed',
        changes: { failure: words },
      })
      if (failed) return 'failed'
      // Links to what played before the last re-run may hold far longer.
      const { dueAt = 0 } = (await table.get(metaKey(videoId), { consistent: true })) ?? {}
      const playsOn = await end(failure, {
        from: ['ready'],
        to: null,
        changes: {
          rerunFailure: { attempt, ...words },
          dueAt: Math.max(Number(dueAt), now + leftoverSeconds),
        },
        also: {
          condition:
            'liveAttempt < :atWork AND (attribute_not_exists(#rerunFailure) OR #rerunFailure.attempt < :atWork)',
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
