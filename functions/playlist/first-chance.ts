// When a viewer could first play: as soon as the lowest rung has its first chunk and the first sound track its first span.
import type { Generation } from '#domain/item.ts'
import type { Plan } from '#domain/plan.ts'
import type { Growth } from './growth.ts'

/** The tracks whose first objects a player needs before its first picture. */
export function firstTracks({ video, audio }: Plan): string[] {
  const [lowest] = [...video.rungs].sort((a, b) => a.height - b.height)
  return [...(lowest ? [lowest.track] : []), ...audio.slice(0, 1).map(({ track }) => track)]
}

/** Epoch seconds, not before the generation was opened; null while nothing can be played. */
export function firstChance(growth: Growth, { openedAt }: Generation): number | null {
  let first = openedAt
  for (const track of firstTracks(growth.plan)) {
    const chunk = growth.chunkOf(track, 0)
    if (!chunk) return null
    first = Math.max(first, chunk.createdAt)
  }
  return first
}
