// Progress of the tasks in this worker's slots, added to one shard a video at most once a second. The task's record is
// written first: a crash loses a delta, never doubles one.

import type { TaskRecord } from '#domain/item.ts'
import { progressDelta } from '#domain/progress.ts'
import { progressEverySeconds } from '#domain/timing.ts'
import type { Log } from '#platform/log.ts'
import type { Tasks } from '#platform/tasks.ts'

export interface TaskProgress {
  /** Work done by this try, 0 to the task's whole. */
  at(done: number): void
  /** The task is committed: what was not reported yet is added. */
  finish(): Promise<void>
  /** Nothing more is reported. */
  stop(): void
}

export interface Reporter {
  start(record: TaskRecord, owner: string, work: number): TaskProgress
}

interface Tracked {
  record: TaskRecord
  owner: string
  work: number
  done: number
  reported: number
}

export function createReporter(deps: {
  tasks: Pick<Tasks, 'report' | 'addProgress'>
  shard: string
  log: Log
}): Reporter {
  const { tasks, shard, log } = deps
  /** Tasks at work, by video and attempt. */
  const tracked = new Map<string, Set<Tracked>>()
  const timers = new Map<string, NodeJS.Timeout>()
  /** What is being written. */
  const flushes = new Map<string, Promise<void>>()

  async function flush(key: string): Promise<void> {
    timers.delete(key)
    let sum = 0
    let last: Tracked | undefined
    try {
      for (const entry of tracked.get(key) ?? []) {
        const delta = progressDelta(entry.reported, entry.done, entry.work)
        if (delta <= 0) continue
        if (!(await tasks.report(entry.record.task, entry.owner, entry.reported + delta))) continue
        entry.reported += delta
        sum += delta
        last = entry
      }
    } finally {
      // What one task could not report does not lose what the others have.
      if (last && sum > 0) await tasks.addProgress(last.record.task, shard, sum)
    }
  }

  function schedule(key: string): void {
    if (timers.has(key)) return
    const timer = setTimeout(() => {
      const before = flushes.get(key)
      const flushing = Promise.resolve(before)
        .then(() => flush(key))
        .catch(error => log.warn('progress was not reported', { error: String(error) }))
        .finally(() => {
          if (flushes.get(key) === flushing) flushes.delete(key)
        })
      flushes.set(key, flushing)
    }, progressEverySeconds * 1000)
    timers.set(key, timer)
  }

  return {
    start(record, owner, work) {
      const key = `${record.task.videoId}/${record.task.attempt}`
      const entry: Tracked = { record, owner, work, done: 0, reported: record.reported }
      const entries = tracked.get(key) ?? new Set<Tracked>()
      tracked.set(key, entries.add(entry))
      const stop = () => {
        entries.delete(entry)
        if (entries.size === 0 && tracked.get(key) === entries) tracked.delete(key)
      }
      return {
        stop,
        at(done) {
          entry.done = Math.max(entry.done, done)
          if (progressDelta(entry.reported, entry.done, work) > 0) schedule(key)
        },
        async finish() {
          stop()
          // Or what is on its way would count twice.
          await flushes.get(key)
          const delta = progressDelta(entry.reported, work, work)
          entry.reported += delta
          if (delta > 0) await tasks.addProgress(record.task, shard, delta)
        },
      }
    },
  }
}
