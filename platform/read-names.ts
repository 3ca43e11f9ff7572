// What people are called, for lists that speak of them by id.
import { fromProfileItem, profileKey } from '#domain/account-item.ts'
import type { Table } from './table.ts'

/** Those who are gone are not in it. */
export type ReadNames = (userIds: Iterable<string>) => Promise<Map<string, string>>

export function createReadNames({ table }: { table: Table }): ReadNames {
  return async userIds => {
    const profiles = (await table.getMany([...new Set(userIds)].map(profileKey))).map(
      fromProfileItem,
    )
    return new Map(profiles.map(({ userId, name }) => [userId, name]))
  }
}
