// What each further worker brings: one film through 1 to 1,024 workers of one slot, simulated with the measured CPU time of every
// task of a real plan; and through one and two real ones.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rational } from '#domain/rational.ts'
import { startMiniStack } from '../local/ministack.ts'
import { makeSource } from '../test/support/media.ts'
import { python } from '../test/support/ministack.ts'
import { createPipeline } from '../test/support/pipeline.ts'
import { film } from '../test/support/reading.ts'
import { isReadyWithMp4, queueSource, startTranscoder, until } from '../test/support/transcoder.ts'
import { planFilm } from '../tools/cost/film.ts'
import { sumCpu, type TaskCost, taskCosts } from '../tools/cost/work.ts'
import { type Cell, table } from './figures.ts'
import { type ScaleSettings, simulateScale } from './scale-simulation.ts'

const counts = Array.from({ length: 11 }, (_, power) => 2 ** power)

/** Assumed for AWS: long polling, a few small calls of store and table, a container that is already running. */
const latencies: Omit<ScaleSettings, 'workers'> = {
  startSeconds: 0,
  queueSeconds: 0.05,
  storeSeconds: 0.3,
}
const coldStartSeconds = 60

const percent = (share: number) => `${(share * 100).toFixed(1)} %`

/**
 * CPU seconds that the film's own do not hold. Measured on a busy machine: `request`, of the last check. Estimated from
 * measurements: `chunk` (1.1 with a process a rung to check it; with one for all not measured yet), `inspect` with its chunk.
 * Assumed: `decodes`, of 18 segments. `finish` makes two requests for each of at most 40 objects of a track.
 */
const beside = { chunk: 0.6, inspect: 1, request: 0.0024, decodes: 3.6 }
const tracks = 6
const mostObjects = 40
/** Assumed: a chunk costs up to a fourth more or less than its length says, always the same ones. */
const spread = 0.25

/** The film's own seconds, spread, and what comes beside them. */
function withCosts(costs: readonly TaskCost[]): TaskCost[] {
  const chunks = costs.filter(({ task }) => task.kind === 'encode' && task.lane === 'ladder').length
  return costs.map(({ task, cpuSeconds }, index) => {
    const share = (index * 0.618_034) % 1
    if (task.kind === 'inspect') return { task, cpuSeconds: beside.inspect }
    if (task.kind === 'finish') {
      const requests = tracks * Math.min(chunks, mostObjects) * 2
      return { task, cpuSeconds: beside.decodes + requests * beside.request }
    }
    if (task.kind !== 'encode') return { task, cpuSeconds }
    return { task, cpuSeconds: beside.chunk + cpuSeconds * (1 + spread * (2 * share - 1)) }
  })
}

function simulated(filmSeconds: number, startSeconds: number): string {
  const rate = rational(24)
  const film = { seconds: filmSeconds, width: 1920, height: 1080, rate, bitsPerSecond: 8e6 }
  const costs = withCosts(taskCosts(planFilm(film)).filter(({ task }) => task.kind !== 'mp4'))
  const rows = counts.map((workers): Cell[] => {
    const { seconds, shares } = simulateScale(costs, { ...latencies, workers, startSeconds })
    const { work, ...rest } = shares
    return [workers, seconds, filmSeconds / seconds, ...[work, ...Object.values(rest)].map(percent)]
  })
  const title = `${filmSeconds} s of 1080p24, ${costs.length} tasks, ${Math.round(sumCpu(costs))} CPU s, workers start in ${startSeconds} s`
  const head = ['workers', 'ready s', '× real time', 'work', 'start', 'queue', 'store']
  return `${title}\n${table([...head, 'alone', 'end'], rows)}`
}

/** Seconds until the film is ready with so many real workers of one slot. */
async function real(endpoint: string, source: string, workers: number): Promise<number> {
  const pipeline = await createPipeline(endpoint)
  const env = { WORKER_SLOTS: '1', LEASE_SECONDS: '20' }
  const transcoders = Array.from({ length: workers }, () => startTranscoder(pipeline, { env }))
  try {
    // Once before, so that no start is measured.
    await until(pipeline, await queueSource(pipeline, source), isReadyWithMp4, 600)
    const began = performance.now()
    const videoId = await queueSource(pipeline, source)
    await until(pipeline, videoId, ({ meta }) => meta.state === 'ready', 600)
    return (performance.now() - began) / 1000
  } finally {
    await Promise.all(transcoders.map(transcoder => transcoder.stop()))
  }
}

async function measured(seconds: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-scale-'))
  const ministack = await startMiniStack({ python, port: 0, auth: true })
  try {
    const source = await makeSource(join(folder, 'film.mp4'), film('24', seconds, '1280x720'))
    const one = await real(ministack.endpoint, source, 1)
    const two = await real(ministack.endpoint, source, 2)
    const rows = [
      [1, one, 1],
      [2, two, one / two],
    ]
    return `${seconds} s of 720p24, measured\n${table(['workers', 'ready s', '×'], rows)}`
  } finally {
    await ministack.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

/** @param options.seconds of the film that is really made. */
export async function benchScale(options: { seconds: number; simulated: boolean }): Promise<void> {
  const hours = 2 * 3600
  const print = (text: string) => process.stdout.write(`${text}\n\n`)
  print(simulated(hours, 0))
  print(simulated(hours, coldStartSeconds))
  if (!options.simulated) print(await measured(options.seconds))
}
