// How many transcoders the work asks for: the step policy that the service scales by, and its simulation. Pure.

/** Work: messages that wait and messages in flight, of both queues. In flight counts, or the last tasks would be stopped at work. */
export interface FleetStep {
  /** From so much work on. */
  work: number
  transcoders: number
}

export interface FleetLimits {
  maxTranscoders: number
  /** Tasks that one transcoder works on at a time. */
  slots: number
}

/** Without work for so many minutes nothing runs; shorter, and the next upload would wait for a start. */
export const idleMinutes = 10

/** Application Auto Scaling takes 20 steps a policy at most. */
const maxSteps = 20

/** The steps upwards from 1 unit of work: one transcoder for each `slots`, in at most 20 steps that never ask for less than that. */
export function fleetSteps({ maxTranscoders, slots }: FleetLimits): FleetStep[] {
  const steps = Math.min(maxSteps, maxTranscoders)
  const sizes = Array.from({ length: steps }, (_, index) =>
    Math.ceil(((index + 1) * maxTranscoders) / steps),
  )
  return sizes.map((transcoders, index) => ({
    // One unit more than the transcoders of the step below can hold.
    work: (sizes[index - 1] ?? 0) * slots + 1,
    transcoders,
  }))
}

/** What the policy asks for; 0 only once there has been no work for `idleMinutes`. */
export function wantedTranscoders(work: number, limits: FleetLimits): number {
  return fleetSteps(limits).findLast(step => work >= step.work)?.transcoders ?? 0
}
