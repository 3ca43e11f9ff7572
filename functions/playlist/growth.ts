// What one process knows of an attempt that grows: its plan, the chunk records so far, and what each list has said. None of it
// ever changes, so it is only added to; what is not known yet is asked for by its key.
import type { Chunk } from '#domain/item.ts'
import { openingKey, planKey } from '#domain/keys.ts'
import type { Plan } from '#domain/plan.ts'
import { readPlan } from '#domain/plan-object.ts'
import { type TrackShape, trackShape } from '#domain/slots.ts'
import type { Chunks } from '#platform/chunks.ts'
import { createKept, type Kept } from '#platform/kept.ts'
import type { ObjectStore } from '#platform/store.ts'

export interface ChunkRef {
  track: string
  chunk: number
}

export interface Growth {
  readonly plan: Plan
  /** Only its opening is planned yet: what comes after it is not known. */
  readonly isOpening: boolean
  /** Null: the plan has no such track. */
  shapeOf(track: string): TrackShape | null
  chunkOf(track: string, chunk: number): Chunk | undefined
  /** Asks for those that are not known yet. */
  learn(wanted: readonly ChunkRef[]): Promise<void>
  /** The longest listing of each list that this process has seen: the track that stands for each segment. */
  readonly said: Kept<readonly string[]>
}

export interface Growths {
  /** Null: not planned yet. */
  find(videoId: string, attempt: number): Promise<Growth | null>
}

/** Of a two-hour film about 4 MB each. */
const keptGrowths = 16
/** Lists of one attempt: rungs times generations. */
const keptLists = 200

export function createGrowths(deps: { source: ObjectStore; chunks: Chunks }): Growths {
  const kept = createKept<Growth>(keptGrowths)

  async function read(key: string, isOpening: boolean): Promise<Growth | null> {
    const known = kept.get(key)
    if (known) return known
    const body = await deps.source.readText(key)
    if (body === null) return null
    return kept.set(key, createGrowth(readPlan(body), isOpening, deps.chunks))
  }

  return {
    find: async (videoId, attempt) =>
      (await read(planKey(videoId, attempt), false)) ?? read(openingKey(videoId, attempt), true),
  }
}

function createGrowth(plan: Plan, isOpening: boolean, chunks: Chunks): Growth {
  const shapes = new Map<string, TrackShape>()
  const records = new Map<string, Chunk>()
  const nameOf = (track: string, chunk: number) => `${track}/${chunk}`

  return {
    plan,
    isOpening,
    said: createKept(keptLists),
    shapeOf(track) {
      const known = shapes.get(track)
      if (known) return known
      const shape = trackShape(plan, track)
      // Only planned tracks are remembered: names come from requests.
      if (shape) shapes.set(track, shape)
      return shape
    },
    chunkOf: (track, chunk) => records.get(nameOf(track, chunk)),
    async learn(wanted) {
      // By name: a batch that asks for a key twice is refused.
      const unknown = new Map<string, ChunkRef>()
      for (const ref of wanted) {
        const name = nameOf(ref.track, ref.chunk)
        if (!records.has(name)) unknown.set(name, ref)
      }
      if (unknown.size === 0) return
      const refs = [...unknown.values()]
      for (const found of await chunks.getMany(plan.videoId, plan.attempt, refs)) {
        records.set(nameOf(found.track, found.index), found)
      }
    },
  }
}
