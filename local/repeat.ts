// Does a chore again and again, never twice at once, until it is stopped. A failure is logged and the next round comes.
import { setTimeout as wait } from 'node:timers/promises'
import { toMillraceError } from '#domain/errors.ts'
import type { Log } from '#platform/log.ts'

export interface RepeatOptions {
  name: string
  /** Between the end of a round and the next one's beginning. */
  everySeconds: number
  log: Log
}

export interface Repeated {
  /** Begins no more rounds and waits for the one under way. */
  stop(): Promise<void>
}

/** After a failure there is a pause, however short the usual one is. */
const pauseSeconds = 5

export function repeat(
  { name, everySeconds, log }: RepeatOptions,
  work: (signal: AbortSignal) => Promise<unknown>,
): Repeated {
  const stopping = new AbortController()
  const { signal } = stopping

  async function round(): Promise<number> {
    try {
      await work(signal)
      return everySeconds
    } catch (thrown) {
      if (signal.aborted) return 0
      const { code, detail } = toMillraceError(thrown)
      log.error(`${name} failed and is tried again`, { code, detail })
      return Math.max(everySeconds, pauseSeconds)
    }
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      const seconds = await round()
      await wait(seconds * 1000, undefined, { signal }).catch(() => {})
    }
  }

  const finished = run()
  return {
    async stop() {
      stopping.abort()
      await finished
    },
  }
}
