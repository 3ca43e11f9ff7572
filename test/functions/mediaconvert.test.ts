// Jobs of MediaConvert by their recorded events: read as AWS documents them, followed in any order, twice and late.
import { beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { convertTask, type JobMetadata, jobOwner, writeJobMetadata } from '#domain/conversion.ts'
import { errorFacts } from '#domain/errors.ts'
import type { Count, Meta } from '#domain/item.ts'
import { conversionPrefix } from '#domain/keys.ts'
import { conversionLeaseSeconds } from '#domain/timing.ts'
import { createTasks, type Tasks } from '#platform/tasks.ts'
import { type FollowDeps, followJob } from '../../functions/mediaconvert/follow-job.ts'
import { readJobEvent } from '../../functions/mediaconvert/job-event.ts'
import {
  cancelled,
  complete,
  failed,
  inputInformation,
  type JobOfEvent,
  newWarning,
  progressing,
  queueHop,
  statusUpdate,
} from '../support/job-events.ts'
import { createPipeline, metaOf, newVideoId, type Pipeline } from '../support/pipeline.ts'

let pipeline: Pipeline
let deps: FollowDeps

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'))
  const tasks = createTasks({ table: pipeline.table, leaseSeconds: conversionLeaseSeconds })
  deps = { ...pipeline, tasks }
})
beforeEach(() => pipeline.purge())

const work = 200
const count: Count = {
  tasksLeft: 1,
  live: true,
  version: 0,
  seconds: {},
  firstPicture: false,
  firstSound: false,
  poster: false,
  storyboard: false,
  mp4: false,
}

/** The worker that created the job: its claim's nonce names the folder. */
const folder = 'c0ffee'
const creator = `worker.${folder}`

interface Given extends JobOfEvent, JobMetadata {}

let jobs = 0
function newJob(changes: Partial<JobMetadata> = {}): Given {
  jobs += 1
  const metadata: JobMetadata = {
    videoId: newVideoId(),
    attempt: 1,
    folder,
    mediaBucket: pipeline.names.mediaBucket,
    work,
    ...changes,
  }
  return {
    ...metadata,
    jobId: `1671477617078-${jobs}`,
    userMetadata: writeJobMetadata(metadata),
  }
}

/** An attempt at work whose job is created and holds its task, unless it is to be found before that. */
async function given({
  handedOver = true,
  meta = {},
}: {
  handedOver?: boolean
  meta?: Partial<Meta>
} = {}): Promise<Given> {
  const job = newJob()
  const { videoId } = job
  const task = convertTask(job)
  const workers: Tasks = pipeline.tasks
  await pipeline.videos.create(metaOf(videoId, { state: 'processing', attempt: 1, ...meta }), null)
  await workers.createCount(videoId, 1, count)
  await workers.create(task, pipeline.now())
  expect((await workers.claim(task, creator, pipeline.now())).outcome).toBe('claimed')
  if (handedOver) {
    const facts = { id: job.jobId, folder }
    expect(await workers.handOver(task, creator, facts, pipeline.now())).toBe(true)
  }
  await putOutput(job)
  return job
}

const outputKey = ({ videoId, attempt, folder }: JobMetadata) =>
  `${conversionPrefix(videoId, attempt, folder)}main.m3u8`
const putOutput = (job: JobMetadata) =>
  pipeline.media.put(outputKey(job), '#EXTM3U', { contentType: 'application/vnd.apple.mpegurl' })
const hasOutput = async (job: JobMetadata) => (await pipeline.media.head(outputKey(job))) !== null

const follow = (event: unknown) => followJob(deps, readJobEvent(event))
const recordOf = (job: JobMetadata) => pipeline.tasks.read(convertTask(job))
async function standing(job: JobMetadata) {
  const records = await pipeline.videos.records(job.videoId)
  return {
    state: records?.meta.state,
    done: records?.shards.reduce((sum, shard) => sum + shard.done, 0),
    tasksLeft: records?.count?.tasksLeft,
    sent: (await pipeline.drain('fast')).map(task => ('kind' in task ? task.kind : task)),
  }
}

describe('events are read', () => {
  const job: JobOfEvent = {
    jobId: '1671477617078-2886ye',
    userMetadata: {
      ...{ videoId: 'v_0123456789abcdefghijAB', attempt: '2', folder: 'n1' },
      ...{ mediaBucket: 'media', work: '12.5' },
    },
  }
  const whose = {
    ...{ videoId: 'v_0123456789abcdefghijAB', attempt: 2, folder: 'n1' },
    ...{ mediaBucket: 'media', work: 12.5, jobId: '1671477617078-2886ye' },
  }

  it.each([
    ['PROGRESSING', progressing(job), {}],
    ['INPUT_INFORMATION', inputInformation(job), {}],
    ['QUEUE_HOP', queueHop(job), {}],
    ['STATUS_UPDATE', statusUpdate(job, 66), { ratio: 0.66 }],
    ['STATUS_UPDATE that does not say how far', statusUpdate(job), {}],
    ['NEW_WARNING', newWarning(job), { warning: '230001: Example warning message' }],
    ['COMPLETE', complete(job), { complete: true }],
  ])('%s', (_, event, expected) => {
    const silent = { complete: false, failure: null, ratio: null, warning: null }
    expect(readJobEvent(event)).toEqual({ ...whose, ...silent, ...expected })
  })

  it.each([
    [1010, 'conversion-failed'],
    [1020, 'no-video'],
    [1030, 'unsupported-codec'],
    [1040, 'conversion-failed'],
    [1076, 'source-truncated'],
    [1401, 'conversion-refused'],
    [1404, 'source-gone'],
    [1434, 'conversion-refused'],
    [1999, 'conversion-failed'],
    [987_654, 'conversion-failed'],
  ] as const)('ERROR %i is %s', (errorCode, code) => {
    const { failure } = readJobEvent(failed(job, errorCode)) ?? {}
    expect(failure).toMatchObject({ code, message: errorFacts[code].message, retryable: false })
    expect(failure?.detail).toBe(`${errorCode}: Example error message`)
  })

  it('CANCELED is an end', () => {
    expect(readJobEvent(cancelled(job))?.failure?.code).toBe('processing-failed')
  })

  it('those of foreign jobs are nobody’s, and what is no such event is refused', () => {
    for (const userMetadata of [{}, { guid: '12345', workflow: 'vod' }]) {
      expect(readJobEvent(complete({ ...job, userMetadata }))).toBeNull()
    }
    const refused = expect.objectContaining({ code: 'message-unreadable' })
    for (const event of [null, {}, { ...progressing(job), source: 'aws.s3' }]) {
      expect(() => readJobEvent(event)).toThrow(refused)
    }
  })
})

describe('a job', () => {
  it('goes all the way: progress, its end, and finish is sent', async () => {
    const job = await given()
    const events = [progressing(job), inputInformation(job), statusUpdate(job, 10)]
    for (const event of events) expect(await follow(event)).toBe('working')
    expect(await standing(job)).toMatchObject({ state: 'processing', done: 20, tasksLeft: 1 })
    expect(await follow(statusUpdate(job, 75))).toBe('working')
    expect(await standing(job)).toMatchObject({ done: 150, sent: [] })
    expect(await follow(complete(job))).toBe('complete')
    expect(await standing(job)).toEqual({
      ...{ state: 'processing', done: work, tasksLeft: 0, sent: ['finish'] },
    })
    expect(await recordOf(job)).toMatchObject({
      state: 'done',
      job: { id: job.jobId, folder },
    })
  })

  it('leaves finish to whoever is last', async () => {
    const job = await given()
    await pipeline.table.update(
      { pk: `VIDEO#${job.videoId}`, sk: 'COUNT#1' },
      { UpdateExpression: 'SET tasksLeft = :two', ExpressionAttributeValues: { ':two': 2 } },
    )
    expect(await follow(complete(job))).toBe('complete')
    expect(await standing(job)).toMatchObject({ tasksLeft: 1, sent: [] })
  })

  it('counts once however often and at once it is told', async () => {
    const job = await given()
    const updates = [20, 40, 40, 60, 20].map(percent => statusUpdate(job, percent))
    await Promise.all(updates.map(follow))
    const { done = 0 } = await standing(job)
    expect(done).toBeGreaterThan(0)
    expect(done).toBeLessThanOrEqual(0.6 * work)
    expect((await recordOf(job))?.reported).toBeCloseTo(done)
    const ends = await Promise.all([1, 2, 3].map(() => follow(complete(job))))
    expect(ends).toEqual(['complete', 'complete', 'complete'])
    const after = await standing(job)
    expect(after).toMatchObject({ done: work, tasksLeft: 0 })
    // More than once does no harm; never would.
    expect(new Set(after.sent)).toEqual(new Set(['finish']))
  })

  it('does not go back when its news come out of order', async () => {
    const job = await given()
    for (const percent of [50, 30, 0, 50]) await follow(statusUpdate(job, percent))
    expect(await standing(job)).toMatchObject({ done: 100 })
    await follow(complete(job))
    for (const late of [statusUpdate(job, 99), progressing(job)]) {
      expect(await follow(late)).toBe('ignored')
    }
    expect(await standing(job)).toMatchObject({ done: work, tasksLeft: 0 })
  })

  it('keeps its lease as long as it is heard of', async () => {
    const job = await given()
    pipeline.clock.seconds += conversionLeaseSeconds - 1
    await follow(newWarning(job))
    const { leaseUntil, dueAt, owner } = (await recordOf(job)) ?? {}
    expect(leaseUntil).toBe(pipeline.now() + conversionLeaseSeconds)
    expect(dueAt).toBeGreaterThan(leaseUntil ?? 0)
    expect(owner).toBe(jobOwner(job.jobId))
  })

  it('sends what a function that died after the end still owed', async () => {
    const job = await given()
    const task = convertTask(job)
    await pipeline.tasks.complete(task, jobOwner(job.jobId), { chunks: [], counted: true })
    expect(await follow(complete(job))).toBe('complete')
    expect(await standing(job)).toMatchObject({ tasksLeft: 0, sent: ['finish'] })
  })
})

describe('a job that fails', () => {
  it.each([
    ['an error', (job: Given) => failed(job, 1030), 'unsupported-codec'],
    ['a cancellation', (job: Given) => cancelled(job), 'processing-failed'],
  ] as const)(
    'by %s fails the video in words, fences it and leaves nothing',
    async (_, event, code) => {
      const job = await given()
      expect(await follow(event(job))).toBe('failed')
      const meta = await pipeline.videos.get(job.videoId)
      expect(meta).toMatchObject({
        state: 'failed',
        failure: { code, message: errorFacts[code].message },
      })
      expect((await pipeline.tasks.readCount(job.videoId, 1))?.live).toBe(false)
      expect((await recordOf(job))?.state).toBe('failed')
      expect(await hasOutput(job)).toBe(false)
      // Told again, or after all: nothing changes.
      expect(await follow(event(job))).toBe('removed')
      expect(await follow(complete(job))).toBe('removed')
      expect((await pipeline.videos.get(job.videoId))?.version).toBe(meta?.version)
      expect(await pipeline.drain('fast')).toEqual([])
    },
  )

  it('in a re-run leaves a ready video ready', async () => {
    const job = await given({ meta: { state: 'ready', liveAttempt: 0 } })
    expect(await follow(failed(job))).toBe('failed')
    expect((await pipeline.videos.get(job.videoId))?.state).toBe('ready')
    expect((await pipeline.tasks.readCount(job.videoId, 1))?.live).toBe(false)
  })
})

describe('a job whose worker was killed before it wrote it down', () => {
  it('takes its task over by its first event', async () => {
    const job = await given({ handedOver: false })
    expect(await follow(progressing(job))).toBe('working')
    expect(await recordOf(job)).toMatchObject({
      state: 'leased',
      owner: jobOwner(job.jobId),
      job: { id: job.jobId, folder },
    })
    expect(await follow(complete(job))).toBe('complete')
  })

  it('waits while another worker is at it, and goes when that has made a job of its own', async () => {
    const job = await given({ handedOver: false })
    const task = convertTask(job)
    pipeline.clock.seconds += 60
    const claim = await pipeline.tasks.claim(task, 'second.beef', pipeline.now())
    expect(claim.outcome).toBe('claimed')
    expect(await follow(statusUpdate(job, 10))).toBe('ignored')
    await expect(follow(complete(job))).rejects.toMatchObject({ code: 'lease-held' })
    expect(await hasOutput(job)).toBe(true)
    const second = { id: 'second-job', folder: 'beef' }
    await pipeline.tasks.handOver(task, 'second.beef', second, pipeline.now())
    expect(await follow(statusUpdate(job, 20))).toBe('ignored')
    expect(await follow(complete(job))).toBe('removed')
    expect(await hasOutput(job)).toBe(false)
    expect(await recordOf(job)).toMatchObject({ state: 'leased', job: second, reported: 0 })
  })

  it('takes a task that a worker has given back', async () => {
    const job = await given({ handedOver: false })
    await pipeline.tasks.release(convertTask(job), creator, pipeline.now(), false)
    expect(await follow(complete(job))).toBe('complete')
    expect(await standing(job)).toMatchObject({ tasksLeft: 0, sent: ['finish'] })
  })
})

describe('a job nobody waits for', () => {
  it('of an earlier attempt changes nothing, and what it makes goes', async () => {
    const job = await given()
    await pipeline.videos.change(job.videoId, { attempt: 2 })
    for (const event of [progressing(job), statusUpdate(job, 50)]) {
      expect(await follow(event)).toBe('ignored')
    }
    expect(await follow(failed(job))).toBe('removed')
    expect(await hasOutput(job)).toBe(false)
    const meta = await pipeline.videos.get(job.videoId)
    expect(meta).toMatchObject({ state: 'processing', attempt: 2 })
    expect(await standing(job)).toMatchObject({ done: 0, sent: [] })
  })

  it('that is done keeps its objects when a later attempt begins', async () => {
    const job = await given()
    await follow(complete(job))
    await pipeline.videos.step(job.videoId, 'ready', { liveAttempt: 1 }, 1)
    await pipeline.videos.change(job.videoId, { attempt: 2 })
    expect(await follow(complete(job))).toBe('complete')
    expect(await hasOutput(job)).toBe(true)
  })

  it.each([
    [
      'being deleted',
      async (job: Given) => void (await pipeline.videos.step(job.videoId, 'deleting')),
    ],
    [
      'gone',
      async ({ videoId }: Given) => {
        await pipeline.videos.removeRecords(videoId)
        await pipeline.videos.removeMeta(videoId)
      },
    ],
    ['fenced', ({ videoId }: Given) => pipeline.tasks.fence(videoId, 1)],
  ])('of a video that is %s leaves nothing', async (_, end) => {
    const job = await given()
    await end(job)
    expect(await follow(statusUpdate(job, 50))).toBe('ignored')
    expect(await follow(complete(job))).toBe('removed')
    expect(await hasOutput(job)).toBe(false)
    expect(await pipeline.drain('fast')).toEqual([])
  })

  it('of another stage is left alone', async () => {
    const foreign = newJob({ mediaBucket: 'another-stage' })
    await putOutput(foreign)
    expect(await follow(complete(foreign))).toBe('ignored')
    expect(await hasOutput(foreign)).toBe(true)
  })
})
