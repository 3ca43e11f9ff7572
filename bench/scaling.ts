// What the service's scaling rules do with uploads: from none to as many transcoders as there may be and back to none, what it
// costs, and what other rules would cost. Simulated: the queue's trace goes in, transcoders come out.
import { rational } from '#domain/rational.ts'
import { scalingRules } from '#domain/scaling.ts'
import { queueOf } from '#domain/task.ts'
import { transcoderUses } from '../tools/cost/compute.ts'
import { type Film, planFilm } from '../tools/cost/film.ts'
import { megabytesAVcpu, stage } from '../tools/cost/stage.ts'
import { money, totalDollars } from '../tools/cost/use.ts'
import { taskCosts } from '../tools/cost/work.ts'
import { type Cell, median, table } from './figures.ts'
import { type FleetRule, restTogether, toFleetRule } from './fleet-alarms.ts'
import {
  type FleetRun,
  type FleetSettings,
  simulateFleet,
  type Upload,
} from './fleet-simulation.ts'

const filmOf = (seconds: number, height: number): Film => ({
  ...{ seconds, height, width: (height * 16) / 9, rate: rational(24), bitsPerSecond: 8e6 },
})

/** What a task waits for beside its CPU time: store and table. Assumed. */
const waitSeconds = 0.5

/** The tasks of a film in their stages: inspect, everything it owes, finish, the MP4. */
function stagesOf(seconds: number, height = 1080): Upload['stages'] {
  const jobs = taskCosts(planFilm(filmOf(seconds, height))).map(({ task, cpuSeconds }) => ({
    kind: task.kind,
    job: { fast: queueOf(task) === 'fast', seconds: cpuSeconds + waitSeconds },
  }))
  const of = (...kinds: string[]) =>
    jobs.filter(({ kind }) => kinds.includes(kind)).map(({ job }) => job)
  return [of('inspect'), of('encode', 'audio', 'pictures'), of('finish'), of('mp4')]
}

/** The first upload does not meet a queue that was just in use. */
const firstAt = 600
/** A file on its way takes so long. */
const uploadSeconds = 60

const upload = (filmSeconds: number, completeAt = firstAt): Upload => ({
  begunAt: completeAt - uploadSeconds,
  completeAt,
  stages: stagesOf(filmSeconds),
})

const limits = { maxTranscoders: stage.maxTranscoders, slots: stage.transcoderCpus }

const usual: FleetSettings = {
  ...limits,
  rules: scalingRules(limits).map(toFleetRule),
  startSeconds: [60, 90],
  metricDelaySeconds: 60,
  silentUntil: 0,
  fastLane: { slots: 5, speed: stage.fastLaneMegabytes / megabytesAVcpu },
  protectionSeconds: 10,
}

const wider = { ...limits, maxTranscoders: 50 }
const growAlone: FleetRule[] = usual.rules.slice(0, 1)

export interface Scenario {
  name: string
  filmSeconds: number
  uploads: readonly Upload[]
  settings?: Partial<FleetSettings>
}

const hour = 3600
const large = {
  begunAt: firstAt - uploadSeconds,
  completeAt: firstAt,
  stages: stagesOf(hour, 2160),
}
const burst = Array.from({ length: 200 }, (_, index) => upload(300, firstAt + index * 0.3))
const trickle = Array.from({ length: 24 }, (_, index) => upload(600, firstAt + index * 1200))
const silent = { silentUntil: firstAt + 15 * 60 }
const unprotected = { protectionSeconds: null }
const together = { rules: [...growAlone, restTogether(10)] }

export const scenarios: readonly Scenario[] = [
  { name: '1 min', filmSeconds: 60, uploads: [upload(60)] },
  { name: '10 min', filmSeconds: 600, uploads: [upload(600)] },
  { name: '1 h', filmSeconds: hour, uploads: [upload(hour)] },
  { name: '1 h of 2160p', filmSeconds: hour, uploads: [large] },
  { name: '10 min, three an hour for 8 h', filmSeconds: 600, uploads: trickle },
  { name: '200 of 5 min in a minute', filmSeconds: 300, uploads: burst },
  {
    name: '… at most 50 transcoders',
    filmSeconds: 300,
    uploads: burst,
    settings: { ...wider, rules: scalingRules(wider).map(toFleetRule) },
  },
  {
    name: '1 h, nothing woken',
    filmSeconds: hour,
    uploads: [{ ...upload(hour), begunAt: null }],
  },
  {
    name: '1 h, queues silent for 15 min',
    filmSeconds: hour,
    uploads: [upload(hour)],
    settings: silent,
  },
  {
    name: '… without protection',
    filmSeconds: hour,
    uploads: [upload(hour)],
    settings: { ...silent, ...unprotected },
  },
  {
    name: '1 h of 2160p, without protection',
    filmSeconds: hour,
    uploads: [large],
    settings: unprotected,
  },
  {
    name: '1 h, all rest together after 10 min',
    filmSeconds: hour,
    uploads: [upload(hour)],
    settings: together,
  },
  {
    name: '10 min, three an hour, the same',
    filmSeconds: 600,
    uploads: trickle,
    settings: together,
  },
]

export const runScenario = ({ uploads, settings }: Scenario): FleetRun =>
  simulateFleet(uploads, { ...usual, ...settings })

/** Share of the slots' paid time in which they worked. */
export const busyShare = ({ slotSeconds, transcoderSeconds }: FleetRun): number =>
  slotSeconds / (transcoderSeconds * limits.slots)

function row(scenario: Scenario): Cell[] {
  const run = runScenario(scenario)
  const hours = (scenario.uploads.length * scenario.filmSeconds) / 3600
  const dollars = (lane: 'spot' | 'onDemand') =>
    totalDollars(transcoderUses(run.transcoderSeconds * limits.slots, lane, 1))
  return [
    scenario.name,
    run.peak,
    (median(run.readySeconds) / 60).toFixed(1),
    (Math.max(...run.readySeconds) / 60).toFixed(1),
    (run.transcoderSeconds / 3600).toFixed(2),
    `${Math.round(busyShare(run) * 100)} %`,
    (run.restSeconds / 60).toFixed(1),
    money(dollars('spot')),
    money(dollars('spot') / hours),
    money(dollars('onDemand') / hours),
    run.cutOff,
  ]
}

/** Work and transcoders, minute by minute, of what may be shown in a few lines. */
function trace(scenario: Scenario): string {
  return table(
    ['minute', 'work', 'wanted', 'running'],
    runScenario(scenario)
      .points.filter(({ at }) => at >= firstAt - uploadSeconds)
      .map(({ at, work, wanted, running }) => [(at - firstAt) / 60, work, wanted, running]),
  )
}

export function benchScaling(): void {
  const { maxTranscoders, slots } = limits
  process.stdout.write(
    `${[
      `At most ${maxTranscoders} transcoders of ${slots} vCPU, 1080p24 films, a fast lane of 5. Transcoders' costs alone; minutes from complete.`,
      table(
        [
          'uploads',
          'most',
          'ready',
          'last',
          'paid h',
          'at work',
          'rest',
          'Spot',
          'Spot/h',
          'demand/h',
          'cut off',
        ],
        scenarios.map(row),
      ),
      '1 h, minute by minute:',
      ...scenarios.filter(({ name }) => name === '1 h').map(trace),
    ].join('\n\n')}\n`,
  )
}
