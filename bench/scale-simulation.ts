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
  /** CPU time after which whoever inspects begins to send tasks; with what is left of it, it makes the first picture. */
  planSeconds: number
  /** CPU time in which it records a task and sends it; the tasks begin one after the other. */
  recordSeconds: number
}

export interface ScaleRun {
  /** From `complete` to ready. */
  seconds: number
  /**
   * Of what all workers together had in that time; they add up to 1. `alone`: they wait while one inspects. `last`: they find
   * nothing to take any more while the last tasks are at work. `finish`: the same while one finishes.
   */
  shares: Record<'work' | 'start' | 'queue' | 'store' | 'alone' | 'last' | 'finish', number>
}

/** @param costs of every task of an attempt; the MP4 comes after ready and is left out. */
export function simulateScale(costs: readonly TaskCost[], settings: ScaleSettings): ScaleRun {
  const { workers, startSeconds, queueSeconds, storeSeconds, planSeconds, recordSeconds } = settings
  const of = (...kinds: string[]) => costs.filter(({ task }) => kinds.includes(task.kind))
  const stages = [of('inspect'), of('encode', 'audio', 'pictures'), of('finish')].filter(
    tasks => tasks.length > 0,
  )
  const agenda = createAgenda()
  const spent = { work: 0, start: 0, queue: 0, store: 0, alone: 0, last: 0, finish: 0 }
  const waiting: number[] = []
  const queued: TaskCost[] = []
  let stage = -1
  let finishBegan = 0
  let left = 0

  function nextStage(): void {
    stage += 1
    if (stage === 2) finishBegan = agenda.now
    const tasks = stages[stage] ?? []
    left = tasks.length
    const eachSeconds = stage === 1 ? recordSeconds : 0
    for (const [index, task] of tasks.entries()) {
      agenda.after((index + 1) * eachSeconds, () => {
        queued.push(task)
        const since = waiting.shift()
        if (since !== undefined) ask(since)
      })
    }
  }

  /** Since then until now a worker has found nothing to take. */
  function idle(since: number): void {
    if (stage <= 1) {
      spent.alone += agenda.now - since
      return
    }
    spent.last += Math.max(0, finishBegan - since)
    spent.finish += agenda.now - Math.max(since, finishBegan)
  }

  /** A worker is free since then; it waits where there is nothing to take. */
  function ask(since: number): void {
    const next = queued.shift()
    if (!next) {
      waiting.push(since)
      return
    }
    idle(since)
    spent.queue += queueSeconds
    spent.store += storeSeconds
    const waitSeconds = queueSeconds + storeSeconds
    const inspects = next.task.kind === 'inspect'
    if (inspects) agenda.after(waitSeconds + planSeconds, nextStage)
    const sending = inspects ? (stages[1]?.length ?? 0) * recordSeconds : 0
    spent.work += next.cpuSeconds + sending
    agenda.after(waitSeconds + next.cpuSeconds + sending, () => {
      if (!inspects) left -= 1
      if (!inspects && left === 0) nextStage()
      ask(agenda.now)
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
  for (const since of waiting) idle(since)
  const entries = Object.entries(spent).map(([name, value]) => [name, value / whole])
  return { seconds, shares: Object.fromEntries(entries) as ScaleRun['shares'] }
}
