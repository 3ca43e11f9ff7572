// The process that benchCopy measures: the worker's own tasks for a copied rung, one after the other, with its range server over
// the file on the disk.
import { symlink } from 'node:fs/promises'
import { copyParts } from '#domain/copy-parts.ts'
import { silentLog } from '#platform/log.ts'
import { createReading, ffmpeg } from '../test/support/reading.ts'
import { copy } from '../transcoder/copy.ts'
import { createScratch } from '../transcoder/scratch.ts'
import type { WorkerDeps } from '../transcoder/worker.ts'
import { readWanted, reportWork, storeAt } from './measured.ts'

export interface WantedCopy {
  endpoint: string
  film: string
}

export interface Copied {
  parts: number
  /** Seconds until the first part was there. */
  first: number
  /** Of them until their chunks were copied and checked, before they were put. */
  copied: number
  /** CPU of FFmpeg. */
  ffmpegSeconds: number
}

async function main(): Promise<void> {
  const { endpoint, film } = await readWanted<WantedCopy>()
  const media = storeAt(endpoint)
  const reading = await createReading()
  await symlink(film, reading.at('good.mp4'))
  const { plan } = await reading.read('good.mp4', {}, true)
  const { videoId, attempt } = plan
  const { copyLane } = plan.video
  if (!copyLane?.copied) throw new Error(copyLane?.reason)
  const deps = {
    ...{ media, ffmpeg, sources: reading.sources, scratch: await createScratch() },
    ...{ plans: { read: async () => plan }, now: () => 0, log: silentLog },
  } as unknown as WorkerDeps
  let partBegan = 0
  const told = { parts: copyParts(plan).length, first: 0, copied: 0, ffmpegSeconds: 0 }
  const run = {
    ...{ nonce: '0'.repeat(18), isFirst: true, log: silentLog },
    ...{ signal: new AbortController().signal, progress() {} },
    mark(step: string) {
      if (step === 'copy') told.copied += (performance.now() - partBegan) / 1000
    },
    spent(seconds: number) {
      told.ffmpegSeconds += seconds
    },
  }
  await reportWork(
    () => media.head('nothing'),
    async () => {
      const began = performance.now()
      for (let part = 0; part < told.parts; part++) {
        partBegan = performance.now()
        await copy(deps, { ...run, task: { kind: 'copy', videoId, attempt, part } })
        if (part === 0) told.first = (performance.now() - began) / 1000
      }
      return told
    },
  )
  await reading.close()
}

await main()
