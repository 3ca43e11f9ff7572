// How often somebody may ask: a bucket of tokens each, filled at a steady rate, kept in the table as the one instant at which it
// would be full again (the generic cell rate algorithm), so that any number of processes share it without a race.
import { fromLimitItem, limitKey } from '#domain/account-item.ts'
import { hashOf } from './hash.ts'
import type { Table } from './table.ts'

export interface RateLimit {
  /** Stands in the record's key. */
  name: string
  /** Tokens of a full bucket: so much at once. */
  burst: number
  /** In which one more token comes. */
  secondsAToken: number
}

export interface Taken {
  allowed: boolean
  /** Tokens left. */
  remaining: number
  /** Until the next token, where none is left; else 0. */
  waitSeconds: number
}

export interface RateLimits {
  /** @param subject who asks: an id, an address. @param now epoch seconds */
  take(limit: RateLimit, subject: string, now: number): Promise<Taken>
  /** One token, as if it had not been taken. */
  giveBack(limit: RateLimit, subject: string): Promise<void>
}

/** Records go some time after their bucket is full. */
const keptSeconds = 60

export function createRateLimits({ table }: { table: Table }): RateLimits {
  return {
    async take({ name, burst, secondsAToken }, subject, now) {
      const key = limitKey(name, hashOf(subject))
      const expiresAt = Math.ceil(now + burst * secondsAToken) + keptSeconds
      const answer = (fullAt: number, allowed: boolean): Taken => {
        const tokens = Math.floor(burst - (fullAt - now) / secondsAToken + 1e-6)
        const remaining = Math.max(0, Math.min(burst, tokens))
        const nextAt = fullAt - (burst - 1) * secondsAToken
        return { allowed, remaining, waitSeconds: remaining > 0 ? 0 : Math.max(0, nextAt - now) }
      }
      const add = async (from: ':now' | 'fullAt', condition: string, limit: number) =>
        table.update(key, {
          UpdateExpression: `SET fullAt = ${from} + :token, expiresAt = :expiresAt`,
          ConditionExpression: condition,
          ExpressionAttributeValues: {
            ':token': secondsAToken,
            ':expiresAt': expiresAt,
            ':limit': limit,
            ...(from === ':now' ? { ':now': now } : {}),
          },
        })
      // Mostly there is something in it already; a full one starts at now.
      const latest = now + (burst - 1) * secondsAToken
      const full = await add(':now', 'attribute_not_exists(fullAt) OR fullAt <= :limit', now)
      if (full.done) return answer(fromLimitItem(full.item).fullAt, true)
      const taken = await add('fullAt', 'fullAt <= :limit', latest)
      return answer(fromLimitItem(taken.item ?? {}).fullAt, taken.done)
    },
    async giveBack({ name, secondsAToken }, subject) {
      await table.update(limitKey(name, hashOf(subject)), {
        UpdateExpression: 'SET fullAt = fullAt - :token',
        ConditionExpression: 'attribute_exists(fullAt)',
        ExpressionAttributeValues: { ':token': secondsAToken },
      })
    },
  }
}
