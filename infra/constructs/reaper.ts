// The reaper and its schedule. It runs alone: a run that fails is repeated by the next minute, not by a retry beside it.
import { Duration } from 'aws-cdk-lib'
import { Schedule, ScheduleExpression, TimeWindow } from 'aws-cdk-lib/aws-scheduler'
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets'
import { Construct } from 'constructs'
import { reapEverySeconds } from '#domain/timing.ts'
import type { StageConfig } from '../config.ts'
import { RoomFunction } from './room-function.ts'

export class Reaper extends Construct {
  readonly room: RoomFunction

  constructor(scope: Construct, id: string, props: { config: StageConfig }) {
    super(scope, id)
    this.room = new RoomFunction(this, 'Function', {
      entry: 'functions/reaper/handler',
      description: 'Millrace reaper: what is due and nobody works on',
      timeout: Duration.seconds(55),
      ...props,
    })
    // Both the schedule and Lambda, which the schedule does not wait for, would try again by themselves.
    const once = { retryAttempts: 0, maxEventAge: Duration.seconds(reapEverySeconds) }
    this.room.configureAsyncInvoke(once)
    new Schedule(this, 'EveryMinute', {
      schedule: ScheduleExpression.rate(Duration.seconds(reapEverySeconds)),
      timeWindow: TimeWindow.off(),
      target: new LambdaInvoke(this.room, once),
    })
  }
}
