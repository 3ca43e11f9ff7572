// Whether the server answers at all, asked once for all who want to know; and waiting until it does, with growing pauses.
import { backoffMs } from './backoff.ts'

export interface Reach {
  /** Resolves to true when the server answers at once, else to false as soon as it answers again. `onDown`: it does not. */
  untilReached(signal: AbortSignal, onDown: () => void): Promise<boolean>
}

/** Each pause comes twice before it doubles: most tunnels are short. */
const longestPauseMs = 10_000

export interface Pauses {
  wait(ms: number, signal: AbortSignal): Promise<void>
  /** 0..1 */
  random(): number
}

/** `ping`: true when the server answered. Never rejects. */
export function createReach(ping: () => Promise<boolean>, pauses: Pauses): Reach {
  let asking: Promise<boolean> | null = null

  /** Parts that fail together ask together. */
  function ask(): Promise<boolean> {
    asking ??= ping().finally(() => {
      asking = null
    })
    return asking
  }

  return {
    async untilReached(signal, onDown) {
      if (await ask()) return true
      onDown()
      for (let turn = 1; ; turn++) {
        signal.throwIfAborted()
        const pauseMs = backoffMs(Math.ceil(turn / 2), pauses.random())
        await pauses.wait(Math.min(longestPauseMs, pauseMs), signal)
        if (await ask()) return false
      }
    },
  }
}

const answerWithinMs = 2_500

/** Asks the server's smallest address; anything it says itself is an answer, a gateway that speaks for it is none. */
export async function pingServer(): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(answerWithinMs)
    const { status } = await fetch('/health', { cache: 'no-store', signal })
    return status < 502
  } catch {
    return false
  }
}
