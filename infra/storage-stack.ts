// What must not be lost: the buckets of sources and media and the table of records, all kept when the stack goes; with them the
// secret of playback links.
import { Duration, Stack, type StackProps, Validations } from 'aws-cdk-lib'
import { ObjectOwnership } from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'
import type { StageConfig } from './config.ts'
import { PlaybackSecretStore } from './constructs/playback-secret.ts'
import { PrivateBucket } from './constructs/private-bucket.ts'
import { Stores } from './constructs/stores.ts'
import { VideosTable } from './constructs/videos-table.ts'

export interface StageProps extends StackProps {
  config: StageConfig
}

export class StorageStack extends Stack {
  readonly logs: PrivateBucket
  readonly stores: Stores
  readonly videos: VideosTable
  readonly playbackSecret: PlaybackSecretStore

  constructor(scope: Construct, id: string, { config, ...props }: StageProps) {
    super(scope, id, { ...props, terminationProtection: config.stage === 'prod' })
    this.logs = new PrivateBucket(this, 'Logs', {
      // CloudFront writes its logs with an ACL of its own.
      objectOwnership: ObjectOwnership.OBJECT_WRITER,
      lifecycleRules: [{ id: 'old', expiration: Duration.days(config.logRetentionDays) }],
    })
    Validations.of(this.logs).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'It is where access logs go; a log of its own would log itself.',
    })
    this.stores = new Stores(this, 'Stores', { ...config, logs: this.logs })
    this.videos = new VideosTable(this, 'Videos')
    this.playbackSecret = new PlaybackSecretStore(this, 'Playback', config.playbackSecret)
  }
}
