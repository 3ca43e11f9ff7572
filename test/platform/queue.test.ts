// The task queues against real ones: what is sent arrives in its queue, hidden until it is removed.
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { beforeAll, beforeEach, expect, inject, it } from 'vitest'
import type { Task } from '#domain/task.ts'
import { createTaskQueue } from '#platform/queue.ts'
import { createPipeline, newVideoId, type Pipeline } from '../support/pipeline.ts'

let pipeline: Pipeline

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'))
})
beforeEach(() => pipeline.purge())

const videoId = newVideoId()
const lead = (chunk: number): Task => ({ kind: 'encode', videoId, attempt: 1, chunk, lane: 'lead' })
const ladder = (chunk: number): Task => ({ ...lead(chunk), lane: 'ladder' }) as Task
const names = (tasks: (Task | Error)[]) => tasks.map(task => JSON.stringify(task)).sort()

it('sends each task to its queue, more than ten at a time', async () => {
  const leads = Array.from({ length: 13 }, (_, i) => lead(i))
  const ladders = Array.from({ length: 25 }, (_, i) => ladder(i))
  await pipeline.queue.sendAll([...leads, ...ladders])
  expect(await pipeline.queue.depth('bulk')).toEqual({ waiting: 25, running: 0 })
  expect(names(await pipeline.drain('fast'))).toEqual(names(leads))
  expect(names(await pipeline.drain('bulk'))).toEqual(names(ladders))
})

it('groups messages by their video, one by one and in batches', async () => {
  const { queue, sqs, urls } = pipeline
  await queue.send(lead(1))
  await queue.sendAll([lead(2)])
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: urls.fast,
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ['MessageGroupId'],
    }),
  )
  expect(Messages.map(({ Attributes }) => Attributes?.['MessageGroupId'])).toEqual([
    videoId,
    videoId,
  ])
})

it('a received message is hidden, comes back, and is gone once removed', async () => {
  const { queue } = pipeline
  await queue.send(lead(1))
  const [first] = await queue.receive('fast', { max: 10, waitSeconds: 1 })
  expect(first).toMatchObject({ queue: 'fast', receives: 1, task: lead(1) })
  expect(await queue.receive('fast', { max: 1, waitSeconds: 0 })).toEqual([])
  if (first) await queue.hide(first, 0)
  const [second] = await queue.receive('fast', { max: 1, waitSeconds: 1 })
  expect(second?.receives).toBe(2)
  if (second) await queue.remove(second)
  expect(await queue.depth('fast')).toEqual({ waiting: 0, running: 0 })
})

it('hands an unreadable message on as such', async () => {
  const { sqs, queue, urls } = pipeline
  await sqs.send(new SendMessageCommand({ QueueUrl: urls.fast, MessageBody: '{"kind":"x"}' }))
  const [message] = await queue.receive('fast', { max: 1, waitSeconds: 1 })
  expect(message?.task).toMatchObject({ code: 'message-unreadable', retryable: false })
})

it('a long poll ends with its signal', async () => {
  const stop = new AbortController()
  const options = { max: 1, waitSeconds: 20, signal: stop.signal }
  const waiting = pipeline.queue.receive('fast', options)
  setTimeout(() => stop.abort(), 50)
  const start = performance.now()
  await expect(waiting).rejects.toMatchObject({ code: 'queue-unavailable' })
  expect(performance.now() - start).toBeLessThan(2000)
})

it('a fault is queue-unavailable', async () => {
  const url = `${pipeline.urls.fast}-that-is-not-there`
  const gone = createTaskQueue({ client: pipeline.sqs, urls: { fast: url, bulk: url } })
  const fault = { code: 'queue-unavailable', retryable: true }
  await expect(gone.send(lead(1))).rejects.toMatchObject(fault)
  await expect(gone.sendAll([lead(1)])).rejects.toMatchObject(fault)
})
