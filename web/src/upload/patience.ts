// How an upload waits: for a moment, for the network to come back, and between tries. Everything here ends at once on abort.
import { type Problem, toProblem } from '../api/problem.ts'
import { backoffMs } from './plan.ts'

export interface Patience {
  wait(ms: number, signal: AbortSignal): Promise<void>
  isOnline(): boolean
  /** Resolves when the machine has a network again. */
  whenOnline(signal: AbortSignal): Promise<void>
  /** 0..1 */
  random(): number
}

export const browserPatience: Patience = {
  wait: (ms, signal) => until(signal, done => setTimeout(done, ms), clearTimeout),
  isOnline: () => navigator.onLine,
  whenOnline: signal =>
    until(
      signal,
      done => {
        if (navigator.onLine) done()
        window.addEventListener('online', done)
        return done
      },
      done => window.removeEventListener('online', done),
    ),
  random: Math.random,
}

function until<Handle>(
  signal: AbortSignal,
  begin: (done: () => void) => Handle,
  end: (handle: Handle) => void,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  if (signal.aborted) return Promise.reject(signal.reason)
  const giveUp = () => reject(signal.reason)
  signal.addEventListener('abort', giveUp, { once: true })
  const handle = begin(resolve)
  return promise.finally(() => {
    signal.removeEventListener('abort', giveUp)
    end(handle)
  })
}

/**
 * Runs `action` until it succeeds, fails for good, or has failed `tries` times. Time without a network is waited out and
 * costs no try.
 */
export async function persist<Result>(
  action: () => Promise<Result>,
  options: {
    tries: number
    patience: Patience
    signal: AbortSignal
    /** Told when the network goes (true) and is back (false). */
    onOffline?: (offline: boolean) => void
    /** May mend something before the next try, or throw to stop. Returns true when the next try needs no wait. */
    beforeRetry?: (problem: Problem) => Promise<boolean> | boolean
  },
): Promise<Result> {
  const { tries, patience, signal } = options
  for (let failed = 0; ; ) {
    signal.throwIfAborted()
    try {
      return await action()
    } catch (thrown) {
      signal.throwIfAborted()
      const problem = toProblem(thrown)
      if (problem.code === 'network' && !patience.isOnline()) {
        options.onOffline?.(true)
        await patience.whenOnline(signal)
        options.onOffline?.(false)
        continue
      }
      failed += 1
      const atOnce = (await options.beforeRetry?.(problem)) ?? false
      if (!(problem.retryable || atOnce) || failed >= tries) throw problem
      if (!atOnce) await patience.wait(backoffMs(failed, patience.random()), signal)
    }
  }
}
