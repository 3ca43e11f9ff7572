// One film and any number of workers with one slot each: who takes which task when, and where the time goes that is no encoding.
// Pure: the workers pull tasks in the order in which they are queued, as the transcoder does.
import type { TaskCost } from '../tools/cost/work.ts'
import { createAgenda } from './agenda.ts'

export interface ScaleSettings {
  workers: number
  /** From "there is work" to a worker's first question. */
  startSeconds: number
  /** Of a message, to a worker that is waiting for one. */
  queueSeconds: number
  /** What a task waits for beside its CPU time: ranges of the source, PUTs, commits. */
  storeSeconds: number
}

export interface ScaleRun {
  /** From `complete` to ready. */
  seconds: number
  /**
   * Of what all workers together had in that time; they add up to 1. `alone`: they wait while one inspects. `end`: they find
   * nothing to take any more while the last tasks and `finish` are at work.
   */
  shares: Record<'work' | 'start' | 'queue' | 'store' | 'alone' | 'end', number>
}

/** @param costs of every task of an attempt; the MP4 comes after ready and is left out. */
export function simulateScale(costs: readonly TaskCost[], settings: ScaleSettings): ScaleRun {
  const { workers, startSeconds, queueSeconds, storeSeconds } = settings
  const of = (...kinds: string[]) => costs.filter(({ task }) => kinds.includes(task.kind))
  const stages = [of('inspect'), of('encode', 'audio', 'pictures'), of('finish')].filter(
    tasks => tasks.length > 0,
  )
  const agenda = createAgenda()
  const spent = { work: 0, start: 0, queue: 0, store: 0, alone: 0, end: 0 }
  let waiting: number[] = []
  let queued: TaskCost[] = []
  let stage = -1
  let left = 0
  let done = false

  function nextStage(): void {
    stage += 1
    const tasks = stages[stage]
    if (!tasks) {
      done = true
      return
    }
    left = tasks.length
    queued = [...tasks]
    const idle = waiting
    waiting = []
    for (const since of idle) ask(since)
  }

  /** A worker is free since then; it waits where there is nothing to take. */
  function ask(since: number): void {
    const next = queued.shift()
    if (!next) {
      waiting.push(since)
      return
    }
    spent[stage === 1 ? 'alone' : 'end'] += agenda.now - since
    spent.queue += queueSeconds
    spent.store += storeSeconds
    spent.work += next.cpuSeconds
    agenda.after(queueSeconds + storeSeconds + next.cpuSeconds, () => {
      left -= 1
      const freeSince = agenda.now
      if (left === 0) nextStage()
      if (!done) ask(freeSince)
      else waiting.push(freeSince)
    })
  }

  for (let worker = 0; worker < workers; worker++) {
    spent.start += startSeconds
    agenda.at(startSeconds, () => ask(agenda.now))
  }
  agenda.at(startSeconds, nextStage)
  agenda.run()
  const seconds = agenda.now
  const whole = workers * seconds
  for (const since of waiting) spent.end += seconds - since
  const entries = Object.entries(spent).map(([name, value]) => [name, value / whole])
  return { seconds, shares: Object.fromEntries(entries) as ScaleRun['shares'] }
}
