// What each further worker brings: one film through 1 to 1,024 workers of one slot, simulated with the measured CPU time of every
// task of a real plan; and through one and two real ones.
import { rational } from '#domain/rational.ts'
import { planFilm } from '../tools/cost/film.ts'
import { sumCpu, type TaskCost, taskCosts } from '../tools/cost/work.ts'
import { type Cell, table } from './figures.ts'
import { measureCosts } from './scale-costs.ts'
import { type ScaleSettings, simulateScale } from './scale-simulation.ts'
import { measureWorkers } from './scale-workers.ts'

const counts = Array.from({ length: 11 }, (_, power) => 2 ** power)

/**
 * Assumed for AWS: long polling, a few small calls of store and table, a container that is already running. Measured: CPU time to
 * plan, and to record and send a task, of 800.
 */
const latencies: Omit<ScaleSettings, 'workers'> = {
  startSeconds: 0,
  queueSeconds: 0.05,
  storeSeconds: 0.3,
  planSeconds: 0.4,
  recordSeconds: 0.0008,
}
const coldStartSeconds = 60

const percent = (share: number) => `${(share * 100).toFixed(1)} %`

/**
 * CPU seconds that the film's own do not hold: measured by `--costs` (docs/figures.md). `finish` is the gate and the few samples of
 * leads it decodes.
 */
const beside = { chunk: 1.1, inspect: 1, finish: 0.9 }
/** Assumed: a chunk costs up to a fourth more or less than its length says, always the same ones. */
const spread = 0.25

/** The film's own seconds, spread, and what comes beside them. */
function withCosts(costs: readonly TaskCost[]): TaskCost[] {
  return costs.map(({ task, cpuSeconds }, index) => {
    const share = (index * 0.618_034) % 1
    if (task.kind === 'inspect' || task.kind === 'finish')
      return { task, cpuSeconds: beside[task.kind] }
    if (task.kind !== 'encode') return { task, cpuSeconds }
    return { task, cpuSeconds: beside.chunk + cpuSeconds * (1 + spread * (2 * share - 1)) }
  })
}

function simulated(filmSeconds: number, startSeconds: number): string {
  const rate = rational(24)
  const film = { seconds: filmSeconds, width: 1920, height: 1080, rate, bitsPerSecond: 8e6 }
  const costs = withCosts(taskCosts(planFilm(film)).filter(({ task }) => task.kind !== 'mp4'))
  const run = (workers: number) => simulateScale(costs, { ...latencies, workers, startSeconds })
  const alone = run(1)
  const rows = counts.map((workers): Cell[] => {
    const { seconds, shares } = run(workers)
    const { work, ...rest } = shares
    const efficiency = alone.seconds / (workers * seconds)
    return [
      ...[workers, seconds, filmSeconds / seconds],
      ...[efficiency, work, ...Object.values(rest)].map(percent),
    ]
  })
  const title = `${filmSeconds} s of 1080p24, ${costs.length} tasks, ${Math.round(sumCpu(costs))} CPU s, workers start in ${startSeconds} s`
  const head = [
    'workers',
    'ready s',
    '× real time',
    'efficiency',
    'work',
    'start',
    'queue',
    'store',
  ]
  return `${title}\n${table([...head, 'alone', 'last', 'finish'], rows)}`
}

/** @param options.seconds of the film that is really made. */
export async function benchScale(options: {
  seconds: number
  simulated: boolean
  /** Instead: what the simulation is told. */
  costs: boolean
  clip: string | undefined
  runs: number
}): Promise<void> {
  if (options.costs) {
    process.stdout.write(`${await measureCosts(options.clip, options.runs)}\n`)
    return
  }
  const hours = 2 * 3600
  const print = (text: string) => process.stdout.write(`${text}\n\n`)
  print(simulated(hours, 0))
  print(simulated(hours, coldStartSeconds))
  if (!options.simulated) print(await measureWorkers(options.seconds))
}
