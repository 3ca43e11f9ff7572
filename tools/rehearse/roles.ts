// The deployed roles: their credentials, and proof that each is refused what it should not do. Policies are enforced.
import {
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { dropPrefix, mediaKey, planKey, sourceKey } from '#domain/keys.ts'
import { type AwsCall, createAwsCall } from '#platform/aws-call.ts'
import { readServices } from '#platform/env.ts'
import { readSecretText } from '#platform/playback-secret.ts'

/** Where the emulator answers. */
export interface Services {
  region: string
  endpoint: string
}

export interface Credentials {
  accessKeyId: string
  secretAccessKey: string
  sessionToken: string
}

const element = (xml: string, name: string) =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? ''

export async function assumeRole(call: AwsCall, roleArn: string): Promise<Credentials> {
  const body = new URLSearchParams({
    Action: 'AssumeRole',
    Version: '2011-06-15',
    RoleArn: roleArn,
    RoleSessionName: 'rehearsal',
  })
  const xml = await call({
    service: 'sts',
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body: body.toString(),
  })
  return {
    accessKeyId: element(xml, 'AccessKeyId'),
    secretAccessKey: element(xml, 'SecretAccessKey'),
    sessionToken: element(xml, 'SessionToken'),
  }
}

export interface Places {
  table: string
  sourceBucket: string
  mediaBucket: string
  bulkQueueUrl: string
  /** The secret with their private halves. */
  accessKeys: string
}

const videoId = 'v_0123456789abcdefghijAB'
const item = { pk: { S: `VIDEO#${videoId}` }, sk: { S: 'META' } }

/** What one role may dare. */
function actor({ region, endpoint }: Services, credentials: Credentials, places: Places) {
  const settings = { region, endpoint, credentials }
  const s3 = new S3Client({ ...settings, forcePathStyle: true })
  const table = new DynamoDBClient(settings)
  const sqs = new SQSClient(settings)
  const call = createAwsCall({
    services: readServices({ AWS_REGION: region, AWS_ENDPOINT_URL: endpoint }),
    credentials: async () => credentials,
  })
  const { sourceBucket, mediaBucket, table: TableName, bulkQueueUrl: QueueUrl, accessKeys } = places
  const media = { Bucket: mediaBucket, Key: mediaKey(videoId, 1, 'main.m3u8') }
  const source = { Bucket: sourceBucket, Key: sourceKey(videoId) }
  const plan = { Bucket: sourceBucket, Key: planKey(videoId, 1) }
  const drop = { Bucket: sourceBucket, Key: `${dropPrefix}film.mov` }
  return {
    'read media': () => s3.send(new GetObjectCommand(media)),
    'write media': () => s3.send(new PutObjectCommand({ ...media, Body: 'x' })),
    'read a source': () => s3.send(new GetObjectCommand(source)),
    'write a source': () => s3.send(new PutObjectCommand({ ...source, Body: 'x' })),
    'read a plan': () => s3.send(new GetObjectCommand(plan)),
    'write a plan': () => s3.send(new PutObjectCommand({ ...plan, Body: 'x' })),
    'remove a dropped file': () => s3.send(new DeleteObjectCommand(drop)),
    'read a record': () => table.send(new GetItemCommand({ TableName, Key: item })),
    'create a record': () => table.send(new PutItemCommand({ TableName, Item: item })),
    'remove a record': () => table.send(new DeleteItemCommand({ TableName, Key: item })),
    'read the keys of access tokens': () => readSecretText(call, accessKeys),
    'send a task': () => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'none' })),
  }
}

export type Deed = keyof ReturnType<typeof actor>

const deeds = (...names: Deed[]) => names

/** By the beginning of the role's logical id: what it must be refused. */
export const refused: Readonly<Record<string, readonly Deed[]>> = {
  UploadRole: [
    ...deeds('read media', 'write media', 'read a plan', 'write a plan'),
    ...deeds('remove a dropped file', 'read the keys of access tokens'),
  ],
  SignRole: [
    ...deeds('read media', 'read a source', 'remove a record', 'send a task'),
    ...deeds('read the keys of access tokens'),
  ],
  StatusRole: [
    ...deeds('read media', 'write media', 'read a source', 'write a source'),
    ...deeds('read the keys of access tokens'),
  ],
  StreamRole: [
    ...deeds('create a record', 'remove a record', 'send a task', 'read media'),
    ...deeds('read the keys of access tokens'),
  ],
  AccountsRole: ['read media', 'write media', 'read a source', 'write a source', 'read a plan'],
  AccessKeeperRole: [
    'read a record',
    'create a record',
    'read media',
    'read a source',
    'send a task',
  ],
  PlaylistRole: ['read a source', 'write a source', 'read media', 'create a record', 'send a task'],
  IntakeFunctionRole: ['read media', 'write a source', 'remove a dropped file', 'remove a record'],
  ReaperFunctionRole: ['read media', 'write a source', 'remove a record'],
  DeadLettersFunctionRole: ['read media', 'read a source', 'create a record', 'remove a record'],
  GateKeysFunctionRole: ['read a record', 'read media', 'read a source', 'send a task'],
  PortalFunctionRole: ['read a record', 'read media', 'write media', 'read a source'],
  TranscodersDefinitionTaskRole: ['remove a dropped file', 'read the keys of access tokens'],
}

/** The deeds that were not refused. */
export async function dareAll(
  services: Services,
  credentials: Credentials,
  places: Places,
  deeds: readonly Deed[],
): Promise<Deed[]> {
  const act = actor(services, credentials, places)
  const tried = await Promise.all(
    deeds.map(deed =>
      act[deed]().then(
        () => false,
        (thrown: unknown) => isRefusal(thrown),
      ),
    ),
  )
  return deeds.filter((_, index) => !tried[index])
}

const isRefusal = (thrown: unknown) =>
  thrown instanceof Error && /AccessDenied|Forbidden/.test(`${thrown.name} ${thrown.message}`)
