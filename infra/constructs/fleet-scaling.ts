// From nothing to as many transcoders as the work asks for, and back to nothing: an alarm and a policy for each rule of
// domain/scaling.ts. Scale-in finds idle tasks first, because those at work protect themselves.
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
import {
  type FleetLimits,
  type ScalingMetric,
  type ScalingRule,
  scalingPeriodSeconds,
  scalingRules,
} from '#domain/scaling.ts'
import type { TaskQueues } from './task-queues.ts'
import type { TranscoderService } from './transcoder-service.ts'

const period = Duration.seconds(scalingPeriodSeconds)

export interface FleetScalingProps extends FleetLimits {
  transcoders: TranscoderService
  queues: TaskQueues
}

const ids = { grow: 'Grow', shrink: 'Shrink', rest: 'Rest' } as const

export class FleetScaling extends Construct {
  constructor(scope: Construct, id: string, props: FleetScalingProps) {
    super(scope, id)
    const { cluster, service } = props.transcoders
    const target = new ScalableTarget(this, 'Target', {
      serviceNamespace: ServiceNamespace.ECS,
      scalableDimension: 'ecs:service:DesiredCount',
      resourceId: `service/${cluster.clusterName}/${service.serviceName}`,
      minCapacity: 0,
      maxCapacity: props.maxTranscoders,
    })
    const metrics = metricsOf(props)
    for (const rule of scalingRules(props)) this.add(rule, target, metrics[rule.metric])
  }

  private add(rule: ScalingRule, scalingTarget: ScalableTarget, metric: IMetric): void {
    const [least] = rule.steps
    if (!least) throw new RangeError(`the rule ${rule.name} asks for nothing`)
    const policy = new StepScalingAction(this, ids[rule.name], {
      scalingTarget,
      adjustmentType: AdjustmentType.EXACT_CAPACITY,
      metricAggregationType: MetricAggregationType.MAXIMUM,
      cooldown: period,
    })
    for (const [index, { from, transcoders }] of rule.steps.entries()) {
      const next = rule.steps[index + 1]
      policy.addAdjustment({
        adjustment: transcoders,
        // Bounds count from the alarm's threshold.
        lowerBound: from - least.from,
        ...(next ? { upperBound: next.from - least.from } : {}),
      })
    }
    new Alarm(this, `${ids[rule.name]}Alarm`, {
      metric,
      threshold: least.from,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: rule.minutes,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: `Not a fault: the transcoders ${rule.name}.`,
    }).addAlarmAction(new ApplicationScalingAction(policy))
  }
}

function metricsOf({ queues, transcoders }: FleetScalingProps): Record<ScalingMetric, IMetric> {
  const { fast, bulk } = queues
  const options = { period, statistic: Stats.MAXIMUM }
  const counts = {
    fastWaiting: fast.metricApproximateNumberOfMessagesVisible(options),
    fastInFlight: fast.metricApproximateNumberOfMessagesNotVisible(options),
    bulkWaiting: bulk.metricApproximateNumberOfMessagesVisible(options),
    bulkInFlight: bulk.metricApproximateNumberOfMessagesNotVisible(options),
  }
  const expression = Object.keys(counts)
    .map(name => `FILL(${name}, 0)`)
    .join(' + ')
  const work = new MathExpression({ expression, usingMetrics: counts, period, label: 'work' })
  // ECS samples the CPU of each running task once a minute, so the samples of a minute are its tasks.
  const running = transcoders.service.metricCpuUtilization({
    statistic: Stats.SAMPLE_COUNT,
    period,
  })
  return {
    work,
    // 0 is below every threshold, as good as no value.
    idle: new MathExpression({
      expression: `IF(${expression} > 0, 0, running)`,
      usingMetrics: { ...counts, running },
      period,
      label: 'idle transcoders',
    }),
  }
}
