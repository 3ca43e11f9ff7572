// What the alarms of the service ask for, from a minute's metrics to the next: the rules of domain/scaling.ts over data points that
// come late. Pure.
import { type ScalingMetric, type ScalingRule, stepAt } from '#domain/scaling.ts'

/** What was so at the end of a minute. */
export interface DataPoint {
  /** Tasks that wait or are worked on. */
  work: number
  /** Transcoders that run. */
  running: number
}

export interface FleetRule extends Pick<ScalingRule, 'minutes' | 'steps'> {
  /** Null: no value, and so no alarm. */
  value(point: DataPoint): number | null
}

const metrics: Record<ScalingMetric, FleetRule['value']> = {
  work: ({ work }) => work,
  idle: ({ work, running }) => (work === 0 && running > 0 ? running : null),
}

export const toFleetRule = ({ metric, minutes, steps }: ScalingRule): FleetRule => ({
  minutes,
  steps,
  value: metrics[metric],
})

/** A rule that the service does not have: without work for so long, all of them end together, whether any runs or not. */
export const restTogether = (minutes: number): FleetRule => ({
  minutes,
  steps: [{ from: 1, transcoders: 0 }],
  value: ({ work }) => (work === 0 ? 1 : 0),
})

/**
 * What is asked for after these data points, the newest last; null: nothing. An alarm acts each minute that it lasts. Of rules that
 * ask at once, the most counts («Application Auto Scaling chooses the policy that provides the largest capacity»).
 */
export function askedFor(rules: readonly FleetRule[], points: readonly DataPoint[]): number | null {
  const asked = rules.flatMap(rule => {
    const [least] = rule.steps
    const last = points.slice(-rule.minutes)
    if (!least || last.length < rule.minutes) return []
    const values = last.map(rule.value)
    if (!values.every(value => value !== null && value >= least.from)) return []
    return stepAt(rule, values.at(-1) ?? 0) ?? []
  })
  return asked.length > 0 ? Math.max(...asked) : null
}
