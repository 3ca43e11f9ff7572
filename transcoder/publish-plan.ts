// What a plan begins: its object, the attempt's counters, the video's state and facts; in this order, each of them made once
// however often it is begun. The opening's come first and those of the whole take their place.
import { isDeepStrictEqual } from 'node:util'
import { MillraceError } from '#domain/errors.ts'
import { type Count, type Meta, newCount } from '#domain/item.ts'
import type { Plan } from '#domain/plan.ts'
import { writePlan } from '#domain/plan-object.ts'
import { openingTasks, owedTasks, totalWork } from '#domain/task.ts'
import type { WorkerDeps } from './worker.ts'

export async function publishPlan(deps: WorkerDeps, mine: Plan): Promise<void> {
  const plan = await deps.plans.publish(mine)
  requireSame(plan, mine)
  const { videoId, attempt } = plan
  const tasks = owedTasks(plan).length
  const created = await deps.tasks.createCount(videoId, attempt, countOf(plan, tasks))
  if (!created) await deps.tasks.countWhole(videoId, attempt, tasks)
  const facts = factsOf(plan)
  const meta = await step(deps, plan, facts)
  // Those of the opening or of the attempt before, while this one is what a viewer is shown.
  if (meta.state === 'processing' && !isDeepStrictEqual(meta.facts, facts)) {
    await deps.videos.change(videoId, { facts }, attempt)
  }
}

/** Planned at the same moment by a worker of another setting or FFmpeg build: begun again with what stands. */
function requireSame(stands: Plan, mine: Plan): void {
  if (stands !== mine && writePlan(stands) !== writePlan(mine)) {
    throw new MillraceError('lease-held', { detail: 'another plan stands' })
  }
}

/** One task more than are owed: as long as the rest is not known, nothing is finished. */
export async function publishOpening(deps: WorkerDeps, mine: Plan): Promise<void> {
  const opening = await deps.plans.publishOpening(mine)
  requireSame(opening, mine)
  const { videoId, attempt } = opening
  const tasks = openingTasks(opening).length + 1
  await deps.tasks.createCount(videoId, attempt, { ...countOf(opening, tasks), opening: tasks })
  // No ratio yet: of a guess it could step back.
  await step(deps, opening, { ...factsOf(opening), totalWork: 0 })
}

const countOf = ({ video, audio }: Plan, tasksLeft: number): Count =>
  newCount(
    [...video.rungs, ...audio].map(({ track }) => track),
    tasksLeft,
  )

type Facts = NonNullable<Meta['facts']>

async function step(deps: WorkerDeps, { videoId, attempt }: Plan, facts: Facts): Promise<Meta> {
  const { meta } = await deps.videos.step(videoId, 'processing', { facts }, attempt)
  // Begun before by another inspect, or a re-run of a ready video; failed or deleted meanwhile: nothing is owed any more.
  if (meta?.state !== 'processing' && meta?.state !== 'ready') throw new MillraceError('lease-lost')
  return meta
}

/** What a video's record says of the attempt that is shown. */
export function factsOf(plan: Plan): Facts {
  const { copyLane } = plan.video
  return {
    durationSeconds: plan.durationSeconds,
    width: plan.video.width,
    height: plan.video.height,
    rungs: plan.video.rungs.map(({ height }) => height),
    audioTracks: plan.audio.length,
    totalWork: totalWork(plan),
    ...(plan.video.drawn ? { soundOnly: true } : {}),
    ...(copyLane ? { copied: copyLane.copied, because: copyLane.reason } : {}),
  }
}
