// What one process knows of an attempt that grows: its plan and the chunk records so far. Records never change, so only what is
// missing is read again, and only when the attempt's counter has moved.
import type { Chunk } from '#domain/item.ts'
import { planKey } from '#domain/keys.ts'
import type { Plan } from '#domain/plan.ts'
import { readPlan } from '#domain/plan-object.ts'
import { type TrackShape, trackShape } from '#domain/slots.ts'
import type { Chunks } from '#platform/chunks.ts'
import { createKept } from '#platform/kept.ts'
import type { ObjectStore } from '#platform/store.ts'

export interface Growth {
  readonly plan: Plan
  /** Null: the plan has no such track. */
  shapeOf(track: string): TrackShape | null
  chunkOf(track: string, chunk: number): Chunk | undefined
  /** Which chunks of a track are known now. */
  known(track: string): readonly boolean[]
  /**
   * Brings records up to what the table held when the attempt's counter stood at `version`; `again`: reads them even if the
   * counter has not moved since the last read.
   */
  refresh(tracks: readonly string[], version: number, again?: boolean): Promise<void>
}

export interface Growths {
  /** Null: not planned yet. */
  find(videoId: string, attempt: number): Promise<Growth | null>
}

interface TrackRecords {
  chunks: (Chunk | undefined)[]
  /** All chunks before this one are known. */
  frontier: number
  /** What the counter stood at before the last read. */
  version: number
}

/** Of a two-hour film about 4 MB each. */
const keptGrowths = 16

export function createGrowths(deps: { source: ObjectStore; chunks: Chunks }): Growths {
  const kept = createKept<Growth>(keptGrowths)
  return {
    async find(videoId, attempt) {
      const key = planKey(videoId, attempt)
      const known = kept.get(key)
      if (known) return known
      const body = await deps.source.readText(key)
      return body === null ? null : kept.set(key, createGrowth(readPlan(body), deps.chunks))
    },
  }
}

function createGrowth(plan: Plan, chunks: Chunks): Growth {
  const shapes = new Map<string, TrackShape | null>()
  const records = new Map<string, TrackRecords>()

  function shapeOf(track: string): TrackShape | null {
    const known = shapes.get(track)
    if (known !== undefined) return known
    const shape = trackShape(plan, track)
    // Only planned tracks are remembered: names come from requests.
    if (shape) shapes.set(track, shape)
    return shape
  }

  function recordsOf(track: string): TrackRecords {
    const known = records.get(track) ?? { chunks: [], frontier: 0, version: -1 }
    records.set(track, known)
    return known
  }

  async function refreshOne(track: string, version: number, again: boolean): Promise<void> {
    const state = recordsOf(track)
    const whole = state.frontier >= (shapeOf(track)?.chunks ?? 0)
    if (whole || (state.version >= version && !again)) return
    const found = await chunks.listFrom(plan.videoId, plan.attempt, track, state.frontier)
    for (const chunk of found) state.chunks[chunk.index] = chunk
    while (state.chunks[state.frontier]) state.frontier += 1
    state.version = Math.max(state.version, version)
  }

  return {
    plan,
    shapeOf,
    chunkOf: (track, chunk) => records.get(track)?.chunks[chunk],
    known: track => Array.from(records.get(track)?.chunks ?? [], chunk => chunk !== undefined),
    async refresh(tracks, version, again = false) {
      await Promise.all(tracks.map(track => refreshOne(track, version, again)))
    },
  }
}
