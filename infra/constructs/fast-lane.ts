// The fast lane: the transcoder as a function beside the service, for what a viewer waits for. A container that starts from
// nothing takes a minute.
import { existsSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { Duration, Size, Validations } from 'aws-cdk-lib'
import { Architecture, Code, LayerVersion } from 'aws-cdk-lib/aws-lambda'
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import type { StageConfig } from '../config.ts'
import { RoomFunction, root } from './room-function.ts'

/** A first chunk takes seconds; the longest task of the fast queue, pictures of eight hours, some minutes. */
export const fastLaneTimeout = Duration.minutes(5)

export interface FastLaneProps {
  config: StageConfig
  memoryMegabytes: number
  maxConcurrency: number
  queue: Queue
}

export class FastLane extends Construct {
  readonly room: RoomFunction

  constructor(scope: Construct, id: string, props: FastLaneProps) {
    super(scope, id)
    const { config } = props
    this.room = new RoomFunction(this, 'Function', {
      entry: 'transcoder/lambda',
      description: 'Millrace fast lane: the first chunks of a video',
      config,
      memoryMegabytes: props.memoryMegabytes,
      timeout: fastLaneTimeout,
      scratch: Size.gibibytes(2),
      layers: [this.ffmpeg(config.layer)],
    })
    this.room.set('FFMPEG_PATH', '/opt/bin/ffmpeg')
    this.room.set('FFPROBE_PATH', '/opt/bin/ffprobe')
    this.room.set('KEEP_SOURCE', String(config.keepSource))
    this.room.set('COPY_LANE', config.copyLane)
    this.room.set('READ_FIRST_MEGABYTES', String(config.readFirstMegabytes))
    this.room.addEventSource(
      new SqsEventSource(props.queue, {
        batchSize: 1,
        maxConcurrency: props.maxConcurrency,
        reportBatchItemFailures: true,
      }),
    )
  }

  /** Without the built layer synthesis still works, and says what is missing. */
  private ffmpeg(zip: string): LayerVersion {
    const path = isAbsolute(zip) ? zip : join(root, zip)
    const built = existsSync(path)
    const layer = new LayerVersion(this, 'Ffmpeg', {
      code: Code.fromAsset(built ? path : join(import.meta.dirname, '..', 'absent-layer')),
      compatibleArchitectures: [Architecture.ARM_64],
      description: 'FFmpeg and ffprobe for Millrace',
      license: 'GPL-2.0-or-later',
    })
    if (!built) {
      Validations.of(layer).addWarning(
        'Millrace-LayerAbsent',
        `There is no FFmpeg layer at ${zip}: run "npm run layer -- --arch arm64" before you deploy, or leave the fast lane out with -c fastLane=off. Deployed like this, the fast lane fails every task.`,
      )
    }
    return layer
  }
}
