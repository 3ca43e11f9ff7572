// Runs of one film through workers that are killed at random moments, over a store and a table of which a share of the calls
// fails; what each made, and what it did twice.
import { setTimeout as wait } from 'node:timers/promises'
import type { TaskRecord } from '#domain/item.ts'
import { mostAtOnce } from '../../transcoder/poller.ts'
import { startFaultProxy } from './fault-proxy.ts'
import type { Pipeline } from './pipeline.ts'
import { createRandom } from './random.ts'
import {
  isReadyWithMp4,
  mediaHashes,
  orphans,
  queueSource,
  startTranscoder,
  taskRecords,
  until,
  untilIdle,
  workerSlots,
} from './transcoder.ts'

export interface ChaosRun {
  hashes: Record<string, string>
  kills: number
  /** Tasks begun once more than they had to be. */
  redone: number
  /** As many as the kills may cost, and what failed by itself. */
  mayRedo: number
  faults: Record<string, number>
  calls: number
  orphans: string[]
  seconds: number
}

const workers = 2
const stillSeconds = 90

const claimsOf = (tasks: TaskRecord[]) => tasks.reduce((sum, { claims }) => sum + claims, 0)

/** Waits until more tasks have been begun than before, or all are done; how many have been. To kill before would prove nothing. */
export async function untilClaimed(
  pipeline: Pipeline,
  videoId: string,
  before: number,
): Promise<number> {
  for (;;) {
    const tasks = await taskRecords(pipeline, videoId)
    const now = claimsOf(tasks)
    if (now > before || (tasks.length > 1 && tasks.every(({ state }) => state === 'done')))
      return now
    await wait(50)
  }
}

/** Makes the film without a disturbance: what every other run must equal. */
export async function calmRun(pipeline: Pipeline, film: string): Promise<Record<string, string>> {
  const transcoder = startTranscoder(pipeline)
  try {
    const videoId = await queueSource(pipeline, film)
    await until(pipeline, videoId, isReadyWithMp4, stillSeconds)
    return await mediaHashes(pipeline, videoId)
  } finally {
    await transcoder.stop()
  }
}

/** @param share of the calls of store and table that fail or are slow. */
export async function chaosRun(
  pipeline: Pipeline,
  film: string,
  { seed, kills, share }: { seed: number; kills: number; share: number },
): Promise<ChaosRun> {
  const random = createRandom(seed)
  const proxy = await startFaultProxy({ target: pipeline.services.endpoint, share, random })
  const env = { AWS_ENDPOINT_URL: proxy.endpoint }
  const began = performance.now()
  const transcoders = Array.from({ length: workers }, () => startTranscoder(pipeline, { env }))
  try {
    const videoId = await queueSource(pipeline, film)
    let killed = 0
    let claimed = 0
    while (killed < kills) {
      const before = claimed
      claimed = await untilClaimed(pipeline, videoId, claimed)
      if (claimed === before) break
      await wait(random() * 700)
      transcoders[Math.floor(random() * workers)]?.kill()
      killed += 1
    }
    await until(pipeline, videoId, isReadyWithMp4, stillSeconds)
    await untilIdle(pipeline)
    const tasks = await taskRecords(pipeline, videoId)
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)
    return {
      hashes: await mediaHashes(pipeline, videoId),
      kills: killed,
      redone: sum(tasks.filter(({ task }) => task.kind !== 'inspect').map(one => one.claims - 1)),
      mayRedo: killed * mostAtOnce(workerSlots) + sum(tasks.map(({ tries }) => tries)),
      faults: { ...proxy.faults },
      calls: proxy.calls(),
      orphans: await orphans(pipeline, videoId),
      seconds: (performance.now() - began) / 1000,
    }
  } finally {
    await Promise.all(transcoders.map(transcoder => transcoder.stop()))
    proxy.close()
  }
}
