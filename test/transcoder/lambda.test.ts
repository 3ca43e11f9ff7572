// The fast lane behind a queue as Lambda's event source drives it: what it reports as failed stays in the queue for as long as
// it was hidden, everything else is deleted by the event source alone.
import { setTimeout as wait } from 'node:timers/promises'
import {
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs'
import type { SQSEvent } from 'aws-lambda'
import { afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest'
import { sourceKey } from '#domain/keys.ts'
import type { Task } from '#domain/task.ts'
import { createPipeline, metaOf, newVideoId, type Pipeline } from '../support/pipeline.ts'
import { transcoderEnvironment } from '../support/transcoder.ts'

const leaseSeconds = 2
/** As the stacks set it: six times the function's timeout. */
const queueSeconds = 600

let pipeline: Pipeline
let handler: typeof import('../../transcoder/lambda.ts')['handler']
let lines: Record<string, unknown>[] = []

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'))
  Object.assign(process.env, transcoderEnvironment(pipeline), {
    LEASE_SECONDS: String(leaseSeconds),
    LOG_LEVEL: 'info',
  })
  handler = (await import('../../transcoder/lambda.ts')).handler
})

beforeEach(async () => {
  await pipeline.purge()
  lines = []
  vi.spyOn(process.stdout, 'write').mockImplementation(line => {
    lines.push(JSON.parse(String(line)))
    return true
  })
})
afterEach(() => {
  vi.restoreAllMocks()
})

const context = (seconds = 900) => ({ getRemainingTimeInMillis: () => seconds * 1000 })

async function receive(): Promise<Message | undefined> {
  const { Messages = [] } = await pipeline.sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: pipeline.urls.fast,
      VisibilityTimeout: queueSeconds,
      MessageSystemAttributeNames: ['ApproximateReceiveCount'],
    }),
  )
  return Messages[0]
}

const eventOf = ({ MessageId, ReceiptHandle, Body, Attributes }: Message): SQSEvent => ({
  Records: [
    {
      messageId: MessageId ?? '',
      receiptHandle: ReceiptHandle ?? '',
      body: Body ?? '',
      attributes: Attributes as SQSEvent['Records'][number]['attributes'],
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:fast',
      awsRegion: 'us-east-1',
    },
  ],
})

/** One message through the function, as its event source does it: a batch of one, deleted unless it is reported as failed. */
async function deliver(remainingSeconds?: number): Promise<'deleted' | 'kept'> {
  const message = await receive()
  if (!message) throw new Error('no message')
  const answer = await handler(eventOf(message), context(remainingSeconds))
  const failed = answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)
  if (failed.length > 0) {
    expect(failed).toEqual([message.MessageId])
    return 'kept'
  }
  const { ReceiptHandle } = message
  await pipeline.sqs.send(new DeleteMessageCommand({ QueueUrl: pipeline.urls.fast, ReceiptHandle }))
  return 'deleted'
}

/** Seconds until the next message comes, as far as it takes less than `most`. */
async function comesBackAfter(most: number): Promise<number> {
  const start = performance.now()
  for (;;) {
    const message = await receive()
    const seconds = (performance.now() - start) / 1000
    if (message) return seconds
    if (seconds > most) return Number.POSITIVE_INFINITY
    await wait(50)
  }
}

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
  expect(await handler({ warm: true }, context())).toEqual({ batchItemFailures: [] })
  expect(await pipeline.queue.depth('fast')).toEqual({ waiting: 1, running: 0 })
  expect((await pipeline.videos.get(videoId))?.state).toBe('queued')
})

describe('a message that is done with is deleted by the event source', () => {
  it('when there is no such task', async () => {
    await pipeline.queue.send(inspectOf(newVideoId()))
    expect(await deliver()).toBe('deleted')
    expect(await pipeline.queue.depth('fast')).toEqual({ waiting: 0, running: 0 })
  })

  it('when the video fails in words', async () => {
    const videoId = await queued()
    expect(await deliver()).toBe('deleted')
    expect(await pipeline.videos.get(videoId)).toMatchObject({
      state: 'failed',
      failure: { code: 'source-not-media' },
    })
    expect(await pipeline.queue.depth('fast')).toEqual({ waiting: 0, running: 0 })
  })

  it('and by nobody else: until then it is only hidden', async () => {
    await pipeline.queue.send(inspectOf(newVideoId()))
    const message = await receive()
    if (!message) throw new Error('no message')
    expect(await handler(eventOf(message), context())).toEqual({ batchItemFailures: [] })
    expect(await comesBackAfter(leaseSeconds + 1)).toBeLessThan(leaseSeconds + 1)
  })
})

describe('a message that is not done with is kept', () => {
  it('as long as another worker may hold its task', async () => {
    const videoId = await queued()
    const task = inspectOf(videoId)
    await pipeline.tasks.claim(task, 'another', Date.now() / 1000)
    expect(await deliver()).toBe('kept')
    expect(await pipeline.queue.depth('fast')).toEqual({ waiting: 0, running: 1 })
    expect(await comesBackAfter(leaseSeconds + 1)).toBeGreaterThan(1)
  })

  it('for one lease, not for as long as its queue hides it, when it is no task', async () => {
    const { fast: QueueUrl } = pipeline.urls
    await pipeline.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'not a task' }))
    expect(await deliver()).toBe('kept')
    expect(lines).toMatchObject([{ level: 'error', code: 'message-unreadable', receives: 1 }])
    const seconds = await comesBackAfter(leaseSeconds + 1)
    expect(seconds).toBeGreaterThan(1)
    expect(seconds).toBeLessThan(leaseSeconds + 1)
  })

  it('when the time is up: its task is released without a failed try, and others see it at once', async () => {
    const videoId = await queued()
    expect(await deliver(9)).toBe('kept')
    expect(await comesBackAfter(1)).toBeLessThan(0.5)
    const record = await pipeline.tasks.claim(inspectOf(videoId), 'another', Date.now() / 1000)
    expect(record).toMatchObject({ outcome: 'claimed', record: { tries: 0 } })
  })
})

it('works on although its message can no longer be hidden', async () => {
  await pipeline.queue.send(inspectOf(newVideoId()))
  const message = await receive()
  if (!message) throw new Error('no message')
  const lost = { ...message, ReceiptHandle: 'a receipt that nobody gave' }
  expect(await handler(eventOf(lost), context())).toEqual({ batchItemFailures: [] })
  expect(lines).toMatchObject([{ level: 'warn', message: 'a message could not be hidden' }])
})
