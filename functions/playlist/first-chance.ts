// When a viewer could first play: as soon as the lowest rung has its first chunk and the first sound track its first span.
import type { Generation } from '#domain/item.ts'
import type { Plan } from '#domain/plan.ts'
import type { ChunkRef, Growth } from './growth.ts'

/** What a player needs before its first picture. */
export function firstChunks({ video, audio }: Plan): ChunkRef[] {
  const [lowest] = [...video.rungs].sort((a, b) => a.height - b.height)
  return [lowest, audio[0]].flatMap(planned =>
    planned ? [{ track: planned.track, chunk: 0 }] : [],
  )
}

/** Epoch seconds, not before the generation was opened; null while nothing can be played. */
export function firstChance(growth: Growth, { openedAt }: Generation): number | null {
  let first = openedAt
  for (const { track, chunk } of firstChunks(growth.plan)) {
    const record = growth.chunkOf(track, chunk)
    if (!record) return null
    first = Math.max(first, record.createdAt)
  }
  return first
}
