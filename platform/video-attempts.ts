// Attempts after the first: begun again while one is at work, or run again when nothing is.
import type { NextAttempt } from '#domain/attempts.ts'
import { countKey, type Meta, metaKey } from '#domain/item.ts'
import type { Task } from '#domain/task.ts'
import { reapGraceSeconds } from '#domain/timing.ts'
import type { VideoState } from '#domain/video.ts'
import type { Table, Write } from './table.ts'
import { fenceOf } from './tasks.ts'
import { firstTask, type Stepping, stepInput } from './video-writes.ts'

export interface Attempts {
  /**
   * A new attempt in the place of the one at work: its first task recorded and all workers of the old one fenced in the same
   * write. False when the video does not work on that attempt any more.
   */
  beginAttempt(meta: Meta, next: NextAttempt, now: number): Promise<boolean>
  /**
   * The same for a video of which nothing is being made: one that plays goes on playing, one that has failed is queued. False when
   * it is not what it was any more.
   */
  rerun(meta: Meta, next: NextAttempt, now: number): Promise<boolean>
}

/** While one is at work, in whichever state that is. */
const atWork: readonly VideoState[] = ['queued', 'processing', 'ready']

export function createAttempts({ table }: { table: Table }): Attempts {
  const TableName = table.name

  async function begin(
    { videoId, attempt, liveAttempt }: Meta,
    next: NextAttempt,
    now: number,
    step: Pick<Stepping, 'from' | 'to' | 'changes'>,
  ): Promise<boolean> {
    const begun: Write = {
      Update: {
        ...{ TableName, Key: metaKey(videoId) },
        ...stepInput({
          ...{ ...step, attempt },
          also: { condition: 'attribute_not_exists(#source.gone)', names: { '#source': 'source' } },
        }),
      },
    }
    const inspect: Task = { kind: 'inspect', videoId, attempt: next.attempt }
    // Sent at once; where that fails, whoever might send it again finds the old attempt gone.
    const writes = [begun, firstTask(TableName, inspect, now + reapGraceSeconds)]
    const counted = await table.get(countKey(videoId, attempt), { consistent: true })
    // What plays is made but for its MP4, and viewers may still be reading its growing playlists.
    if (counted && attempt !== liveAttempt)
      writes.push({ Update: { TableName, ...fenceOf(videoId, attempt) } })
    return (await table.transact(writes)).done
  }

  return {
    beginAttempt: (meta, next, now) =>
      begin(meta, next, now, { from: atWork, to: null, changes: next }),
    rerun: (meta, next, now) =>
      begin(meta, next, now, {
        from: [meta.state],
        to: meta.state === 'failed' ? 'queued' : null,
        // What kept the source's own packets from being a rung may be mended, too.
        changes: { ...next, uncopyable: null },
      }),
  }
}
