// What ends in a dead-letter queue goes to the function that fails the video in words.
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources'
import { Construct } from 'constructs'
import type { StageConfig } from '../config.ts'
import { RoomFunction } from './room-function.ts'
import type { TaskQueues } from './task-queues.ts'

/** The least Lambda takes. Without a bound the two queues begin with five each, all that a fresh account may run at once. */
const maxConcurrency = 2

export class DeadLetters extends Construct {
  readonly room: RoomFunction

  constructor(
    scope: Construct,
    id: string,
    { queues, config }: { queues: TaskQueues; config: StageConfig },
  ) {
    super(scope, id)
    this.room = new RoomFunction(this, 'Function', {
      entry: 'functions/dead-letter/handler',
      description: 'Millrace dead letters: fails the video in words',
      config,
    })
    for (const queue of Object.values(queues.deadLetters)) {
      this.room.addEventSource(
        new SqsEventSource(queue, { maxConcurrency, reportBatchItemFailures: true }),
      )
    }
  }
}
