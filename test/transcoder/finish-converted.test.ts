// What MediaConvert has made is held against its own lists before it is called ready: bytes that are no media begin a second
// job, and then fail the video with what was found.
import { beforeAll, expect, inject, it } from 'vitest'
import { convertTask } from '#domain/conversion.ts'
import { conversionPrefix, mainPlaylistName, mediaKey } from '#domain/keys.ts'
import type { Plan } from '#domain/plan.ts'
import { silentLog } from '#platform/log.ts'
import { finish } from '../../transcoder/finish.ts'
import { createPlans } from '../../transcoder/plans.ts'
import type { WorkerDeps } from '../../transcoder/worker.ts'
import { planOf } from '../domain/generators.ts'
import { convertedObjects, putObjects } from '../support/converted.ts'
import { createPipeline, metaOf, newVideoId, type Pipeline } from '../support/pipeline.ts'

let pipeline: Pipeline

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'))
})

/** A job has made this attempt: as many bytes as its lists say, and none of them media. */
async function converted(videoId: string, attempt: number): Promise<Plan> {
  const made = planOf({ videoId, attempt, frames: 250, sounds: [48_000], width: 640, height: 360 })
  const plan: Plan = { ...made, engine: 'mediaconvert' }
  await createPlans(pipeline).publish(plan)
  const task = convertTask(plan)
  await pipeline.tasks.create(task, pipeline.now())
  await pipeline.tasks.claim(task, 'worker.won', pipeline.now())
  await pipeline.tasks.handOver(task, 'worker.won', { id: 'j', folder: 'won' }, pipeline.now())
  const prefix = conversionPrefix(videoId, attempt, 'won')
  await putObjects(pipeline.media, prefix, convertedObjects(plan))
  return plan
}

function finishIt({ videoId, attempt }: Plan) {
  const unused = () => Promise.reject(new Error('nothing here can be decoded'))
  const deps = {
    ...pipeline,
    plans: createPlans(pipeline),
    scratch: { use: unused },
    fault: async () => undefined,
  } as unknown as WorkerDeps
  return finish(deps, {
    task: { kind: 'finish', videoId, attempt },
    nonce: 'n',
    isFirst: true,
    signal: new AbortController().signal,
    log: silentLog,
    progress: () => undefined,
    mark: () => undefined,
    spent: () => undefined,
  })
}

const mainOf = ({ videoId, attempt }: Plan) =>
  pipeline.media.readText(mediaKey(videoId, attempt, mainPlaylistName))

it('is made by a second job, and not by a third', async () => {
  const videoId = newVideoId()
  await pipeline.videos.create(metaOf(videoId, { state: 'processing', attempt: 1 }), null)
  const first = await converted(videoId, 1)
  expect(await finishIt(first)).toBe('handed-over')
  expect(await pipeline.videos.get(videoId)).toMatchObject({
    ...{ state: 'processing', attempt: 2, liveAttempt: 0, begunAgain: { gate: 1 } },
  })
  expect(await pipeline.drain('fast')).toEqual([{ kind: 'inspect', videoId, attempt: 2 }])
  const second = await converted(videoId, 2)
  await expect(finishIt(second)).rejects.toMatchObject({
    code: 'output-faulty',
    message: expect.stringContaining('mediaconvert/won/main_'),
  })
  expect(await mainOf(first)).toBeNull()
  expect(await mainOf(second)).toBeNull()
})
