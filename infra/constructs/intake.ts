// Arrivals in the source bucket as events to the intake function. An event that fails again and again is kept for a person: a
// file in the drop folder has nobody else who knows of it.
import { Duration, Validations } from 'aws-cdk-lib'
import { Match, Rule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets'
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations'
import type { Bucket } from 'aws-cdk-lib/aws-s3'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { dropPrefix, uploadsPrefix } from '#domain/keys.ts'
import { messageRetentionSeconds } from '#domain/timing.ts'
import type { StageConfig } from '../config.ts'
import { RoomFunction } from './room-function.ts'

export interface IntakeProps {
  source: Bucket
  config: StageConfig
}

export class Intake extends Construct {
  readonly room: RoomFunction
  readonly lost: Queue

  constructor(scope: Construct, id: string, { source, config }: IntakeProps) {
    super(scope, id)
    this.room = new RoomFunction(this, 'Function', {
      entry: 'functions/intake/handler',
      description: 'Millrace intake: arrivals in the source bucket',
      config,
    })
    this.lost = new Queue(this, 'Lost', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.seconds(messageRetentionSeconds),
    })
    Validations.of(this.lost).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is a dead-letter queue itself, of the rule and of the function.',
    })
    this.room.configureAsyncInvoke({
      onFailure: new SqsDestination(this.lost),
      retryAttempts: 2,
      maxEventAge: Duration.hours(1),
    })
    new Rule(this, 'Arrivals', {
      description: 'An upload joined, or a file in the drop folder',
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: {
          bucket: { name: [source.bucketName] },
          object: { key: Match.anyOf(Match.prefix(uploadsPrefix), Match.prefix(dropPrefix)) },
        },
      },
      targets: [new LambdaFunction(this.room, { deadLetterQueue: this.lost })],
    })
  }
}
