// CPU seconds of each task of a plan: the measured whole, divided among the tasks. Measurements stand here with how they were
// made; `npm run bench -- ladder` repeats them. Pure.
import { rungFacts } from '#domain/ladder.ts'
import type { Plan } from '#domain/plan.ts'
import { toNumber } from '#domain/rational.ts'
import { owedTasks, type Task, workOf } from '#domain/task.ts'
import { mp4Bytes } from './bytes.ts'

/** 60 s of 1080p at 24 frames a second, five rungs, FFmpeg 5.1 on 2 cores (x86-64). */
export const measured = {
  filmSeconds: 60,
  framesPerSecond: 24,
  height: 1080,
  /** The best single command: one decode, cascaded scaling, all encoders. */
  singleCpuSeconds: 106,
  /** The whole worker beside it, with its leads of the first minute, sound, checks and pictures. */
  pipelineRatio: 1.02,
  /** Poster and storyboard from the keyframes of an hour. */
  picturesCpuSecondsAnHour: 13,
  /** The MP4 from finished segments, after ready. */
  mp4CpuSecondsAGigabyte: 3.2,
} as const

/** What one vCPU of Graviton does in a second, in CPU seconds of the machine measured on. Assumed: nobody has measured it yet. */
export const gravitonSpeed = 1

const measuredCost = rungFacts
  .filter(({ height }) => height <= measured.height)
  .reduce((sum, { cost }) => sum + cost, 0)
/** For a second of film in the measured ladder. */
const measuredCpuSeconds =
  (measured.singleCpuSeconds * measured.pipelineRatio) / measured.filmSeconds

/** The whole worker's CPU seconds for a second of film, by the cost of its rungs and its rate. Without the MP4. */
export function cpuSecondsAFilmSecond(plan: Plan): number {
  const cost = plan.video.rungs.reduce((sum, rung) => sum + rung.cost, 0)
  const rate = toNumber(plan.video.timeline.rate)
  return measuredCpuSeconds * (cost / measuredCost) * (rate / measured.framesPerSecond)
}

/** In seconds of 1080p encoding, as `workOf`; with pictures as long as the film. */
function weightOf(plan: Plan, task: Task): number {
  const weight = workOf(plan, task)
  if (task.kind === 'pictures') {
    const cpuSeconds = (measured.picturesCpuSecondsAnHour * plan.durationSeconds) / 3600
    return Math.max(weight, (cpuSeconds * measuredCost) / measuredCpuSeconds)
  }
  return weight
}

export interface TaskCost {
  task: Task
  cpuSeconds: number
}

/** Every task of an attempt with its share of the whole, in the order in which they are queued; the MP4 comes on top. */
export function taskCosts(plan: Plan): TaskCost[] {
  const { videoId, attempt } = plan
  const tasks: Task[] = [
    { kind: 'inspect', videoId, attempt },
    ...owedTasks(plan),
    { kind: 'finish', videoId, attempt },
  ]
  const weights = tasks.map(task => weightOf(plan, task))
  const all = weights.reduce((sum, weight) => sum + weight, 0)
  const whole = cpuSecondsAFilmSecond(plan) * plan.durationSeconds
  return [
    ...tasks.map((task, index) => ({ task, cpuSeconds: ((weights[index] ?? 0) / all) * whole })),
    {
      task: { kind: 'mp4', videoId, attempt },
      cpuSeconds: (mp4Bytes(plan) / 1e9) * measured.mp4CpuSecondsAGigabyte,
    },
  ]
}

export const sumCpu = (costs: readonly TaskCost[]): number =>
  costs.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0)
