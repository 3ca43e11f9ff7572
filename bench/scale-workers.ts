// One film through one and through two real workers of one slot, each held to a core of its own, so that the second brings a
// second core and nothing else; with the CPU time of the workers and of the store, table and queues beside them.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type MiniStack, startMiniStack } from '../local/ministack.ts'
import { makeSource } from '../test/support/media.ts'
import { python } from '../test/support/ministack.ts'
import { createPipeline, type Pipeline } from '../test/support/pipeline.ts'
import { film } from '../test/support/reading.ts'
import {
  isReadyWithMp4,
  queueSource,
  transcoderEnvironment,
  until,
} from '../test/support/transcoder.ts'
import { table } from './figures.ts'
import { cpuSeconds } from './processes.ts'

/** As long as such a worker may take for the film of this bench. */
const patienceSeconds = 1800

interface Run {
  readySeconds: number
  workersCpuSeconds: number
  stackCpuSeconds: number
}

/** FFmpeg's processes inherit the core. */
function startOnCore(pipeline: Pipeline, core: number): ChildProcess {
  const env = {
    ...transcoderEnvironment(pipeline),
    ...{ WORKER_SLOTS: '1', LEASE_SECONDS: '60', COPY_LANE: 'off' },
  }
  return spawn('taskset', ['-c', String(core), process.execPath, 'transcoder/main.ts'], {
    env,
    stdio: ['pipe', 'ignore', 'inherit'],
  })
}

async function runOnce(
  ministack: MiniStack,
  { warmUp, source }: { warmUp: string; source: string },
  workers: number,
): Promise<Run> {
  const pipeline = await createPipeline(ministack.endpoint)
  const children = Array.from({ length: workers }, (_, core) => startOnCore(pipeline, core))
  const cpuOf = async () => {
    const own = await Promise.all(children.map(({ pid = 0 }) => cpuSeconds(pid)))
    return {
      workers: own.reduce((sum, cpu) => sum + cpu),
      stack: await cpuSeconds(ministack.pid ?? 0),
    }
  }
  try {
    // So that no start is measured.
    await until(pipeline, await queueSource(pipeline, warmUp), isReadyWithMp4, patienceSeconds)
    const before = await cpuOf()
    const began = performance.now()
    const videoId = await queueSource(pipeline, source)
    await until(pipeline, videoId, ({ meta }) => meta.state === 'ready', patienceSeconds)
    const readySeconds = (performance.now() - began) / 1000
    const after = await cpuOf()
    return {
      readySeconds,
      workersCpuSeconds: after.workers - before.workers,
      stackCpuSeconds: after.stack - before.stack,
    }
  } finally {
    for (const child of children) child.kill('SIGTERM')
    await Promise.all(children.map(child => child.exitCode ?? once(child, 'exit')))
  }
}

/** @param seconds of the film. */
export async function measureWorkers(seconds: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-scale-'))
  const ministack = await startMiniStack({ python, port: 0, auth: true })
  try {
    const make = (name: string, length: number) =>
      makeSource(join(folder, name), film('24', length, '1280x720'))
    const films = { warmUp: await make('warm-up.mp4', 2), source: await make('film.mp4', seconds) }
    const one = await runOnce(ministack, films, 1)
    const two = await runOnce(ministack, films, 2)
    const rows = [one, two].map((run, index) => [
      ...[index + 1, run.readySeconds, one.readySeconds / run.readySeconds],
      ...[run.workersCpuSeconds, run.stackCpuSeconds],
    ])
    const head = ['workers', 'ready s', '×', 'workers’ CPU s', 'CPU s of store, table, queues']
    const cores = availableParallelism()
    return `${seconds} s of 720p24, measured on ${cores} cores\n${table(head, rows)}`
  } finally {
    await ministack.stop()
    await rm(folder, { recursive: true, force: true })
  }
}
