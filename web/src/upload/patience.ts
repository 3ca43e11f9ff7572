// How an upload waits: for a moment, for the network or the server to come back, and between tries. Everything here ends at once on abort.
import { type Problem, toProblem } from '../api/problem.ts'
import { backoffMs } from './backoff.ts'
import { createReach, type Pauses, pingServer, type Reach } from './reach.ts'

export interface Patience extends Reach, Pauses {
  isOnline(): boolean
  /** Resolves when the machine has a network again. */
  whenOnline(signal: AbortSignal): Promise<void>
  /** Resolves when whose session has ended has signed in again; null: no session has ended. */
  whenSignedIn?(signal: AbortSignal): Promise<void> | null
}

/** What is waited for: a network under the machine, a server behind the network, a person whose session has ended. */
export type Trouble = 'offline' | 'unreachable' | 'signed-out'

/** A pause that a network coming back cuts short. */
const wait: Patience['wait'] = (ms, signal) =>
  until(
    signal,
    done => {
      window.addEventListener('online', done)
      return { done, timer: setTimeout(done, ms) }
    },
    ({ done, timer }) => {
      window.removeEventListener('online', done)
      clearTimeout(timer)
    },
  )

export const browserPatience: Patience = {
  wait,
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
  ...createReach(pingServer, { wait, random: Math.random }),
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

export interface Persistence {
  tries: number
  patience: Patience
  signal: AbortSignal
  /** Told what is waited for, and null when it is over. */
  onTrouble?: (trouble: Trouble | null) => void
  /** May mend something before the next try, or throw to stop. Says whether a problem that is final else gets another try, and when. */
  beforeRetry?: (problem: Problem) => Promise<Retry> | Retry
}
export type Retry = 'at once' | 'after a pause' | 'as usual'

/** No answer, or only that of a gateway before a server that is gone. */
const isSilence = ({ code, status }: Problem) =>
  code === 'network' || (code !== 'store-refused' && status >= 502 && status <= 504)

/**
 * Runs `action` until it succeeds, fails for good, or has failed `tries` times. Time without a network, a server or a session is
 * waited out and costs no try.
 */
export async function persist<Result>(
  action: () => Promise<Result>,
  options: Persistence,
): Promise<Result> {
  const { tries, patience, signal, onTrouble } = options
  for (let failed = 0; ; ) {
    signal.throwIfAborted()
    try {
      return await action()
    } catch (thrown) {
      signal.throwIfAborted()
      const problem = toProblem(thrown)
      const retry = (await options.beforeRetry?.(problem)) ?? 'as usual'
      if (isSilence(problem) && (await hasWaited(options))) continue
      const signedIn = problem.code === 'not-signed-in' ? patience.whenSignedIn?.(signal) : null
      if (signedIn) {
        onTrouble?.('signed-out')
        await signedIn
        onTrouble?.(null)
        continue
      }
      failed += 1
      if ((!problem.retryable && retry === 'as usual') || failed >= tries) throw problem
      if (retry !== 'at once') await patience.wait(backoffMs(failed, patience.random()), signal)
    }
  }
}

/** True after a time without network or server, false when both are there: then the fault lies elsewhere. */
async function hasWaited({ patience, signal, onTrouble }: Persistence): Promise<boolean> {
  let told = false
  const tell = (trouble: Trouble) => {
    told = true
    onTrouble?.(trouble)
  }
  try {
    if (!patience.isOnline()) {
      tell('offline')
      await patience.whenOnline(signal)
      return true
    }
    return !(await patience.untilReached(signal, () => tell('unreachable')))
  } finally {
    if (told) onTrouble?.(null)
  }
}
