// Provisioning over the real emulator: what is there afterwards, twice in a row, and with a store that cannot do all of it.
import {
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb'
import {
  GetBucketCorsCommand,
  HeadBucketCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { beforeAll, expect, inject, it } from 'vitest'
import { type Provisioned, type ProvisionOptions, provision } from '../../local/provision.ts'

let options: ProvisionOptions
let made: Provisioned

beforeAll(async () => {
  const settings = {
    endpoint: inject('ministack'),
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  }
  options = {
    s3: new S3Client({
      ...settings,
      forcePathStyle: true,
      requestChecksumCalculation: 'WHEN_REQUIRED',
    }),
    sqs: new SQSClient(settings),
    dynamodb: new DynamoDBClient(settings),
    names: {
      sourceBucket: 'provision-source',
      mediaBucket: 'provision-media',
      fastQueue: 'provision-fast',
      bulkQueue: 'provision-bulk',
      table: 'provision-videos',
    },
    portalOrigins: ['http://localhost:8080', 'http://127.0.0.1:8080'],
  }
  made = await provision(options)
})

it('makes two buckets, of which the source takes parts from the portal', async () => {
  const { s3, names } = options
  expect(made.notes).toEqual([])
  await s3.send(new HeadBucketCommand({ Bucket: names.mediaBucket }))
  const { CORSRules } = await s3.send(new GetBucketCorsCommand({ Bucket: names.sourceBucket }))
  expect(CORSRules).toEqual([
    expect.objectContaining({
      AllowedOrigins: ['http://localhost:8080', 'http://127.0.0.1:8080'],
      AllowedMethods: ['PUT'],
      ExposeHeaders: ['ETag', 'x-amz-checksum-crc64nvme'],
    }),
  ])
  const cors = s3.send(new GetBucketCorsCommand({ Bucket: names.mediaBucket }))
  await expect(cors).rejects.toThrow()
})

it('makes two queues whose messages end in queues of their own', async () => {
  const { sqs } = options
  for (const [url, deadLetterUrl] of [
    [made.fastQueueUrl, made.fastDeadLetterUrl],
    [made.bulkQueueUrl, made.bulkDeadLetterUrl],
  ]) {
    const read = async (QueueUrl: string | undefined) => {
      const input = { QueueUrl, AttributeNames: ['All' as const] }
      return (await sqs.send(new GetQueueAttributesCommand(input))).Attributes ?? {}
    }
    const attributes = await read(url)
    const deadLetter = await read(deadLetterUrl)
    expect(attributes['VisibilityTimeout']).toBe('30')
    const policy: unknown = JSON.parse(attributes['RedrivePolicy'] ?? 'null')
    expect(policy).toMatchObject({ deadLetterTargetArn: deadLetter['QueueArn'] })
    expect(Number(Object(policy).maxReceiveCount)).toBe(20)
    expect(deadLetter['MessageRetentionPeriod']).toBe('1209600')
  }
})

it('makes the table with both indexes and its end of life', async () => {
  const TableName = options.names.table
  const { Table } = await options.dynamodb.send(new DescribeTableCommand({ TableName }))
  const keys = Table?.GlobalSecondaryIndexes?.map(index => [
    index.IndexName,
    ...(index.KeySchema?.map(key => key.AttributeName) ?? []),
  ])
  expect(keys).toEqual([
    ['byOwner', 'ownerPk', 'ownerSk'],
    ['byDue', 'duePk', 'dueAt'],
  ])
  expect(Table?.BillingModeSummary?.BillingMode).toBe('PAY_PER_REQUEST')
  const due = Table?.AttributeDefinitions?.find(one => one.AttributeName === 'dueAt')
  expect(due?.AttributeType).toBe('N')
  const ttl = await options.dynamodb.send(new DescribeTimeToLiveCommand({ TableName }))
  expect(ttl.TimeToLiveDescription).toMatchObject({
    AttributeName: 'expiresAt',
    TimeToLiveStatus: 'ENABLED',
  })
})

it('finds everything as it is the second time', async () => {
  const { s3, sqs, names } = options
  await s3.send(new PutObjectCommand({ Bucket: names.sourceBucket, Key: 'kept', Body: 'kept' }))
  await sqs.send(new SendMessageCommand({ QueueUrl: made.fastQueueUrl, MessageBody: 'kept' }))
  expect(await provision(options)).toEqual(made)
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: made.fastQueueUrl }))
  expect(Messages?.[0]?.Body).toBe('kept')
})

it('two at once do not disturb each other', async () => {
  const names = {
    sourceBucket: 'provision-2-source',
    mediaBucket: 'provision-2-media',
    fastQueue: 'provision-2-fast',
    bulkQueue: 'provision-2-bulk',
    table: 'provision-2-videos',
  }
  const both = await Promise.all([1, 2].map(() => provision({ ...options, names })))
  expect(both[0]).toEqual(both[1])
})

it('says what a store without CORS rules means, and goes on', async () => {
  const { s3 } = options
  const without = Object.create(s3)
  without.send = (command: { constructor: { name: string } }) =>
    command.constructor.name === 'PutBucketCorsCommand'
      ? Promise.reject(Object.assign(new Error('no'), { name: 'NotImplemented' }))
      : s3.send(Object(command))
  const { notes } = await provision({ ...options, s3: without })
  expect(notes).toEqual([expect.stringMatching(/NotImplemented.*http:\/\/localhost:8080/)])
})

it('names the bucket a store refuses', async () => {
  const refusing = Object.create(options.s3)
  refusing.send = () => Promise.reject(Object.assign(new Error('Forbidden'), { name: '403' }))
  await expect(provision({ ...options, s3: refusing })).rejects.toMatchObject({
    code: 'configuration-wrong',
    message: expect.stringContaining('provision-'),
  })
})
