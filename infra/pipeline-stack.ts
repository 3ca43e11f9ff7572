// From an arrival to a ladder: queues, intake, transcoders as a service and as a fast lane, and who looks after what is lost.
import { Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { rosterPartition } from '#domain/account-item.ts'
import { failurePartition, ownerPartition } from '#domain/item.ts'
import { dropPrefix, plansPrefix, uploadsPrefix } from '#domain/keys.ts'
import { Conversion } from './constructs/conversion.ts'
import { DeadLetters } from './constructs/dead-letters.ts'
import { setDefaultQuota } from './constructs/default-quota.ts'
import { FastLane, fastLaneTimeout } from './constructs/fast-lane.ts'
import { FleetScaling } from './constructs/fleet-scaling.ts'
import { gateKeysName, grantRevoke } from './constructs/gate-keys.ts'
import { Intake } from './constructs/intake.ts'
import { Network } from './constructs/network.ts'
import { Reaper } from './constructs/reaper.ts'
import type { Room } from './constructs/room.ts'
import { TaskQueues } from './constructs/task-queues.ts'
import { TranscoderService } from './constructs/transcoder-service.ts'
import type { StageProps, StorageStack } from './storage-stack.ts'

export class PipelineStack extends Stack {
  readonly queues: TaskQueues
  readonly transcoders: TranscoderService
  readonly fastLane: FastLane | null
  readonly intake: Intake
  readonly reaper: Reaper
  readonly deadLetters: DeadLetters
  readonly conversion: Conversion | null

  constructor(scope: Construct, id: string, props: StageProps & { storage: StorageStack }) {
    const { config, storage, ...stackProps } = props
    super(scope, id, stackProps)
    const { stores, videos } = storage
    this.queues = new TaskQueues(this, 'Queues', {
      sendActions: config.without.has('batches-by-send')
        ? ['SendMessage', 'SendMessageBatch']
        : ['SendMessage'],
      ...(config.fastLane ? { fastLaneTimeout } : {}),
    })
    this.transcoders = new TranscoderService(this, 'Transcoders', {
      config,
      network: new Network(this, 'Network'),
    })
    this.fastLane = config.fastLane
      ? new FastLane(this, 'FastLane', { config, queue: this.queues.fast, ...config.fastLane })
      : null
    this.conversion = this.makeConversion(props)
    this.grantTranscoding(props, this.transcoders)
    if (this.fastLane) this.grantTranscoding(props, this.fastLane.room)
    if (!config.without.has('scaling')) {
      new FleetScaling(this, 'Scaling', {
        transcoders: this.transcoders,
        queues: this.queues,
        maxTranscoders: config.maxTranscoders,
        slots: config.transcoderCpus,
      })
    }

    this.intake = new Intake(this, 'Intake', { source: stores.source, config })
    videos.grant(this.intake.room, 'read', 'create', 'change')
    this.queues.grantSend(this.intake.room)
    stores.grantSource(
      this.intake.room,
      { prefix: uploadsPrefix, verbs: ['read', 'remove'] },
      { prefix: dropPrefix, verbs: ['read'] },
    )

    this.reaper = new Reaper(this, 'Reaper', { config })
    videos.grant(this.reaper.room, 'read', 'create', 'change')
    // An account's end takes its own records away; those of its videos go by their sweeps.
    videos.grantIn(this.reaper.room, 'remove', ownerPartition('*'), rosterPartition)
    grantRevoke(this.reaper.room, gateKeysName(config.stage))
    this.queues.grantSend(this.reaper.room)
    stores.grantSource(
      this.reaper.room,
      { prefix: uploadsPrefix, verbs: ['read'] },
      { prefix: dropPrefix, verbs: ['read'] },
    )

    this.deadLetters = new DeadLetters(this, 'DeadLetters', {
      queues: this.queues,
      config,
    })
    videos.grant(this.deadLetters.room, 'read', 'change')
    videos.grantIn(this.deadLetters.room, 'create', failurePartition)
    this.queues.grantSend(this.deadLetters.room)
  }

  private makeConversion({ config, storage }: StageProps & { storage: StorageStack }) {
    if (config.mediaConvert === 'off') return null
    const { stores, videos } = storage
    const conversion = new Conversion(this, 'Conversion', { config, stores })
    videos.grant(conversion.room, 'read', 'create', 'change')
    this.queues.grantSend(conversion.room)
    return conversion
  }

  /** A file of the drop folder is read in place and never removed. */
  private grantTranscoding(
    { config, storage: { stores, videos } }: StageProps & { storage: StorageStack },
    room: Room,
  ): void {
    // Imports are bound by the quota of their person.
    room.set('ACCOUNTS', 'on')
    setDefaultQuota(room, config)
    videos.grant(room, 'read', 'create', 'change', 'remove')
    this.queues.grantWork(room)
    stores.grantSource(
      room,
      // An import is sent in parts, and gone on with where another worker has stopped.
      { prefix: uploadsPrefix, verbs: ['read', 'write', 'remove', 'abort', 'listParts'] },
      { prefix: dropPrefix, verbs: ['read'] },
      { prefix: plansPrefix, verbs: ['read', 'write', 'remove'] },
    )
    stores.grantMedia(room, 'read', 'write', 'abort', 'remove')
    this.conversion?.grantConvert(room)
  }
}
