// One honest ratio from the work reported: a sum of shards that only grow. Pure.

/** Counters one worker keeps for one video; each only ever grows, so any order and repetition of reads gives no step back. */
export interface ProgressShard {
  /** Work done, in seconds of 1080p encoding. */
  done: number
  version: number
}

/** Until `finish` has checked everything the ratio stays below this. */
const beforeReady = 0.995

/** 0..1. `totalWork` null: not planned yet. Only `ready` gives 1. */
export function progressRatio(
  state: 'uploading' | 'queued' | 'processing' | 'ready' | 'failed' | 'deleting',
  shards: readonly ProgressShard[],
  totalWork: number | null,
): number {
  if (state === 'ready') return 1
  if (!totalWork || totalWork <= 0) return 0
  // Smallest first: doubles added in another order could differ in the last bit, and the ratio step back by it.
  const parts = shards.map(shard => Math.max(0, shard.done)).sort((a, b) => a - b)
  const done = parts.reduce((sum, part) => sum + part, 0)
  return Math.min(beforeReady, done / totalWork)
}

/**
 * What a worker may add to its shard for a task: only what lies above all that was reported for it before, by this try or an
 * earlier one. `done` is this try's own progress, `work` the task's whole.
 */
export function progressDelta(reported: number, done: number, work: number): number {
  return Math.max(0, Math.min(done, work) - reported)
}

/** Events of an attempt are numbered above all events of the attempts before it. */
const attemptStep = 1_000_000_000

/** The SSE event id: rises with every change of any of its parts and never falls. */
export function eventVersion(
  attempt: number,
  metaVersion: number,
  countVersion: number,
  shards: readonly ProgressShard[],
): number {
  const versions = shards.reduce((sum, shard) => sum + shard.version, metaVersion + countVersion)
  return attempt * attemptStep + versions
}

/** No event of the same attempt has a higher version: the id of its end, whatever is still tidied up after it. */
export const lastVersion = (version: number): number =>
  (Math.floor(version / attemptStep) + 1) * attemptStep - 1
