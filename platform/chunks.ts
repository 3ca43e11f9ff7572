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
  listPrefix,
  metaKey,
  toGenerationItem,
} from '#domain/item.ts'
import { generationSeconds } from '#domain/timing.ts'
import type { Table } from './table.ts'

export interface Chunks {
  get(videoId: string, attempt: number, track: string, index: number): Promise<Chunk | null>
  /** All records of a track in order of the timeline; without a track, of all tracks. */
  list(videoId: string, attempt: number, track?: string): Promise<Chunk[]>
  /** The newest generation, or a new one when the newest is older than 15 s. */
  openGeneration(videoId: string, attempt: number, now: number): Promise<Generation>
  generation(videoId: string, attempt: number, generation: number): Promise<Generation | null>
  /** What a generation has listed of a track: picks by chunk. */
  listings(
    videoId: string,
    attempt: number,
    generation: number,
    track: string,
  ): Promise<Map<number, string[]>>
  /** Appends to what is listed; false when somebody else has appended first. */
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
      const item = await table.get(generationKey(videoId, attempt, generation))
      return item ? fromGenerationItem(item) : null
    },
    async listings(videoId, attempt, generation, track) {
      const items = await table.query(metaKey(videoId).pk, listPrefix(attempt, generation, track), {
        consistent: true,
      })
      return new Map(items.map(fromListingItem).map(({ chunk, picks }) => [chunk, picks]))
    },
    async remember({ videoId, attempt, generation, track, chunk }, picks, listedBefore) {
      const updated = await table.update(listKey(videoId, attempt, generation, track, chunk), {
        UpdateExpression: 'SET picks = :picks, chunk = :chunk',
        ConditionExpression:
          listedBefore === 0 ? 'attribute_not_exists(pk)' : 'size(picks) = :before',
        ExpressionAttributeValues: {
          ':picks': picks,
          ':chunk': chunk,
          ...(listedBefore === 0 ? {} : { ':before': listedBefore }),
        },
      })
      return updated.done
    },
  }
}
