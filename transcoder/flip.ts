// The moment at which viewers get an attempt: it is the one that plays from now on, and what the attempts before have left is due to be
// swept. May be done any number of times.
import { isRerun } from '#domain/attempts.ts'
import { MillraceError } from '#domain/errors.ts'
import type { Plan } from '#domain/plan.ts'
import { leftoverSeconds, tokenExpiry } from '#domain/timing.ts'
import { factsOf } from './publish-plan.ts'
import type { WorkerDeps } from './worker.ts'

/** @throws MillraceError `lease-lost` where it is not at work any more */
export async function flip(deps: Pick<WorkerDeps, 'videos' | 'now'>, plan: Plan): Promise<void> {
  const { videoId, attempt } = plan
  const ready = { liveAttempt: attempt }
  // What the attempts before have left is swept once nobody can be at work on it or watch it any more.
  const swept = attempt > 1 ? { dueAt: deps.now() + leftoverSeconds } : {}
  const stepped = await deps.videos.step(videoId, 'ready', { ...ready, ...swept }, attempt)
  if (stepped.done) return
  const { meta } = stepped
  if (meta?.state !== 'ready' || meta.attempt !== attempt) throw new MillraceError('lease-lost')
  if (meta.liveAttempt === attempt) return
  // Given up meanwhile: what it has made may be swept already.
  if (!isRerun(meta)) throw new MillraceError('lease-lost')
  // A re-run of a ready video: success flips what plays, and what played goes when the usual links have ended.
  const dueAt = Math.max(meta.dueAt ?? 0, tokenExpiry(deps.now(), plan.durationSeconds))
  await deps.videos.change(videoId, { ...ready, facts: factsOf(plan), dueAt }, attempt)
}
