// Creates the laptop's buckets, queues and table, or finds them as they are: a second run changes nothing. What a store does
// not implement is said and left out.
import {
  CreateTableCommand,
  type DynamoDBClient,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb'
import {
  CreateBucketCommand,
  HeadBucketCommand,
  PutBucketCorsCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { uploadCors } from '#domain/delivery.ts'
import { MillraceError } from '#domain/errors.ts'
import { dueIndex, ownerIndex, partitionKey, sortKey, ttlAttribute } from '#domain/table-facts.ts'
import { leaseSeconds, maxReceives, messageRetentionSeconds } from '#domain/timing.ts'
import { statusOf } from '#platform/store.ts'

export interface ProvisionOptions {
  s3: S3Client
  sqs: SQSClient
  dynamodb: DynamoDBClient
  names: {
    sourceBucket: string
    mediaBucket: string
    fastQueue: string
    bulkQueue: string
    table: string
  }
  /** Where the portal is served, as browsers write it: `http://localhost:8080`. */
  portalOrigins: readonly string[]
}

export interface Provisioned {
  fastQueueUrl: string
  bulkQueueUrl: string
  fastDeadLetterUrl: string
  bulkDeadLetterUrl: string
  /** Sentences for a person: what this store cannot do. */
  notes: string[]
}

/** @throws MillraceError `configuration-wrong` when a bucket belongs to someone else. */
export async function provision(options: ProvisionOptions): Promise<Provisioned> {
  const { s3, sqs, dynamodb, names, portalOrigins } = options
  const [fast, bulk, cors] = await Promise.all([
    ensureQueue(sqs, names.fastQueue),
    ensureQueue(sqs, names.bulkQueue),
    ensureBucket(s3, names.sourceBucket).then(() =>
      ensureUploadCors(s3, names.sourceBucket, portalOrigins),
    ),
    ensureBucket(s3, names.mediaBucket),
    ensureTable(dynamodb, names.table),
  ])
  return {
    fastQueueUrl: fast.url,
    bulkQueueUrl: bulk.url,
    fastDeadLetterUrl: fast.deadLetterUrl,
    bulkDeadLetterUrl: bulk.deadLetterUrl,
    notes: cors,
  }
}

const nameOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.name : '')

async function ensureBucket(s3: S3Client, bucket: string): Promise<void> {
  try {
    await s3.send(new HeadBucketCommand({ Bucket: bucket }))
    return
  } catch (thrown) {
    if (statusOf(thrown) !== 404) throw bucketError(bucket, thrown)
  }
  try {
    await s3.send(new CreateBucketCommand({ Bucket: bucket }))
  } catch (thrown) {
    // Another run was quicker.
    if (nameOf(thrown) !== 'BucketAlreadyOwnedByYou') throw bucketError(bucket, thrown)
  }
}

function bucketError(bucket: string, cause: unknown): MillraceError {
  const detail = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
  return new MillraceError('configuration-wrong', {
    message: `The object store does not let us use the bucket ${bucket} (${detail}).`,
    cause,
    detail,
  })
}

/** Notes when the store knows no CORS rules: some answer every site, some are told by their own settings. */
async function ensureUploadCors(
  s3: S3Client,
  bucket: string,
  origins: readonly string[],
): Promise<string[]> {
  const rule = {
    AllowedOrigins: [...origins],
    AllowedMethods: [...uploadCors.allowedMethods],
    AllowedHeaders: [...uploadCors.allowedHeaders],
    ExposeHeaders: [...uploadCors.exposedHeaders],
    MaxAgeSeconds: uploadCors.maxAgeSeconds,
  }
  try {
    await s3.send(
      new PutBucketCorsCommand({ Bucket: bucket, CORSConfiguration: { CORSRules: [rule] } }),
    )
    return []
  } catch (thrown) {
    const note = `The object store took no CORS rules for ${bucket} (${nameOf(thrown)}): uploads from the browser work only if it allows PUT from ${origins.join(', ')} and exposes ETag by its own settings.`
    return [note]
  }
}

async function ensureQueue(
  sqs: SQSClient,
  name: string,
): Promise<{ url: string; deadLetterUrl: string }> {
  const deadLetterUrl = await ensureQueueWith(sqs, `${name}-dead-letter`, {
    MessageRetentionPeriod: String(messageRetentionSeconds),
  })
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: deadLetterUrl, AttributeNames: ['QueueArn'] }),
  )
  const url = await ensureQueueWith(sqs, name, {
    VisibilityTimeout: String(leaseSeconds),
    MessageRetentionPeriod: String(messageRetentionSeconds),
    RedrivePolicy: JSON.stringify({
      deadLetterTargetArn: Attributes?.['QueueArn'],
      maxReceiveCount: maxReceives,
    }),
  })
  return { url, deadLetterUrl }
}

/** CreateQueue refuses a queue that is there with other attributes; these are set anew, so that a changed default arrives. */
async function ensureQueueWith(
  sqs: SQSClient,
  name: string,
  attributes: Record<string, string>,
): Promise<string> {
  try {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }))
    if (QueueUrl) {
      await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: attributes }))
      return QueueUrl
    }
  } catch (thrown) {
    const absent = ['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue']
    if (!absent.includes(nameOf(thrown))) throw thrown
  }
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({ QueueName: name, Attributes: attributes }),
  )
  if (!QueueUrl) throw new MillraceError('queue-unavailable', { detail: `no address for ${name}` })
  return QueueUrl
}

async function ensureTable(dynamodb: DynamoDBClient, table: string): Promise<void> {
  const text = (name: string) => ({ AttributeName: name, AttributeType: 'S' as const })
  const key = (partition: string, sort: string) => [
    { AttributeName: partition, KeyType: 'HASH' as const },
    { AttributeName: sort, KeyType: 'RANGE' as const },
  ]
  const index = ({ name, partition, sort, projection }: typeof ownerIndex | typeof dueIndex) => ({
    IndexName: name,
    KeySchema: key(partition, sort),
    Projection: { ProjectionType: projection },
  })
  try {
    await dynamodb.send(
      new CreateTableCommand({
        TableName: table,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [
          text(partitionKey),
          text(sortKey),
          text(ownerIndex.partition),
          text(ownerIndex.sort),
          text(dueIndex.partition),
          { AttributeName: dueIndex.sort, AttributeType: 'N' },
        ],
        KeySchema: key(partitionKey, sortKey),
        GlobalSecondaryIndexes: [index(ownerIndex), index(dueIndex)],
      }),
    )
  } catch (thrown) {
    if (nameOf(thrown) !== 'ResourceInUseException') throw thrown
    return
  }
  await waitUntilTableExists({ client: dynamodb, maxWaitTime: 30 }, { TableName: table })
  await dynamodb.send(
    new UpdateTimeToLiveCommand({
      TableName: table,
      TimeToLiveSpecification: { AttributeName: ttlAttribute, Enabled: true },
    }),
  )
}
