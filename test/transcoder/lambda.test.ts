// The fast lane behind a queue as Lambda's event source drives it: what it reports as failed stays in the queue for as long as
// it was hidden, everything else is deleted by the event source alone.
import { setTimeout as wait } from 'node:timers/promises'
import { type Message, SendMessageCommand } from '@aws-sdk/client-sqs'
import { afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest'
import { sourceKey } from '#domain/keys.ts'
import type { Task } from '#domain/task.ts'
import { createPipeline, metaOf, newVideoId, type Pipeline } from '../support/pipeline.ts'
import { contextOf, createQueueTrigger, eventOf } from '../support/queue-trigger.ts'
import { testLeaseSeconds, transcoderEnvironment } from '../support/transcoder.ts'

let pipeline: Pipeline
let handler: typeof import('../../transcoder/lambda.ts')['handler']
let trigger: ReturnType<typeof createQueueTrigger>
let lines: { message: string }[] = []

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'))
  Object.assign(process.env, transcoderEnvironment(pipeline), { LOG_LEVEL: 'info' })
  handler = (await import('../../transcoder/lambda.ts')).handler
  trigger = createQueueTrigger(pipeline, handler)
})

beforeEach(async () => {
  await pipeline.purge()
  lines = []
  vi.spyOn(process.stdout, 'write').mockImplementation(line => {
    const said = JSON.parse(String(line))
    if (said.message !== 'ready for work') lines.push(said)
    return true
  })
})
afterEach(() => {
  vi.restoreAllMocks()
})

async function received(): Promise<Message> {
  const message = await trigger.receive()
  if (!message) throw new Error('no message')
  return message
}

/** Seconds until the next message comes, as far as it takes less than `most`. */
async function comesBackAfter(most: number): Promise<number> {
  const start = performance.now()
  for (;;) {
    const message = await trigger.receive()
    const seconds = (performance.now() - start) / 1000
    if (message) return seconds
    if (seconds > most) return Number.POSITIVE_INFINITY
    await wait(50)
  }
}
const aLeaseAndMore = testLeaseSeconds + 1

const inspectOf = (videoId: string): Task => ({ kind: 'inspect', videoId, attempt: 1 })

/** A video as `complete` leaves it, with its first message sent. */
async function queued(): Promise<string> {
  const videoId = newVideoId()
  const key = sourceKey(videoId)
  await pipeline.source.put(key, 'no film', { contentType: 'video/mp4' })
  const meta = metaOf(videoId, { source: { key, sizeBytes: 7 } })
  await pipeline.videos.create(meta, null)
  await pipeline.videos.queue(meta, inspectOf(videoId), Date.now() / 1000)
  await pipeline.queue.send(inspectOf(videoId))
  return videoId
}

it('a warming returns once the worker stands, and takes nothing', async () => {
  const videoId = await queued()
  expect(await handler({ warm: true }, contextOf())).toEqual({ batchItemFailures: [] })
  expect(await pipeline.queue.depth('fast')).toEqual({ waiting: 1, running: 0 })
  expect((await pipeline.videos.get(videoId))?.state).toBe('queued')
})

describe('a message that is done with is deleted by the event source', () => {
  it('when there is no such task', async () => {
    await pipeline.queue.send(inspectOf(newVideoId()))
    expect(await trigger.deliver()).toBe('deleted')
    expect(await pipeline.queue.depth('fast')).toEqual({ waiting: 0, running: 0 })
  })

  it('when the video fails in words', async () => {
    const videoId = await queued()
    expect(await trigger.deliver()).toBe('deleted')
    expect(await pipeline.videos.get(videoId)).toMatchObject({
      state: 'failed',
      failure: { code: 'source-not-media' },
    })
    expect(await pipeline.queue.depth('fast')).toEqual({ waiting: 0, running: 0 })
  })

  it('and by nobody else: until then it is only hidden', async () => {
    await pipeline.queue.send(inspectOf(newVideoId()))
    const event = eventOf(await received())
    expect(await handler(event, contextOf())).toEqual({ batchItemFailures: [] })
    expect(await comesBackAfter(aLeaseAndMore)).toBeLessThan(aLeaseAndMore)
  })
})

describe('a message that is not done with is kept', () => {
  it('as long as another worker may hold its task', async () => {
    const task = inspectOf(await queued())
    await pipeline.tasks.claim(task, 'another', Date.now() / 1000)
    expect(await trigger.deliver()).toBe('kept')
    expect(await pipeline.queue.depth('fast')).toEqual({ waiting: 0, running: 1 })
    expect(await comesBackAfter(aLeaseAndMore)).toBeGreaterThan(1)
  })

  it('for one lease, not for as long as its queue hides it, when it is no task', async () => {
    const { fast: QueueUrl } = pipeline.urls
    await pipeline.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'not a task' }))
    expect(await trigger.deliver()).toBe('kept')
    expect(lines).toMatchObject([{ level: 'error', code: 'message-unreadable', receives: 1 }])
    const seconds = await comesBackAfter(aLeaseAndMore)
    expect(seconds).toBeGreaterThan(1)
    expect(seconds).toBeLessThan(aLeaseAndMore)
  })

  it('when the time is up: its task is released without a failed try, and others see it at once', async () => {
    const videoId = await queued()
    expect(await trigger.deliver(9)).toBe('kept')
    expect(await comesBackAfter(1)).toBeLessThan(0.5)
    const claim = await pipeline.tasks.claim(inspectOf(videoId), 'another', Date.now() / 1000)
    expect(claim).toMatchObject({ outcome: 'claimed', record: { tries: 0 } })
  })
})

it('works on although its message can no longer be hidden', async () => {
  await pipeline.queue.send(inspectOf(newVideoId()))
  const lost = { ...(await received()), ReceiptHandle: 'a receipt that nobody gave' }
  expect(await handler(eventOf(lost), contextOf())).toEqual({ batchItemFailures: [] })
  expect(lines).toMatchObject([{ level: 'warn', message: 'a message could not be hidden' }])
})
