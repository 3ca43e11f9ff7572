// The clients of the services, made once per process from its settings.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { S3Client } from '@aws-sdk/client-s3'
import { SQSClient } from '@aws-sdk/client-sqs'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import type { ServiceSettings } from './env.ts'

const withEndpoint = (endpoint: string | undefined) => (endpoint ? { endpoint } : {})

export function createTableClient({ region, endpoint }: ServiceSettings): DynamoDBDocumentClient {
  const client = new DynamoDBClient({ region, ...withEndpoint(endpoint) })
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } })
}

export function createQueueClient({ region, endpoint }: ServiceSettings): SQSClient {
  return new SQSClient({ region, ...withEndpoint(endpoint) })
}

/**
 * One client for calls and for presigning. Checksums only where a call requires them: by default a presigned part URL would
 * carry the checksum of an empty body, which several stores refuse.
 */
export function createStoreClient({ s3 }: ServiceSettings): S3Client {
  return new S3Client({
    region: s3.region,
    forcePathStyle: s3.forcePathStyle,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...withEndpoint(s3.endpoint),
    ...(s3.credentials ? { credentials: s3.credentials } : {}),
  })
}
