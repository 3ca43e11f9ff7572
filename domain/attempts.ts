// When a video is made once more from the beginning: why, how often at most, and what its record says then. Pure.
import type { Meta } from './item.ts'

/**
 * `gate`: the whole did not pass its last check. `copy`: the source's own packets are not what its index says. `build`: no
 * worker has the FFmpeg build it was begun with any more. `opening`: the film is not what its opening promised.
 */
export type BeginReason = 'gate' | 'copy' | 'build' | 'opening'

/** Each counts alone: what the source is to blame for leaves the gate its own second try. */
const mostTimes: Readonly<Record<BeginReason, number>> = {
  gate: 1,
  copy: 1,
  build: 3,
  opening: 1,
}

export type NextAttempt = Pick<Meta, 'attempt' | 'begunAgain' | 'uncopyable' | 'earlier'>

/**
 * Null when it may not be begun again for this reason, plays already, or there is nothing to make it from.
 * @param because of `copy`: why no packet is copied any more, in one sentence
 * @param ratio what viewers have seen of it
 */
export function nextAttempt(
  meta: Meta,
  { reason, because, ratio }: { reason: BeginReason; because?: string; ratio: number },
): NextAttempt | null {
  const { attempt, liveAttempt, facts, source } = meta
  const none = { since: liveAttempt, gate: 0, copy: 0, build: 0, opening: 0 }
  // A re-run of what plays counts anew.
  const before = meta.begunAgain?.since === liveAttempt ? meta.begunAgain : none
  if (attempt <= liveAttempt || source.gone || before[reason] >= mostTimes[reason]) return null
  const uncopyable = reason === 'copy' ? because : meta.uncopyable
  return {
    attempt: attempt + 1,
    begunAgain: { ...before, [reason]: before[reason] + 1 },
    earlier: { attempt, totalWork: facts?.totalWork ?? 0, ratio },
    ...(uncopyable === undefined ? {} : { uncopyable }),
  }
}
