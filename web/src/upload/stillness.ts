// Notices that an upload stands still while its connections say nothing, and asks why: within seconds, not when they are given up.
import type { Trouble } from './patience.ts'

const stillAfterMs = 2_000
const lookEveryMs = 500

export interface StillnessDeps {
  /** When a byte last left. */
  movedAt(): number
  nowMs(): number
  isOnline(): boolean
  ping(): Promise<boolean>
  tell(trouble: Trouble | null): void
}

/** Looks until it is stopped. */
export function watchStillness(deps: StillnessDeps): () => void {
  let asking = false
  async function look() {
    const still = deps.nowMs() - deps.movedAt() > stillAfterMs
    if (!still) return deps.tell(null)
    if (!deps.isOnline()) return deps.tell('offline')
    if (asking) return
    asking = true
    const reached = await deps.ping()
    asking = false
    deps.tell(reached ? null : 'unreachable')
  }
  const timer = setInterval(() => void look(), lookEveryMs)
  return () => {
    clearInterval(timer)
    deps.tell(null)
  }
}
