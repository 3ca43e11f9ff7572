// When the transcoders' service grows and shrinks, as data: the stacks make an alarm and a policy of each rule, the simulation
// in bench/ runs the same rules. Plain values.

/** What an alarm looks at, once a minute. */
export type ScalingMetric =
  /**
   * Messages that wait and messages in flight, of both queues: in flight counts, or transcoders would be ended at work. A
   * missing value counts as none: a queue that nobody has used for hours reports nothing.
   */
  | 'work'
  /**
   * Running transcoders while there is no work; no value while none runs (ECS then reports nothing) or while there is work. No
   * value is no alarm: a rule that saw only empty queues would end what `begin` has just woken.
   */
  | 'idle'

export interface ScalingStep {
  /** The metric's value from which on, and up to the next step, so many transcoders are wanted. */
  from: number
  /** Exactly so many (ExactCapacity). */
  transcoders: number
}

export interface ScalingRule {
  name: 'grow' | 'shrink' | 'rest'
  metric: ScalingMetric
  /** In alarm when the metric is at least the first step's `from` for so many minutes on end. */
  minutes: number
  /** Rising. */
  steps: readonly ScalingStep[]
}

export interface FleetLimits {
  maxTranscoders: number
  /** Tasks that one transcoder works on at a time, one a vCPU. */
  slots: number
}

/** The period of metrics and alarms. */
export const scalingPeriodSeconds = 60

/**
 * So many tasks are worth one slot: with fewer, a start takes longer and costs more than the work it takes away. Simulated: films
 * are ready as early as with one, and a film alone costs a third less.
 */
export const tasksASlot = 7

/** A last transcoder waits so long for more: the next upload finds it warm. Any other goes as soon as it is seen to be idle. */
export const restMinutes = 5

/** Application Auto Scaling: «step adjustments per step scaling policy: 20». */
export const maxScalingSteps = 20

/** For fleets of more than 20: fine where one more is felt, then by halves. */
const stairs = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768]

/** A slot for so many tasks, up to the most transcoders there may be. */
function growSteps({ maxTranscoders, slots }: FleetLimits): ScalingStep[] {
  const sizes =
    maxTranscoders <= maxScalingSteps
      ? Array.from({ length: maxTranscoders }, (_, index) => index + 1)
      : [...stairs.filter(size => size < maxTranscoders), maxTranscoders]
  return sizes.map((transcoders, index) => ({
    // One task more than the step below is for.
    from: (sizes[index - 1] ?? 0) * slots * tasksASlot + 1,
    transcoders,
  }))
}

export function scalingRules(limits: FleetLimits): readonly ScalingRule[] {
  return [
    { name: 'grow', metric: 'work', minutes: 1, steps: growSteps(limits) },
    { name: 'shrink', metric: 'idle', minutes: 1, steps: [{ from: 2, transcoders: 1 }] },
    { name: 'rest', metric: 'idle', minutes: restMinutes, steps: [{ from: 1, transcoders: 0 }] },
  ]
}

/** What a rule's steps want at a value of its metric; null below the first: nothing is asked. */
export function stepAt({ steps }: Pick<ScalingRule, 'steps'>, value: number): number | null {
  return steps.findLast(({ from }) => value >= from)?.transcoders ?? null
}

/** The transcoders that so much work is worth. */
export function wantedTranscoders(work: number, limits: FleetLimits): number {
  return stepAt({ steps: growSteps(limits) }, work) ?? 0
}
