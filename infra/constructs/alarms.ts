// Every alarm of a stage: what it looks at, from where on it rings, and the heading of the runbook that says what to do.
import { Aws, CfnCondition, Duration, Fn } from 'aws-cdk-lib'
import { CfnAlarm, MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { metricNames } from '#domain/metrics.ts'
import type { ApiStack } from '../api-stack.ts'
import type { StageConfig } from '../config.ts'
import type { DeliveryStack } from '../delivery-stack.ts'
import type { PipelineStack } from '../pipeline-stack.ts'
import type { StorageStack } from '../storage-stack.ts'
import { edgeMetric, millraceMetric } from './metric.ts'
import type { RoomFunction } from './room-function.ts'
import { RunbookAlarm, type RunbookAlarmProps } from './runbook-alarm.ts'

export interface Watched {
  config: StageConfig
  storage: StorageStack
  pipeline: PipelineStack
  api: ApiStack
  delivery: DeliveryStack
}

const fiveMinutes = Duration.minutes(5)
const sum = { statistic: Stats.SUM, period: fiveMinutes }
const maximum = { statistic: Stats.MAXIMUM, period: fiveMinutes }

/** A viewer waits on `fast`; nobody waits on `bulk`, but a film must end some day. */
const oldestSeconds = { fast: 120, bulk: 6 * 3600 }
/** The reaper looks each minute and sends again: what is still overdue after this moves no more. */
const stuckSeconds = 15 * 60
/** In five minutes; a lost message or two are nothing. */
const resentTasks = 10
/** Of the functions a person waits for; held requests and streams take long by design. */
const slowMilliseconds = 3000

export class Alarms extends Construct {
  readonly all: RunbookAlarm[] = []
  private readonly topic: ITopic | null

  constructor(scope: Construct, id: string, props: Watched & { topic: ITopic | null }) {
    super(scope, id)
    this.topic = props.topic
    this.watchQueues(props.pipeline)
    this.watchVideos(props)
    for (const [id, room] of Object.entries(roomsOf(props))) this.watchRoom(id, room)
    this.watchAnswers(props)
    this.watchTable(props.storage)
  }

  private add(id: string, props: Omit<RunbookAlarmProps, 'topic'>): void {
    this.all.push(new RunbookAlarm(this, id, { ...props, topic: this.topic }))
  }

  private watchQueues({ queues, intake, conversion }: PipelineStack): void {
    const dead = { FastDead: queues.deadLetters.fast, BulkDead: queues.deadLetters.bulk }
    for (const [id, queue] of Object.entries(dead)) {
      this.add(id, {
        heading: 'dead-letters',
        says: 'Work was begun again and again and never done.',
        // A function drains the queue at once: what it took is counted, not what is left.
        metric: queue.metricNumberOfMessagesReceived(sum),
        above: 0,
      })
    }
    this.add('LostArrivals', {
      heading: 'lost-arrivals',
      says: 'An arrival in the source bucket could not be taken in.',
      metric: intake.lost.metricApproximateNumberOfMessagesVisible(maximum),
      above: 0,
    })
    if (conversion) {
      this.add('LostJobEvents', {
        heading: 'lost-job-events',
        says: 'What became of a job of MediaConvert could not be written down.',
        metric: conversion.lost.metricApproximateNumberOfMessagesVisible(maximum),
        above: 0,
      })
    }
    const oldest = (id: string, queue: Queue, seconds: number) =>
      this.add(id, {
        heading: 'oldest-message',
        says: `A message has waited for more than ${seconds} s.`,
        metric: queue.metricApproximateAgeOfOldestMessage(maximum),
        above: seconds,
        periods: 2,
      })
    oldest('FastOldest', queues.fast, oldestSeconds.fast)
    oldest('BulkOldest', queues.bulk, oldestSeconds.bulk)
  }

  private watchVideos({ config, pipeline }: Watched): void {
    const { stage } = config
    this.add('StuckVideos', {
      heading: 'stuck-videos',
      says: 'Records are overdue, and the reaper does not move them.',
      metric: millraceMetric(metricNames.overdueSeconds, stage, maximum),
      above: stuckSeconds,
    })
    this.add('ResentTasks', {
      heading: 'stuck-videos',
      says: 'Work is sent again and again.',
      metric: millraceMetric(metricNames.tasksResent, stage, sum),
      above: resentTasks,
      periods: 3,
    })
    this.add('ReaperSilent', {
      heading: 'reaper-silent',
      says: 'The reaper has not run.',
      metric: pipeline.reaper.room.metricInvocations(sum),
      below: 1,
      periods: 2,
    })
    if (!config.without.has('metric-math')) this.watchWorkers(pipeline)
  }

  private watchWorkers({ transcoders, queues }: PipelineStack): void {
    const options = { statistic: Stats.MAXIMUM, period: fiveMinutes }
    this.add('NobodyWorks', {
      heading: 'nobody-works',
      says: 'Work waits, and no transcoder runs.',
      metric: new MathExpression({
        expression: 'IF(waiting > 0 AND FILL(running, 0) < 1, waiting, 0)',
        usingMetrics: {
          waiting: queues.bulk.metricApproximateNumberOfMessagesVisible(options),
          // ECS gives a sample of each running task a minute.
          running: transcoders.service.metricCpuUtilization({
            statistic: Stats.SAMPLE_COUNT,
            period: fiveMinutes,
          }),
        },
        period: fiveMinutes,
        label: 'work that nobody does',
      }),
      above: 0,
      periods: 3,
    })
  }

  private watchRoom(id: string, room: RoomFunction): void {
    this.add(`${id}Errors`, {
      heading: 'function-errors',
      says: `${id} fails.`,
      metric: room.metricErrors(sum),
      above: 0,
      periods: 2,
    })
    this.add(`${id}Throttles`, {
      heading: 'function-throttles',
      says: `${id} is refused by Lambda: too many run at once.`,
      metric: room.metricThrottles(sum),
      above: 0,
      periods: 2,
    })
    if (!waitedFor.has(id)) return
    this.add(`${id}Slow`, {
      heading: 'slow-functions',
      says: `One answer of ${id} in a hundred takes more than ${slowMilliseconds / 1000} s.`,
      metric: room.metricDuration({ statistic: Stats.percentile(99), period: fiveMinutes }),
      above: slowMilliseconds,
      periods: 3,
    })
  }

  private watchAnswers({ api, delivery }: Watched): void {
    this.add('ApiFaults', {
      heading: 'faults-5xx',
      says: 'The API answers with 5xx.',
      metric: api.api.api.metricServerError(sum),
      above: 5,
    })
    // CloudFront's metrics are in us-east-1; elsewhere the alarm would look at nothing.
    const edge = new RunbookAlarm(this, 'EdgeFaults', {
      heading: 'faults-5xx',
      says: 'More than 1 % of what viewers ask for fails.',
      metric: edgeMetric('5xxErrorRate', delivery.edge.distribution, { period: fiveMinutes }),
      above: 1,
      periods: 2,
      topic: this.topic,
    })
    const { defaultChild } = edge.node
    if (!(defaultChild instanceof CfnAlarm)) throw new TypeError('an alarm without its resource')
    defaultChild.cfnOptions.condition = new CfnCondition(this, 'HasEdgeMetrics', {
      expression: Fn.conditionEquals(Aws.REGION, 'us-east-1'),
    })
  }

  private watchTable({ videos }: StorageStack): void {
    for (const [id, name] of Object.entries({
      Read: 'ReadThrottleEvents',
      Write: 'WriteThrottleEvents',
    })) {
      this.add(`Table${id}Throttles`, {
        heading: 'table-throttles',
        says: `The table refuses to ${id.toLowerCase()}.`,
        metric: videos.table.metric(name, sum),
        above: 0,
        periods: 2,
      })
    }
  }
}

/** Functions whose answer a person waits for. */
const waitedFor = new Set(['Upload', 'Sign', 'Status', 'Accounts'])

function roomsOf({ api, pipeline, delivery }: Watched): Record<string, RoomFunction> {
  const { upload, sign, status, accounts, stream, playlist } = api.rooms
  return {
    Upload: upload,
    Sign: sign,
    Status: status,
    Accounts: accounts,
    AccessKeys: api.access.keeper,
    Stream: stream,
    Playlist: playlist,
    Intake: pipeline.intake.room,
    Reaper: pipeline.reaper.room,
    DeadLetter: pipeline.deadLetters.room,
    GateKeys: delivery.gateKeys.room,
    ...(pipeline.conversion ? { Conversion: pipeline.conversion.room } : {}),
    ...(pipeline.fastLane ? { FastLane: pipeline.fastLane.room } : {}),
  }
}
