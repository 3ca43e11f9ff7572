// The two task queues with their dead letters, and who may send to and work on them. A grant also names both to the room.
import { Duration } from 'aws-cdk-lib'
import { Grant } from 'aws-cdk-lib/aws-iam'
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import type { QueueName } from '#domain/task.ts'
import { leaseSeconds, maxReceives, messageRetentionSeconds } from '#domain/timing.ts'
import type { Room } from './room.ts'

export interface TaskQueuesProps {
  /** What permits a send, alone or in a batch. */
  sendActions: readonly string[]
  /** A function that takes `fast` by an event source: its messages hide for six times as long, as Lambda asks for. */
  fastLaneTimeout?: Duration
}

export class TaskQueues extends Construct {
  readonly fast: Queue
  readonly bulk: Queue
  readonly deadLetters: Record<QueueName, Queue>

  private readonly sendActions: readonly string[]

  constructor(scope: Construct, id: string, props: TaskQueuesProps) {
    super(scope, id)
    this.sendActions = props.sendActions
    const common = {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.seconds(messageRetentionSeconds),
    }
    this.deadLetters = {
      fast: new Queue(this, 'FastDeadLetters', common),
      bulk: new Queue(this, 'BulkDeadLetters', common),
    }
    const queue = (id: string, deadLetters: IQueue, visibilityTimeout: Duration) =>
      new Queue(this, id, {
        ...common,
        visibilityTimeout,
        deadLetterQueue: { queue: deadLetters, maxReceiveCount: maxReceives },
      })
    // Pollers hide what they receive for a lease of their own; only the event source uses the queue's.
    const lease = Duration.seconds(leaseSeconds)
    const { fastLaneTimeout } = props
    const fastVisibility = fastLaneTimeout
      ? Duration.seconds(6 * fastLaneTimeout.toSeconds())
      : lease
    this.fast = queue('Fast', this.deadLetters.fast, fastVisibility)
    this.bulk = queue('Bulk', this.deadLetters.bulk, lease)
  }

  grantSend(room: Room): void {
    this.grant(room, ...this.sendActions)
  }

  grantReadDepth(room: Room): void {
    this.grant(room, 'GetQueueAttributes')
  }

  /** How much lies in the dead-letter queues. */
  grantCountDead(room: Room): void {
    const { fast, bulk } = this.deadLetters
    room.set('FAST_DEAD_LETTERS_URL', fast.queueUrl)
    room.set('BULK_DEAD_LETTERS_URL', bulk.queueUrl)
    Grant.addToPrincipal({
      grantee: room,
      actions: ['sqs:GetQueueAttributes'],
      resourceArns: [fast.queueArn, bulk.queueArn],
    })
  }

  grantWork(room: Room): void {
    this.grant(
      room,
      ...this.sendActions,
      'ReceiveMessage',
      'ChangeMessageVisibility',
      'DeleteMessage',
    )
  }

  private grant(room: Room, ...actions: string[]): void {
    room.set('FAST_QUEUE_URL', this.fast.queueUrl)
    room.set('BULK_QUEUE_URL', this.bulk.queueUrl)
    Grant.addToPrincipal({
      grantee: room,
      actions: actions.map(action => `sqs:${action}`),
      resourceArns: [this.fast.queueArn, this.bulk.queueArn],
    })
  }
}
