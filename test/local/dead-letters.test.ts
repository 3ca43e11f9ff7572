// Dead letters over the real emulator: buried, then taken away; one that cannot be buried stays.
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { beforeAll, expect, inject, it } from 'vitest'
import { takeDeadLetters } from '../../local/dead-letters.ts'

let sqs: SQSClient
const { signal } = new AbortController()

beforeAll(() => {
  sqs = new SQSClient({
    endpoint: inject('ministack'),
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
})

async function queueWith(name: string, ...bodies: string[]): Promise<string> {
  const { QueueUrl = '' } = await sqs.send(
    new CreateQueueCommand({ QueueName: name, Attributes: { VisibilityTimeout: '0' } }),
  )
  for (const MessageBody of bodies) {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }))
  }
  return QueueUrl
}

it('buries what is there and takes it away', async () => {
  const queueUrl = await queueWith('dead-1', 'one', 'two')
  const buried: string[] = []
  const options = { sqs, queueUrl, waitSeconds: 0, bury: async (body: string) => buried.push(body) }
  while (buried.length < 2) await takeDeadLetters(options, signal)
  expect(buried.sort()).toEqual(['one', 'two'])
  expect(await takeDeadLetters(options, signal)).toBe(0)
})

it('leaves what could not be buried', async () => {
  const queueUrl = await queueWith('dead-2', 'one')
  const bury = () => Promise.reject(new Error('no table'))
  await expect(takeDeadLetters({ sqs, queueUrl, waitSeconds: 0, bury }, signal)).rejects.toThrow()
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl }))
  expect(Messages?.[0]?.Body).toBe('one')
})

it('a long look ends when it is told to', async () => {
  const queueUrl = await queueWith('dead-3')
  const stopping = new AbortController()
  setTimeout(() => stopping.abort(), 100)
  const looking = takeDeadLetters({ sqs, queueUrl, bury: async () => {} }, stopping.signal)
  await expect(looking).rejects.toThrow()
})
