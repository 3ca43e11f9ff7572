// Keeps a viewing alive over hours: a new token before the old one ends, and a look around after the machine has slept. Told the time
// by whoever calls; knows no clock of its own.
import type { PlaybackView } from '#domain/video.ts'
import { renewalAt } from '../ahead/tokens.ts'

export interface RenewalDeps {
  /** Asks for the playback anew; null: no answer now. */
  renew(): Promise<Pick<PlaybackView, 'url' | 'expiresAt'> | null>
  onRenewed(url: string): void
  /** Much time has passed at once: lists and connections are old. */
  onWoken(): void
  /** Milliseconds since the epoch. */
  nowMs(): number
}

/** After an answer that did not come, or did not help. */
const againAfterMs = 20_000
const leastLifeMs = 1_000
/** Timers of hidden pages come once a minute: only more than that is sleep. */
const sleepMs = 100_000

export function createRenewal(expiresAt: string, deps: RenewalDeps) {
  const { renew, onRenewed, onWoken, nowMs } = deps
  let dueMs = renewalAt(expiresAt, nowMs())
  let askedMs = Number.NEGATIVE_INFINITY
  let seenMs = nowMs()
  let asking: Promise<void> | null = null

  async function ask() {
    askedMs = nowMs()
    dueMs = askedMs + againAfterMs
    const answer = await renew().catch(() => null)
    if (!answer) return
    // An end that is past already (another clock) must not be asked for in a circle.
    dueMs = Math.max(renewalAt(answer.expiresAt, nowMs()), nowMs() + leastLifeMs)
    onRenewed(answer.url)
  }

  function askOnce(): Promise<void> {
    asking ??= ask().finally(() => {
      asking = null
    })
    return asking
  }

  return {
    /** To be called every few seconds. */
    async tick() {
      const slept = nowMs() - seenMs > sleepMs
      seenMs = nowMs()
      if (nowMs() >= dueMs) await askOnce()
      if (slept) onWoken()
    },
    /** The server says that the token is no good: perhaps it has another clock. */
    async refused() {
      if (nowMs() - askedMs >= againAfterMs) await askOnce()
    },
  }
}
