// From nothing to as many transcoders as the work asks for, and back to nothing: exact counts by the work that waits and is in
// flight. Scale-in finds idle tasks first, because those at work protect themselves.
import { Duration } from 'aws-cdk-lib'
import {
  AdjustmentType,
  MetricAggregationType,
  ScalableTarget,
  ServiceNamespace,
  StepScalingAction,
} from 'aws-cdk-lib/aws-applicationautoscaling'
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch'
import { ApplicationScalingAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { Construct } from 'constructs'
import { type FleetLimits, fleetSteps, idleMinutes } from '#domain/fleet.ts'
import { metricNames } from '#domain/metrics.ts'
import { millraceMetric } from './metric.ts'
import type { TaskQueues } from './task-queues.ts'
import type { TranscoderService } from './transcoder-service.ts'

const minute = Duration.minutes(1)

export interface FleetScalingProps extends FleetLimits {
  transcoders: TranscoderService
  queues: TaskQueues
  stage: string
}

export class FleetScaling extends Construct {
  constructor(scope: Construct, id: string, props: FleetScalingProps) {
    super(scope, id)
    const { transcoders, maxTranscoders } = props
    const { cluster, service } = transcoders
    const target = new ScalableTarget(this, 'Target', {
      serviceNamespace: ServiceNamespace.ECS,
      scalableDimension: 'ecs:service:DesiredCount',
      resourceId: `service/${cluster.clusterName}/${service.serviceName}`,
      minCapacity: 0,
      maxCapacity: maxTranscoders,
    })
    const work = workMetric(props.queues)

    const grow = this.action('Grow', target)
    const steps = fleetSteps(props)
    for (const [index, { work: from, transcoders }] of steps.entries()) {
      const next = steps[index + 1]
      // Bounds are relative to the alarm's threshold, 1.
      grow.addAdjustment({
        adjustment: transcoders,
        lowerBound: from - 1,
        ...(next ? { upperBound: next.work - 1 } : {}),
      })
    }
    new Alarm(this, 'Work', {
      metric: work,
      threshold: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: 'Not a fault: there is work, and the transcoders grow with it.',
    }).addAlarmAction(new ApplicationScalingAction(grow))

    const rest = this.action('Rest', target)
    rest.addAdjustment({ adjustment: 0, upperBound: 0 })
    // An upload under way is no work yet, but it will be: what `begin` has woken must not be sent to sleep before it.
    const begun = millraceMetric(metricNames.uploadsBegun, props.stage, {
      statistic: Stats.SUM,
      period: minute,
    })
    new Alarm(this, 'NoWork', {
      metric: new MathExpression({
        expression: 'work + FILL(begun, 0)',
        usingMetrics: { work, begun },
        period: minute,
        label: 'work and uploads begun',
      }),
      threshold: 0,
      comparisonOperator: ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: idleMinutes,
      treatMissingData: TreatMissingData.BREACHING,
      alarmDescription: 'Not a fault: no work for a while, so the transcoders rest.',
    }).addAlarmAction(new ApplicationScalingAction(rest))
  }

  private action(id: string, scalingTarget: ScalableTarget): StepScalingAction {
    return new StepScalingAction(this, id, {
      scalingTarget,
      adjustmentType: AdjustmentType.EXACT_CAPACITY,
      metricAggregationType: MetricAggregationType.MAXIMUM,
      cooldown: minute,
    })
  }
}

/** Messages that wait and messages in flight, of both queues. */
function workMetric({ fast, bulk }: TaskQueues): IMetric {
  const options = { period: minute, statistic: Stats.MAXIMUM }
  return new MathExpression({
    expression: 'fastWaiting + fastRunning + bulkWaiting + bulkRunning',
    usingMetrics: {
      fastWaiting: fast.metricApproximateNumberOfMessagesVisible(options),
      fastRunning: fast.metricApproximateNumberOfMessagesNotVisible(options),
      bulkWaiting: bulk.metricApproximateNumberOfMessagesVisible(options),
      bulkRunning: bulk.metricApproximateNumberOfMessagesNotVisible(options),
    },
    period: minute,
    label: 'work',
  })
}
