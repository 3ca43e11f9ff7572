// What the MP4 for download takes of a worker's memory: its own writer in a process of its own, over a store beside it that
// makes the tracks when they are read and keeps nothing.
import type { Chunk } from '#domain/item.ts'
import type { Plan } from '#domain/plan.ts'
import { longTracks, planOf } from '../test/support/long-tracks.ts'
import { table } from './figures.ts'
import { measure, mebibytes } from './measured.ts'
import { startPlainStore } from './plain-store.ts'

/** What the writer is given: it has the records of the film, and none of its bytes. */
export interface WantedMp4 {
  endpoint: string
  plan: Plan
  chunks: [track: string, Chunk[]][]
}

const bitsPerSecond = 2_300_000

async function writeMp4(seconds: number) {
  const plan = planOf(seconds)
  const { object, chunks } = longTracks(plan, bitsPerSecond)
  const store = await startPlainStore(object)
  try {
    const wanted: WantedMp4 = { endpoint: store.endpoint, plan, chunks: [...chunks] }
    const measured = await measure<WantedMp4, object>('mp4-worker.ts', wanted)
    return { ...measured, bytes: store.bytes() }
  } finally {
    store.close()
  }
}

export async function benchMp4({ minutes, runs }: { minutes: number; runs: number }) {
  const rows: string[][] = []
  for (let run = 0; run < runs; run++) {
    const { bytes, seconds, cpuSeconds, idleBytes, peakBytes } = await writeMp4(minutes * 60)
    rows.push([
      ...[mebibytes(bytes), seconds.toFixed(1), cpuSeconds.toFixed(1)],
      ...[mebibytes(idleBytes), mebibytes(peakBytes - idleBytes)],
    ])
  }
  const head = ['MiB', 'seconds', 'CPU s', 'idle MiB', 'above idle MiB']
  process.stdout.write(`${minutes} min of picture and sound\n${table(head, rows)}\n`)
}
