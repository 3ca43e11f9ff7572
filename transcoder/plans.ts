// The plans of attempts at work, read from the store once and kept for the next tasks of the same attempt.
import { MillraceError } from '#domain/errors.ts'
import { openingKey, planKey } from '#domain/keys.ts'
import type { Plan } from '#domain/plan.ts'
import { readPlan, writePlan } from '#domain/plan-object.ts'
import type { ObjectStore } from '#platform/store.ts'

export interface Plans {
  /** Null when the attempt is not planned yet. */
  find(videoId: string, attempt: number): Promise<Plan | null>
  /** Null when the attempt's opening is not planned, or never was. */
  findOpening(videoId: string, attempt: number): Promise<Plan | null>
  /**
   * Of an attempt that is not planned whole yet the plan of its opening: what it says is true of the whole.
   * @throws MillraceError `record-unreadable` when there is neither.
   */
  read(videoId: string, attempt: number): Promise<Plan>
  /** Writes the plan unless there is one; the one that stands. */
  publish(plan: Plan): Promise<Plan>
  publishOpening(plan: Plan): Promise<Plan>
}

/** A two-hour film's plan is about 60 KB. */
const keptPlans = 32

export function createPlans({ source }: { source: ObjectStore }): Plans {
  const kept = new Map<string, Plan>()

  function keep(key: string, plan: Plan): Plan {
    kept.delete(key)
    kept.set(key, plan)
    for (const oldest of kept.keys()) {
      if (kept.size <= keptPlans) break
      kept.delete(oldest)
    }
    return plan
  }

  async function findAt(key: string): Promise<Plan | null> {
    const known = kept.get(key)
    if (known) return keep(key, known)
    const body = await source.readText(key)
    return body === null ? null : keep(key, readPlan(body))
  }
  const find: Plans['find'] = (videoId, attempt) => findAt(planKey(videoId, attempt))
  const findOpening: Plans['findOpening'] = (videoId, attempt) =>
    findAt(openingKey(videoId, attempt))

  async function read(videoId: string, attempt: number): Promise<Plan> {
    const plan = (await find(videoId, attempt)) ?? (await findOpening(videoId, attempt))
    if (plan) return plan
    throw new MillraceError('record-unreadable', { detail: `no plan of attempt ${attempt}` })
  }

  /** False when there is one already. */
  const create = (key: string, plan: Plan) =>
    source.put(key, writePlan(plan), { contentType: 'application/json', ifAbsent: true })

  return {
    find,
    findOpening,
    read,
    async publish(plan) {
      const key = planKey(plan.videoId, plan.attempt)
      if (await create(key, plan)) return keep(key, plan)
      kept.delete(key)
      return read(plan.videoId, plan.attempt)
    },
    async publishOpening(plan) {
      const { videoId, attempt } = plan
      const key = openingKey(videoId, attempt)
      if (await create(key, plan)) return keep(key, plan)
      return (await findOpening(videoId, attempt)) ?? plan
    },
  }
}
