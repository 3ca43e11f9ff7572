// A `convert` task against a stand-in for MediaConvert that takes what the published schema takes: one job an attempt, its lease
// handed over, and the service asked when its events have stopped.
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { convertTask, jobOwner } from '#domain/conversion.ts'
import { conversionPrefix } from '#domain/keys.ts'
import type { Plan } from '#domain/plan.ts'
import type { ConvertTask } from '#domain/task.ts'
import { conversionLeaseSeconds, reapGraceSeconds } from '#domain/timing.ts'
import { createConversions } from '../../transcoder/conversions.ts'
import { convert } from '../../transcoder/convert.ts'
import { createPlans } from '../../transcoder/plans.ts'
import { sweep } from '../../transcoder/sweep.ts'
import type { TaskRun } from '../../transcoder/worker.ts'
import { planOf } from '../domain/generators.ts'
import { type MediaConvertStandIn, startMediaConvert } from '../support/mediaconvert.ts'
import { createPipeline, metaOf, newVideoId, type Pipeline } from '../support/pipeline.ts'

let pipeline: Pipeline
let service: MediaConvertStandIn
let deps: Parameters<typeof convert>[0] & Parameters<typeof sweep>[0]

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'))
  service = await startMediaConvert()
  deps = {
    ...pipeline,
    workerId: 'worker',
    plans: createPlans({ source: pipeline.source }),
    conversions: createConversions({
      client: service.client,
      roleArn: 'arn:aws:iam::111122223333:role/Convert',
      sourceBucket: pipeline.names.sourceBucket,
      mediaBucket: pipeline.names.mediaBucket,
    }),
  }
})
beforeEach(() => service.jobs.clear())
afterAll(() => service.close())

let nonces = 0

/** The task claimed as work.ts claims it. */
async function claimed(task: ConvertTask): Promise<TaskRun<ConvertTask>> {
  nonces += 1
  const nonce = `n${nonces}`
  const claim = await pipeline.tasks.claim(task, `worker.${nonce}`, pipeline.now())
  expect(claim.outcome).toBe('claimed')
  const nothing = () => undefined
  const { signal } = new AbortController()
  return {
    task,
    nonce,
    isFirst: true,
    signal,
    log: pipeline.log,
    progress: nothing,
    mark: nothing,
    spent: nothing,
  }
}

async function planned(): Promise<{ plan: Plan; task: ConvertTask }> {
  const plan: Plan = {
    ...planOf({ videoId: newVideoId(), frames: 250, sounds: [48_000] }),
    engine: 'mediaconvert',
  }
  await deps.plans.publish(plan)
  const task = convertTask(plan)
  await pipeline.tasks.create(task, pipeline.now())
  return { plan, task }
}

const ids = () => [...service.jobs.keys()]
const endJob = (status: 'COMPLETE' | 'CANCELED') => {
  for (const job of service.jobs.values()) job.status = status
}
/** The job's events have stopped: its lease runs out, and the reaper sends the task again. */
const silence = () => {
  pipeline.clock.seconds += conversionLeaseSeconds + 1
  service.clock.seconds += conversionLeaseSeconds + 1
}

it('creates a job and hands its lease to it', async () => {
  const { plan, task } = await planned()
  const run = await claimed(task)
  expect(await convert(deps, run)).toBe('handed-over')
  expect(ids()).toEqual(['job-1'])
  expect(await pipeline.tasks.read(task)).toMatchObject({
    state: 'leased',
    owner: jobOwner('job-1'),
    job: { id: 'job-1', folder: run.nonce },
    leaseUntil: pipeline.now() + conversionLeaseSeconds,
    dueAt: pipeline.now() + conversionLeaseSeconds + reapGraceSeconds,
  })
  const prefix = conversionPrefix(plan.videoId, plan.attempt, run.nonce)
  expect(JSON.stringify(service.jobs.get('job-1')?.settings)).toContain(
    `"s3://${pipeline.names.mediaBucket}/${prefix}main"`,
  )
})

describe('a worker killed before it wrote the job down', () => {
  it('is followed by one that finds the job again, with its folder', async () => {
    const { plan, task } = await planned()
    const first = await claimed(task)
    await deps.conversions?.create(plan, first.nonce)
    pipeline.clock.seconds += 31
    service.clock.seconds += 31
    expect(await convert(deps, await claimed(task))).toBe('handed-over')
    expect(ids()).toEqual(['job-1'])
    expect((await pipeline.tasks.read(task))?.job).toEqual({ id: 'job-1', folder: first.nonce })
  })

  it('after a minute is followed by one with a job, and a folder, of its own', async () => {
    const { plan, task } = await planned()
    const first = await claimed(task)
    await deps.conversions?.create(plan, first.nonce)
    silence()
    const second = await claimed(task)
    await convert(deps, second)
    expect(ids()).toEqual(['job-1', 'job-2'])
    expect((await pipeline.tasks.read(task))?.job).toEqual({ id: 'job-2', folder: second.nonce })
  })
})

describe('asked again when nothing is heard of the job', () => {
  it('hands the lease back to one that still works, and creates no other', async () => {
    const { task } = await planned()
    await convert(deps, await claimed(task))
    silence()
    expect(await convert(deps, await claimed(task))).toBe('handed-over')
    expect(ids()).toEqual(['job-1'])
    expect(await pipeline.tasks.read(task)).toMatchObject({
      owner: jobOwner('job-1'),
      leaseUntil: pipeline.now() + conversionLeaseSeconds,
    })
  })

  it('completes when the job has', async () => {
    const { task } = await planned()
    await convert(deps, await claimed(task))
    endJob('COMPLETE')
    silence()
    expect(await convert(deps, await claimed(task))).toEqual({ chunks: [], counted: true })
  })

  it('fails in words when the job has', async () => {
    const { task } = await planned()
    await convert(deps, await claimed(task))
    for (const job of service.jobs.values()) {
      Object.assign(job, { status: 'ERROR', errorCode: 1030, errorMessage: 'No such codec' })
    }
    silence()
    await expect(convert(deps, await claimed(task))).rejects.toMatchObject({
      code: 'unsupported-codec',
      detail: '1030: No such codec',
    })
    endJob('CANCELED')
    silence()
    const again = convert(deps, await claimed(task))
    await expect(again).rejects.toMatchObject({ code: 'processing-failed' })
  })

  it('begins anew when the service has forgotten it', async () => {
    const { task } = await planned()
    await convert(deps, await claimed(task))
    service.jobs.clear()
    silence()
    expect(await convert(deps, await claimed(task))).toBe('handed-over')
    expect(ids()).toEqual(['job-1'])
  })
})

describe('a service that will not', () => {
  it.each([
    ['TooManyRequestsException', 429, 'engine-unavailable', true],
    ['InternalServerErrorException', 500, 'engine-unavailable', true],
    ['ForbiddenException', 403, 'conversion-refused', false],
    ['BadRequestException', 400, 'conversion-failed', false],
  ] as const)('answers %s: %s', async (error, status, code, retryable) => {
    const { task } = await planned()
    service.faults.push({ status, error, body: { message: 'no' } })
    const outcome = convert(deps, await claimed(task))
    await expect(outcome).rejects.toMatchObject({ code, retryable, detail: `${error}: no` })
    expect(ids()).toEqual([])
  })

  it('is not there: the task waits for a worker that has it', async () => {
    const { task } = await planned()
    const outcome = convert({ ...deps, conversions: null }, await claimed(task))
    await expect(outcome).rejects.toMatchObject({ code: 'engine-unavailable', retryable: true })
  })
})

describe('a deletion', () => {
  const sweeps = async (videoId: string) => {
    await sweep(deps, { kind: 'sweep', videoId, attempt: 1 })
    return [...service.jobs.values()].map(({ status }) => status)
  }
  async function deleted() {
    const { plan, task } = await planned()
    const meta = metaOf(plan.videoId, { state: 'deleting', attempt: 1 })
    await pipeline.videos.create(meta, null)
    await convert(deps, await claimed(task))
    return { videoId: plan.videoId, task }
  }

  it('cancels the job', async () => {
    const { videoId } = await deleted()
    expect(await sweeps(videoId)).toEqual(['CANCELED'])
  })

  it('goes on when the job has ended, or the service refuses', async () => {
    const { videoId, task } = await deleted()
    endJob('COMPLETE')
    expect(await sweeps(videoId)).toEqual(['COMPLETE'])
    expect(await pipeline.tasks.read(task)).toBeNull()
    const other = await deleted()
    service.faults.push({ status: 403, error: 'ForbiddenException', body: { message: 'no' } })
    await sweeps(other.videoId)
    expect(await pipeline.tasks.read(other.task)).toBeNull()
  })
})
