// When the transcoders' service grows and shrinks, as data: the stacks make an alarm and a policy of each rule, the simulation
// in bench/ runs the same rules. Plain values; a task here is a container with its slots.

/** What an alarm looks at, once a minute. */
export type ScalingMetric =
  /** Visible and in flight, of both queues: what is being worked on keeps its worker. A missing value counts as none. */
  | 'messages'
  /**
   * Running tasks while there is no message. It has no value while no task runs or while there are messages, and no value is
   * no alarm: a rule that saw an empty queue without tasks would end a task that `begin` has just woken.
   */
  | 'idleTasks'

export interface ScalingStep {
  /** The metric's value from which on, and up to the next step, so many tasks are wanted. */
  from: number
  /** Exactly so many (ExactCapacity). */
  tasks: number
}

export interface ScalingRule {
  name: 'backlog' | 'surplus' | 'last'
  metric: ScalingMetric
  /** In alarm when the metric is at least the first step's `from` for so many minutes on end. */
  minutes: number
  /** Rising. */
  steps: readonly ScalingStep[]
}

export interface Fleet {
  maxTasks: number
  /** Slots of one task for any work, one a vCPU. */
  slotsATask: number
}

/** CloudWatch evaluates the alarms on periods of this length. */
export const scalingPeriodSeconds = 60

/** A last task waits so long for more: the next upload finds it warm. Any other goes as soon as it is seen to be idle. */
export const lastTaskIdleMinutes = 5

/** Application Auto Scaling: «step adjustments per step scaling policy: 20». */
export const maxScalingSteps = 20

/** Fine where a task more is felt, then by halves: 20 steps reach 1,000 tasks. */
const stairs = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768]

/** A slot for every message, up to the most tasks there may be. */
function backlogSteps({ maxTasks, slotsATask }: Fleet): ScalingStep[] {
  const wanted = [...stairs.filter(tasks => tasks < maxTasks), maxTasks]
  return wanted.map((tasks, index) => ({
    from: (wanted[index - 1] ?? 0) * slotsATask + 1,
    tasks,
  }))
}

export function scalingRules(fleet: Fleet): readonly ScalingRule[] {
  return [
    { name: 'backlog', metric: 'messages', minutes: 1, steps: backlogSteps(fleet) },
    { name: 'surplus', metric: 'idleTasks', minutes: 1, steps: [{ from: 2, tasks: 1 }] },
    {
      name: 'last',
      metric: 'idleTasks',
      minutes: lastTaskIdleMinutes,
      steps: [{ from: 1, tasks: 0 }],
    },
  ]
}

/** What a rule's steps want at a value of its metric; null below the first: nothing is asked. */
export function wantedTasks({ steps }: ScalingRule, value: number): number | null {
  return steps.findLast(step => value >= step.from)?.tasks ?? null
}

/** The tasks that so many messages, visible and in flight, are worth. */
export function desiredTasks(messages: number, fleet: Fleet): number {
  return backlogSteps(fleet).findLast(step => messages >= step.from)?.tasks ?? 0
}
