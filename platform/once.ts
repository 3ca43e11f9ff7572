// Calls that name themselves (`Idempotency-Key`, draft-ietf-httpapi-idempotency-key-header): made once, however often they are sent. The
// first to come is answered by its work, the others get the same answer for a day.
import { fromOnceItem, onceKey } from '#domain/account-item.ts'
import { hashOf } from './hash.ts'
import type { Table } from './table.ts'

export const onceSeconds = 24 * 3600
/** A call that has not ended by then died on its way: it may be made again. */
const underWaySeconds = 60

export interface Answered {
  status: number
  body: string
}

export type Begun =
  | { is: 'first' }
  | { is: 'answered'; answer: Answered }
  | { is: 'under-way' }
  /** The name was used for something else. */
  | { is: 'another' }

export interface Once {
  begin(call: { userId: string; name: string; request: string }, now: number): Promise<Begun>
  end(call: { userId: string; name: string }, answer: Answered, now: number): Promise<void>
  /** It may be made again. */
  forget(call: { userId: string; name: string }): Promise<void>
}

export function createOnce({ table }: { table: Table }): Once {
  const keyOf = ({ userId, name }: { userId: string; name: string }) =>
    onceKey(userId, hashOf(name))

  return {
    async begin({ userId, name, request }, now) {
      const requestHash = hashOf(request)
      const until = Math.ceil(now)
      const begun = await table.update(keyOf({ userId, name }), {
        UpdateExpression: 'SET requestHash = :request, expiresAt = :until REMOVE #status, body',
        ConditionExpression: 'attribute_not_exists(pk) OR expiresAt <= :now',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: {
          ':request': requestHash,
          ':until': until + underWaySeconds,
          ':now': until,
        },
      })
      if (begun.done || !begun.item) return { is: 'first' }
      const { requestHash: before, status, body = '' } = fromOnceItem(begun.item)
      if (before !== requestHash) return { is: 'another' }
      return status === undefined
        ? { is: 'under-way' }
        : { is: 'answered', answer: { status, body } }
    },
    async end(call, { status, body }, now) {
      await table.update(keyOf(call), {
        UpdateExpression: 'SET #status = :status, body = :body, expiresAt = :until',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: {
          ':status': status,
          ':body': body,
          ':until': Math.ceil(now) + onceSeconds,
        },
      })
    },
    forget(call) {
      return table.remove(keyOf(call))
    },
  }
}
