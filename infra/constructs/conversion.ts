// MediaConvert as a second engine: the role it takes on, who may hand it work, and the function that follows its jobs.
import { ArnFormat, Duration, Stack, Validations } from 'aws-cdk-lib'
import { Rule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets'
import { Grant, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { dropPrefix, uploadsPrefix } from '#domain/keys.ts'
import { messageRetentionSeconds } from '#domain/timing.ts'
import type { StageConfig } from '../config.ts'
import type { Room } from './room.ts'
import { RoomFunction } from './room-function.ts'
import type { Stores } from './stores.ts'

const principal = 'mediaconvert.amazonaws.com'

export class Conversion extends Construct {
  readonly room: RoomFunction
  readonly lost: Queue
  private readonly role: Role
  private readonly always: boolean

  constructor(scope: Construct, id: string, props: { config: StageConfig; stores: Stores }) {
    super(scope, id)
    const { config, stores } = props
    this.always = config.mediaConvert === 'always'
    this.role = new Role(this, 'Service', {
      description: 'Millrace: what MediaConvert may read and write',
      assumedBy: new ServicePrincipal(principal, {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    })
    // The service has no environment of ours.
    const service: Room = Object.assign(this.role, { set: () => undefined })
    stores.grantSource(
      service,
      { prefix: uploadsPrefix, verbs: ['read'] },
      { prefix: dropPrefix, verbs: ['read'] },
    )
    stores.grantMedia(service, 'write')
    this.room = new RoomFunction(this, 'Function', {
      entry: 'functions/mediaconvert/handler',
      description: 'Millrace: follows the jobs of MediaConvert',
      config,
    })
    stores.grantMedia(this.room, 'remove')
    this.lost = this.follow(stores)
  }

  /** Lets a transcoder make, look at and cancel jobs of this role, and says who makes new videos. */
  grantConvert(room: Room): void {
    const arn = (resource: string, resourceName: string) =>
      Stack.of(this).formatArn({
        service: 'mediaconvert',
        resource,
        resourceName,
        arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
      })
    this.name(room)
    room.set('ENGINE', this.always ? 'mediaconvert' : 'ffmpeg')
    const allow = (actions: string[], resource: string) =>
      Grant.addToPrincipal({ grantee: room, actions, resourceArns: [resource] })
    allow(['mediaconvert:CreateJob'], arn('queues', 'Default'))
    allow(['mediaconvert:GetJob', 'mediaconvert:CancelJob'], arn('jobs', '*'))
    room.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['iam:PassRole'],
        resources: [this.role.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': principal } },
      }),
    )
  }

  /** Tells a room that there is a second engine. */
  name(room: Room): void {
    room.set('MEDIACONVERT_ROLE_ARN', this.role.roleArn)
  }

  private follow({ media }: Stores): Queue {
    const lost = new Queue(this, 'Lost', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.seconds(messageRetentionSeconds),
    })
    Validations.of(lost).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is a dead-letter queue itself, of the rule and of the function.',
    })
    this.room.configureAsyncInvoke({ onFailure: new SqsDestination(lost), retryAttempts: 2 })
    new Rule(this, 'Jobs', {
      description: 'What becomes of the jobs of this stage',
      eventPattern: {
        source: ['aws.mediaconvert'],
        detailType: ['MediaConvert Job State Change'],
        detail: { userMetadata: { mediaBucket: [media.bucketName] } },
      },
      targets: [new LambdaFunction(this.room, { deadLetterQueue: lost })],
    })
    return lost
  }
}
