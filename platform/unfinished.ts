// How many videos of somebody may be on their way at once. Each takes a place in the write that records it, so that no number of calls
// at the same moment gets past; nobody gives one back: when none is left, those of videos that are no longer on their way are cleared.
import { MillraceError } from '#domain/errors.ts'
import {
  fromMetaItem,
  fromUnfinishedItem,
  type Meta,
  metaKey,
  unfinishedKey,
} from '#domain/item.ts'
import type { Table, Write } from './table.ts'

/**
 * A few workers take imports, hours long some of them: nobody's should fill all. The portal begins two uploads at once; the others
 * are what was broken off within a week.
 */
export const mostUnfinished = { imports: 10, uploads: 200 } as const
export type UnfinishedKind = keyof typeof mostUnfinished

export interface Unfinished {
  /** @throws MillraceError `too-many-unfinished` */
  require(ownerId: string, kind: UnfinishedKind): Promise<void>
  /** Part of the transaction that creates the video: its condition fails when there is no place. */
  take(video: Pick<Meta, 'ownerId' | 'videoId'>, kind: UnfinishedKind): Write
}

export function createUnfinished({
  table,
  most = mostUnfinished,
}: {
  table: Table
  /** Few in tests. */
  most?: Readonly<Record<UnfinishedKind, number>>
}): Unfinished {
  async function onTheirWay(videoIds: readonly string[]): Promise<Set<string>> {
    const metas = (await table.getMany(videoIds.map(metaKey))).map(fromMetaItem)
    return new Set(metas.filter(({ state }) => state === 'uploading').map(({ videoId }) => videoId))
  }

  return {
    async require(ownerId, kind) {
      const key = unfinishedKey(ownerId, kind)
      const item = await table.get(key, { consistent: true })
      const held = item ? fromUnfinishedItem(item).videoIds : []
      if (held.length < most[kind]) return
      const still = await onTheirWay(held)
      const ended = held.filter(videoId => !still.has(videoId))
      if (ended.length === 0) throw new MillraceError('too-many-unfinished')
      await table.update(key, {
        UpdateExpression: 'DELETE videoIds :ended',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':ended': new Set(ended) },
      })
    },
    take: ({ ownerId, videoId }, kind) => ({
      Update: {
        TableName: table.name,
        Key: unfinishedKey(ownerId, kind),
        UpdateExpression: 'ADD videoIds :one',
        ConditionExpression: 'attribute_not_exists(videoIds) OR size(videoIds) < :most',
        ExpressionAttributeValues: { ':one': new Set([videoId]), ':most': most[kind] },
      },
    }),
  }
}
