// Ways back in for people who have forgotten their password: a link that an admin hands on, good once, for a day. The table knows its
// hash alone, and one for each account: a newer one takes the place of the one before.
import { randomBytes } from 'node:crypto'
import { passwordLinkSeconds } from '#domain/account.ts'
import {
  fromPasswordLinkItem,
  type Profile,
  passwordLinkKey,
  profileKey,
} from '#domain/account-item.ts'
import { accountStands } from './accounts.ts'
import { hashOf, sameText } from './hash.ts'
import type { Table } from './table.ts'

export interface PasswordLinks {
  /**
   * `code`: cannot be had a second time. `expiresAt`: epoch seconds.
   * @param madeBy the admin; null: the operator
   */
  create(
    userId: string,
    madeBy: string | null,
    now: number,
  ): Promise<{ code: string; expiresAt: number }>
  /** Whose password it sets, and who says so; null for what is no code, was used, has ended, or has a newer one beside it. */
  find(code: string, now: number): Promise<{ userId: string; madeBy: string | null } | null>
  /** Sets it, and makes the code of no use. False when somebody was quicker. */
  use(code: string, passwordHash: Profile['passwordHash']): Promise<boolean>
  /** Nobody needs it any more. */
  remove(userId: string): Promise<void>
}

const form = /^(\w{1,24})\.([\w-]{43})$/

function readCode(code: string) {
  const [, userId, secret] = form.exec(code) ?? []
  return userId && secret ? { userId, codeHash: hashOf(secret) } : null
}

export function createPasswordLinks({ table }: { table: Table }): PasswordLinks {
  const TableName = table.name
  return {
    async create(userId, madeBy, now) {
      const secret = randomBytes(32).toString('base64url')
      const expiresAt = Math.ceil(now) + passwordLinkSeconds
      await table.update(passwordLinkKey(userId), {
        UpdateExpression: `SET codeHash = :code, expiresAt = :expiresAt ${madeBy === null ? 'REMOVE madeBy' : ', madeBy = :madeBy'}`,
        ExpressionAttributeValues: {
          ':code': hashOf(secret),
          ':expiresAt': expiresAt,
          ...(madeBy === null ? {} : { ':madeBy': madeBy }),
        },
      })
      return { code: `${userId}.${secret}`, expiresAt }
    },
    async find(code, now) {
      const given = readCode(code)
      if (!given) return null
      const { userId, codeHash } = given
      const item = await table.get(passwordLinkKey(userId), { consistent: true })
      const link = item ? fromPasswordLinkItem(item) : null
      const holds = link && link.expiresAt > now && sameText(codeHash, link.codeHash)
      return holds ? { userId, madeBy: link.madeBy ?? null } : null
    },
    async use(code, passwordHash) {
      const given = readCode(code)
      if (!given) return false
      const { userId, codeHash } = given
      const { done } = await table.transact([
        {
          Delete: {
            TableName,
            Key: passwordLinkKey(userId),
            ConditionExpression: 'codeHash = :code',
            ExpressionAttributeValues: { ':code': codeHash },
          },
        },
        {
          Update: {
            TableName,
            Key: profileKey(userId),
            UpdateExpression: 'SET passwordHash = :hash',
            ConditionExpression: accountStands,
            ExpressionAttributeValues: { ':hash': passwordHash },
          },
        },
      ])
      return done
    },
    remove: userId => table.remove(passwordLinkKey(userId)),
  }
}
