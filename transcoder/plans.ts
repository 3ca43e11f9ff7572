// The plans of attempts at work, read from the store once and kept for the next tasks of the same attempt.
import { MillraceError } from '#domain/errors.ts'
import { planKey } from '#domain/keys.ts'
import type { Plan } from '#domain/plan.ts'
import { readPlan, writePlan } from '#domain/plan-object.ts'
import type { ObjectStore } from '#platform/store.ts'

export interface Plans {
  /** Null when the attempt is not planned yet. */
  find(videoId: string, attempt: number): Promise<Plan | null>
  /** @throws MillraceError `record-unreadable` when there is none. */
  read(videoId: string, attempt: number): Promise<Plan>
  /** Writes the plan unless there is one; the one that stands. */
  publish(plan: Plan): Promise<Plan>
}

/** A two-hour film's plan is about 60 KB. */
const keptPlans = 32

export function createPlans({ source }: { source: ObjectStore }): Plans {
  const kept = new Map<string, Plan>()

  function keep(plan: Plan): Plan {
    const key = planKey(plan.videoId, plan.attempt)
    kept.delete(key)
    kept.set(key, plan)
    for (const oldest of kept.keys()) {
      if (kept.size <= keptPlans) break
      kept.delete(oldest)
    }
    return plan
  }

  async function find(videoId: string, attempt: number): Promise<Plan | null> {
    const key = planKey(videoId, attempt)
    const known = kept.get(key)
    if (known) return keep(known)
    const body = await source.readText(key)
    return body === null ? null : keep(readPlan(body))
  }

  return {
    find,
    async read(videoId, attempt) {
      const plan = await find(videoId, attempt)
      if (!plan) {
        throw new MillraceError('record-unreadable', { detail: `no plan of attempt ${attempt}` })
      }
      return plan
    },
    async publish(plan) {
      const key = planKey(plan.videoId, plan.attempt)
      const created = await source.put(key, writePlan(plan), {
        contentType: 'application/json',
        ifAbsent: true,
      })
      if (created) return keep(plan)
      kept.delete(key)
      return this.read(plan.videoId, plan.attempt)
    },
  }
}
