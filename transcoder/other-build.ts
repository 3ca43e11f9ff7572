// Attempts that workers of another FFmpeg build have begun: left to them as long as one of them is at work. What an encoder and
// a muxer write differs between builds, and a track has one init section.
import type { Task } from '#domain/task.ts'

/** What must be made by the build that the plan names; the rest any build makes. */
export const isOfBuild = ({ kind }: Task): boolean =>
  kind === 'inspect' || kind === 'encode' || kind === 'copy' || kind === 'audio'

export interface OtherBuilds {
  /**
   * True once nothing of the attempt has moved for so long: whoever works on it tells something every second.
   * @param sign changes with whatever is recorded or reported of it
   */
  isAbandoned(attempt: string, sign: string): boolean
}

const keptAttempts = 1000

/** @param now epoch seconds */
export function createOtherBuilds(options: {
  patienceSeconds: number
  now(): number
}): OtherBuilds {
  const { patienceSeconds, now } = options
  const seen = new Map<string, { sign: string; since: number }>()
  return {
    isAbandoned(attempt, sign) {
      const known = seen.get(attempt)
      if (known?.sign === sign) return now() - known.since >= patienceSeconds
      seen.delete(attempt)
      seen.set(attempt, { sign, since: now() })
      for (const oldest of seen.keys()) {
        if (seen.size <= keptAttempts) break
        seen.delete(oldest)
      }
      return false
    },
  }
}
