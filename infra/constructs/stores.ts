// The source and the media bucket, and which room may touch which prefix. A grant also names the bucket to the room.
import { Duration, Stack } from 'aws-cdk-lib'
import { Grant, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { type Bucket, CfnBucket, HttpMethods } from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import { uploadCors } from '#domain/delivery.ts'
import type { EnvironmentName } from '#domain/env.ts'
import { type dropPrefix, mediaPrefix, type plansPrefix, uploadsPrefix } from '#domain/keys.ts'
import { abandonedUploadSeconds } from '#domain/timing.ts'
import type { StageConfig } from '../config.ts'
import { abortUnfinished, PrivateBucket } from './private-bucket.ts'
import type { Room } from './room.ts'

const daySeconds = 86_400
/** A worker's own multipart upload lives minutes; a day is far beyond. */
const mediaUnfinishedDays = 1

/** GetObject covers HEAD; ListBucket makes a missing object a 404 where it would be a 403. */
const actions = {
  read: ['s3:GetObject'],
  write: ['s3:PutObject'],
  abort: ['s3:AbortMultipartUpload'],
  remove: ['s3:DeleteObject'],
  listParts: ['s3:ListMultipartUploadParts'],
} as const
export type StoreVerb = keyof typeof actions

export class Stores extends Construct {
  readonly source: Bucket
  readonly media: Bucket

  constructor(scope: Construct, id: string, config: StageConfig & { logs: Bucket }) {
    super(scope, id)
    const { keepSource, domain, logs } = config
    const common = { serverAccessLogsBucket: logs }
    const abandonedDays = Math.ceil(abandonedUploadSeconds / daySeconds)
    this.source = new PrivateBucket(this, 'Source', {
      ...common,
      serverAccessLogsPrefix: 'source/',
      cors: [
        {
          allowedMethods: uploadCors.allowedMethods.map(method => HttpMethods[method]),
          allowedHeaders: [...uploadCors.allowedHeaders],
          exposedHeaders: [...uploadCors.exposedHeaders],
          maxAge: uploadCors.maxAgeSeconds,
          // The distribution's name is not known before this bucket is; a part's address is signed whoever asks.
          allowedOrigins: [domain ? `https://${domain.name}` : 'https://*.cloudfront.net'],
        },
      ],
      lifecycleRules: [
        // The reaper abandons an upload first; this is for parts it never heard of.
        abortUnfinished(abandonedDays + 1),
        ...(keepSource === 'untilReady'
          ? []
          : [{ id: 'kept-sources', prefix: uploadsPrefix, expiration: Duration.days(keepSource) }]),
      ],
    })
    this.media = new PrivateBucket(this, 'Media', {
      ...common,
      serverAccessLogsPrefix: 'media/',
      lifecycleRules: [abortUnfinished(mediaUnfinishedDays)],
    })
    tellArrivals(this.source)
    this.allowDistribution()
  }

  grantSource(room: Room, ...grants: PrefixGrant[]): void {
    grantPrefixes(room, 'SOURCE_BUCKET', this.source, grants)
  }

  grantMedia(room: Room, ...verbs: StoreVerb[]): void {
    grantPrefixes(room, 'MEDIA_BUCKET', this.media, [{ prefix: mediaPrefix, verbs }])
  }

  /**
   * Any distribution of this account, by origin access control: its own is made by a stack that needs this one, so its name can't
   * stand here.
   */
  private allowDistribution(): void {
    const { account, partition } = Stack.of(this)
    const allow = (action: string, resource: string) =>
      this.media.addToResourcePolicy(
        new PolicyStatement({
          principals: [new ServicePrincipal('cloudfront.amazonaws.com')],
          actions: [action],
          resources: [resource],
          conditions: {
            ArnLike: { 'aws:SourceArn': `arn:${partition}:cloudfront::${account}:distribution/*` },
          },
        }),
      )
    allow('s3:GetObject', this.media.arnForObjects(`${mediaPrefix}*`))
    // So that a missing object is a 404, not a 403.
    allow('s3:ListBucket', this.media.bucketArn)
  }
}

export interface PrefixGrant {
  prefix: typeof uploadsPrefix | typeof dropPrefix | typeof plansPrefix | typeof mediaPrefix
  verbs: readonly StoreVerb[]
}

function grantPrefixes(
  room: Room,
  name: EnvironmentName,
  bucket: Bucket,
  grants: readonly PrefixGrant[],
): void {
  room.set(name, bucket.bucketName)
  const grantee = room
  // Who gives up its own uploads also looks for those that it was killed over.
  const aborts = grants.some(({ verbs }) => verbs.includes('abort'))
  const list = ['s3:ListBucket', ...(aborts ? ['s3:ListBucketMultipartUploads'] : [])]
  Grant.addToPrincipal({ grantee, actions: list, resourceArns: [bucket.bucketArn] })
  for (const { prefix, verbs } of grants) {
    const resourceArns = [bucket.arnForObjects(`${prefix}*`)]
    Grant.addToPrincipal({ grantee, actions: verbs.flatMap(verb => actions[verb]), resourceArns })
  }
}

/** Not `eventBridgeEnabled`: that brings a function of the CDK's own to set what CloudFormation can say itself. */
function tellArrivals(bucket: Bucket): void {
  const { defaultChild } = bucket.node
  if (!(defaultChild instanceof CfnBucket)) throw new TypeError('a bucket without its resource')
  defaultChild.notificationConfiguration = {
    eventBridgeConfiguration: { eventBridgeEnabled: true },
  }
}
