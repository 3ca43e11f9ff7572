// Chunk records, and the generations of growing playlists with what each has listed. Listings are only ever appended to, by
// conditional writes: whoever loses reads what stands.
import {
  type Chunk,
  chunkPrefix,
  chunkRecordKey,
  fromChunkItem,
  fromGenerationItem,
  fromListingItem,
  type Generation,
  generationKey,
  generationPrefix,
  listKey,
  metaKey,
  toGenerationItem,
} from '#domain/item.ts'
import { generationSeconds } from '#domain/timing.ts'
import type { Table } from './table.ts'

export interface Chunks {
  get(videoId: string, attempt: number, track: string, index: number): Promise<Chunk | null>
  /** All records of a track in order of the timeline; without a track, of all tracks. */
  list(videoId: string, attempt: number, track?: string): Promise<Chunk[]>
  /** Those of the records asked for that exist. Costs what is asked for, however many records the video has. */
  getMany(
    videoId: string,
    attempt: number,
    wanted: readonly { track: string; chunk: number }[],
  ): Promise<Chunk[]>
  /** The newest generation, or a new one when the newest is older than 15 s. */
  openGeneration(videoId: string, attempt: number, now: number): Promise<Generation>
  generation(videoId: string, attempt: number, generation: number): Promise<Generation | null>
  /** What a generation has borrowed for these chunks of a track: picks by chunk. */
  listings(
    videoId: string,
    attempt: number,
    generation: number,
    track: string,
    chunks: readonly number[],
  ): Promise<Map<number, string[]>>
  /**
   * Appends borrowed segments to a chunk's listing. False when somebody else has appended first, or the track has its own record
   * by now. So whoever reads first the records and then the listings may list an own chunk without writing anything down.
   */
  remember(
    at: { videoId: string; attempt: number; generation: number; track: string; chunk: number },
    picks: readonly string[],
    listedBefore: number,
  ): Promise<boolean>
}

export function createChunks({ table }: { table: Table }): Chunks {
  async function newest(videoId: string, attempt: number): Promise<Generation | null> {
    const { items } = await table.page({
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: {
        ':pk': metaKey(videoId).pk,
        ':prefix': generationPrefix(attempt),
      },
      ScanIndexForward: false,
      Limit: 1,
      ConsistentRead: true,
    })
    return items[0] ? fromGenerationItem(items[0]) : null
  }

  return {
    async get(videoId, attempt, track, index) {
      const item = await table.get(chunkRecordKey(videoId, attempt, track, index), {
        consistent: true,
      })
      return item ? fromChunkItem(item) : null
    },
    async list(videoId, attempt, track) {
      const items = await table.query(metaKey(videoId).pk, chunkPrefix(attempt, track), {
        consistent: true,
      })
      return items.map(fromChunkItem)
    },
    async getMany(videoId, attempt, wanted) {
      const keys = wanted.map(({ track, chunk }) => chunkRecordKey(videoId, attempt, track, chunk))
      return (await table.getMany(keys)).map(fromChunkItem)
    },
    async openGeneration(videoId, attempt, now) {
      for (;;) {
        const last = await newest(videoId, attempt)
        if (last && now - last.openedAt < generationSeconds) return last
        const next = { generation: (last?.generation ?? 0) + 1, openedAt: now }
        // Lost to another asker: its generation is as fresh as ours would have been.
        if (await table.create(toGenerationItem(videoId, attempt, next))) return next
      }
    },
    async generation(videoId, attempt, generation) {
      const key = generationKey(videoId, attempt, generation)
      const item = await table.get(key, { consistent: true })
      return item ? fromGenerationItem(item) : null
    },
    async listings(videoId, attempt, generation, track, chunks) {
      const keys = chunks.map(chunk => listKey(videoId, attempt, generation, track, chunk))
      const items = await table.getMany(keys)
      return new Map(items.map(fromListingItem).map(({ chunk, picks }) => [chunk, picks]))
    },
    async remember({ videoId, attempt, generation, track, chunk }, picks, listedBefore) {
      const TableName = table.name
      const result = await table.transact([
        {
          ConditionCheck: {
            TableName,
            Key: chunkRecordKey(videoId, attempt, track, chunk),
            ConditionExpression: 'attribute_not_exists(pk)',
          },
        },
        {
          Update: {
            TableName,
            Key: listKey(videoId, attempt, generation, track, chunk),
            UpdateExpression: 'SET picks = :picks, chunk = :chunk',
            ConditionExpression:
              listedBefore === 0 ? 'attribute_not_exists(pk)' : 'size(picks) = :before',
            ExpressionAttributeValues: {
              ':picks': picks,
              ':chunk': chunk,
              ...(listedBefore === 0 ? {} : { ':before': listedBefore }),
            },
          },
        },
      ])
      return result.done
    },
  }
}
