// An attempt that was begun with an FFmpeg build nobody has any more is begun anew with the build there is.
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { planKey } from '#domain/keys.ts'
import { readPlan, writePlan } from '#domain/plan-object.ts'
import type { Task } from '#domain/task.ts'
import { silentLog } from '#platform/log.ts'
import { createPorts, createWorker, type Worker } from '../../transcoder/compose.ts'
import { makeSource, mediaFolder } from '../support/media.ts'
import { createPipeline, type Pipeline } from '../support/pipeline.ts'
import { film } from '../support/reading.ts'
import { queueSource, transcoderEnvironment } from '../support/transcoder.ts'

const folder = mediaFolder()
let pipeline: Pipeline
let source: string
const workers: Worker[] = []

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'))
  source = await makeSource(join(folder.path, 'film.mp4'), film('25', 6))
})
afterAll(async () => {
  for (const worker of workers) worker.close()
  await folder.remove()
})

/** A worker that has never read a plan. */
async function newWorker(): Promise<Worker> {
  const ports = createPorts({ ...transcoderEnvironment(pipeline), LEASE_SECONDS: '1' })
  const worker = await createWorker(ports, { log: silentLog })
  workers.push(worker)
  return worker
}

const { signal } = new AbortController()

/** Works until `done`, message by message; what is hidden comes back by itself. */
async function workUntil(worker: Worker, done: () => Promise<boolean>): Promise<void> {
  while (!(await done())) {
    for (const queue of ['fast', 'bulk'] as const) {
      for (const message of await pipeline.queue.receive(queue, { max: 1, waitSeconds: 0 })) {
        await worker.work(message, signal)
      }
    }
  }
}

const metaOf = async (videoId: string) => {
  const meta = await pipeline.videos.get(videoId)
  if (!meta) throw new Error('no such video')
  return meta
}

it('is made anew, with a count of its own', async () => {
  const videoId = await queueSource(pipeline, source)
  const first = await newWorker()
  const key = planKey(videoId, 1)
  await workUntil(first, async () => (await pipeline.source.head(key)) !== null)
  const plan = readPlan((await pipeline.source.readText(key)) ?? '')
  await pipeline.source.put(key, writePlan({ ...plan, encoder: 'gone' }), {
    contentType: 'application/json',
  })
  const second = await newWorker()
  await workUntil(second, async () => (await metaOf(videoId)).state === 'ready')
  expect(await metaOf(videoId)).toMatchObject({
    ...{ attempt: 2, liveAttempt: 2, begunAgain: { gate: 0, copy: 0, build: 1 } },
  })
  const late: Task = { kind: 'encode', videoId, attempt: 1, chunk: 1, lane: 'ladder' }
  expect((await pipeline.tasks.read(late))?.state).not.toBe('done')
})
