// Keys of machines. The table knows a key's hash alone; the key names its record, so that no index is asked.
import { randomBytes } from 'node:crypto'
import type { Scope } from '#domain/access.ts'
import { keyPrefix } from '#domain/account.ts'
import {
  type ApiKey,
  apiKeyKey,
  apiKeyPrefix,
  fromApiKeyItem,
  fromProfileItem,
  type Profile,
  profileKey,
  toApiKeyItem,
} from '#domain/account-item.ts'
import { ownerPartition } from '#domain/item.ts'
import { hashOf, sameText } from './hash.ts'
import type { Table } from './table.ts'

export interface NewKey {
  userId: string
  name: string
  scopes: Scope[]
  /** Epoch seconds; without it the key does not end by itself. */
  expiresAt?: number
}

export interface ApiKeys {
  /** `text`: what the machine sends. It cannot be had a second time. */
  create(wanted: NewKey, now: number): Promise<{ key: ApiKey; text: string }>
  list(userId: string): Promise<ApiKey[]>
  remove(userId: string, keyId: string): Promise<void>
  /** Null for what is no key, has ended or was taken back, and for one whose owner is gone. */
  verify(text: string, now: number): Promise<{ key: ApiKey; owner: Profile } | null>
}

const usedEverySeconds = 60
const form = new RegExp(`^${keyPrefix}(\\w{1,24})\\.([\\w-]{16})\\.([\\w-]{43})$`)

export function createApiKeys({ table }: { table: Table }): ApiKeys {
  /** At most once a minute, and never for one that was taken back meanwhile. */
  async function noteUse({ userId, keyId, lastUsedAt = 0 }: ApiKey, now: number): Promise<void> {
    if (now - lastUsedAt < usedEverySeconds) return
    await table.update(apiKeyKey(userId, keyId), {
      UpdateExpression: 'SET lastUsedAt = :now',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':now': Math.floor(now) },
    })
  }

  return {
    async create({ userId, name, scopes, expiresAt }, now) {
      const keyId = randomBytes(12).toString('base64url')
      const secret = randomBytes(32).toString('base64url')
      const key: ApiKey = {
        ...{ userId, keyId, name, scopes, secretHash: hashOf(secret), createdAt: now },
        ...(expiresAt === undefined ? {} : { expiresAt }),
      }
      await table.create(toApiKeyItem(key))
      return { key, text: `${keyPrefix}${userId}.${keyId}.${secret}` }
    },
    async list(userId) {
      const items = await table.query(ownerPartition(userId), apiKeyPrefix)
      return items.map(fromApiKeyItem).sort((a, b) => b.createdAt - a.createdAt)
    },
    remove(userId, keyId) {
      return table.remove(apiKeyKey(userId, keyId))
    },
    async verify(text, now) {
      const [, userId, keyId, secret] = form.exec(text) ?? []
      if (!userId || !keyId || !secret) return null
      const items = await table.getMany([apiKeyKey(userId, keyId), profileKey(userId)])
      const profileSk = profileKey(userId).sk
      const found = items.find(({ sk }) => sk !== profileSk)
      const person = items.find(({ sk }) => sk === profileSk)
      if (!found || !person) return null
      const [key, owner] = [fromApiKeyItem(found), fromProfileItem(person)]
      if (!sameText(hashOf(secret), key.secretHash)) return null
      if (owner.disabled || (key.expiresAt ?? Number.POSITIVE_INFINITY) <= now) return null
      await noteUse(key, now)
      return { key, owner }
    },
  }
}
