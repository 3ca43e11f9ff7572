// Takes messages for the worker's slots: one slot a core for any task, `fast` before `bulk`; extra ones that only ever take
// `fast`, so that a viewer's lead goes on while the ladder fills the cores; and a last one for what begins a video, so that a
// second person's upload never waits behind a film.
import { setTimeout as wait } from 'node:timers/promises'
import { MillraceError, toMillraceError } from '#domain/errors.ts'
import { beginsVideo, type QueueName, type Task } from '#domain/task.ts'
import { maxReceives } from '#domain/timing.ts'
import type { Log } from '#platform/log.ts'
import type { TaskMessage, TaskQueue } from '#platform/queue.ts'

/** SQS: «WaitTimeSeconds … 0 to 20». */
const fastWaitSeconds = 20
const bulkWaitSeconds = 5
/** A fast poll that has waited this long has found its queue empty: bulk may take a slot. */
const fastIsEmptyMilliseconds = 40
const faultPauseMilliseconds = 1000
/** Leads and sound of two videos side by side; their niceness decides who gets the cores. */
const extraSlots = 4
/** An import waits for a website and hardly computes: so many run beside all slots, and take none of them. */
const importsBeside = 4
/** What a worker of so many slots for any task does at one time, and so what a kill can cost. */
export const mostAtOnce = (slots: number) => slots + extraSlots + 1 + importsBeside
/** What must wait for a slot is hidden for a second more each time: few of its receives are burnt. */
const longestHandBackSeconds = 30

export interface PollerOptions {
  queue: TaskQueue
  /** Slots for any task. */
  slots: number
  run(message: TaskMessage): Promise<void>
  stopping: AbortSignal
  log: Log
}

const isImport = (message: TaskMessage): message is TaskMessage & { task: Task } =>
  !(message.task instanceof MillraceError) && message.task.kind === 'import'

/** Polls until told to stop, then waits for what is running. */
export async function poll({ queue, slots, run, stopping, log }: PollerOptions): Promise<void> {
  const running = new Set<Promise<void>>()
  let usual = 0
  let extra = 0
  let imports = 0
  let freed = Promise.withResolvers<void>()
  let fastPolledAt: number | null = null

  stopping.addEventListener('abort', () => freed.resolve(), { once: true })
  // Never a race against one promise of the whole run: it would keep every waiter for as long as it is open.
  const pause = (milliseconds: number) =>
    wait(milliseconds, undefined, { signal: stopping }).catch(() => undefined)

  function mayRun(message: TaskMessage): boolean {
    const { queue, task } = message
    if (isImport(message)) return imports < importsBeside
    // A poll that was under way while the last slot was taken may bring one more: it runs beside the others.
    if (queue === 'bulk' || usual < slots || extra < extraSlots) return true
    return task instanceof MillraceError || beginsVideo(task)
  }

  async function handBack(message: TaskMessage): Promise<void> {
    if (isImport(message) && message.receives >= maxReceives / 2) {
      // Others may be at it for hours: a message of its own, or looking at it would make it a dead letter.
      await queue.send(message.task)
      await queue.remove(message)
      return
    }
    await queue.hide(message, Math.min(longestHandBackSeconds, message.receives))
  }

  function count(kind: 'import' | 'extra' | 'usual', change: 1 | -1): void {
    if (kind === 'import') imports += change
    else if (kind === 'extra') extra += change
    else usual += change
  }

  function start(message: TaskMessage): void {
    const kind = isImport(message)
      ? 'import'
      : usual >= slots && message.queue === 'fast'
        ? 'extra'
        : 'usual'
    count(kind, 1)
    const task = run(message)
      .catch(thrown => {
        const error = toMillraceError(thrown)
        log.error('a message could not be worked on', {
          code: error.code,
          detail: error.detail ?? error.message,
        })
      })
      .finally(() => {
        count(kind, -1)
        running.delete(task)
        freed.resolve()
        freed = Promise.withResolvers()
      })
    running.add(task)
  }

  const hasSlot = (name: QueueName) => usual < slots || (name === 'fast' && extra <= extraSlots)
  const fastIsEmpty = () =>
    fastPolledAt !== null && performance.now() - fastPolledAt >= fastIsEmptyMilliseconds

  async function take(name: QueueName, waitSeconds: number): Promise<void> {
    while (!stopping.aborted) {
      if (!hasSlot(name)) {
        await freed.promise
        continue
      }
      if (name === 'bulk' && !fastIsEmpty()) {
        await pause(fastIsEmptyMilliseconds / 2)
        continue
      }
      if (name === 'fast') fastPolledAt = performance.now()
      try {
        const messages = await queue.receive(name, { max: 1, waitSeconds, signal: stopping })
        for (const message of messages) {
          if (mayRun(message)) start(message)
          else await handBack(message)
        }
      } catch (thrown) {
        if (stopping.aborted) return
        if (name === 'fast') fastPolledAt = null
        log.warn('a queue did not answer', { queue: name, error: toMillraceError(thrown).detail })
        await pause(faultPauseMilliseconds)
      }
      if (name === 'fast') fastPolledAt = null
    }
  }

  await Promise.all([take('fast', fastWaitSeconds), take('bulk', bulkWaitSeconds)])
  await Promise.all(running)
}
