// Metrics that the rooms themselves write, one namespace and one dimension a stage.
import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch'
import { type MetricName, metricNamespace } from '#domain/metrics.ts'

export function millraceMetric(
  metricName: MetricName,
  stage: string,
  options: MetricOptions,
): Metric {
  const dimensionsMap = { Stage: stage }
  return new Metric({ namespace: metricNamespace, metricName, dimensionsMap, ...options })
}
