// Metrics that the rooms themselves write, one namespace and one dimension a stage, and those of the edge.
import type { Distribution } from 'aws-cdk-lib/aws-cloudfront'
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

/** Not the distribution's own methods: they leave out a dimension that every metric of CloudFront has, and so find none. */
export function edgeMetric(
  metricName: 'Requests' | '4xxErrorRate' | '5xxErrorRate',
  { distributionId }: Distribution,
  options: MetricOptions,
): Metric {
  const dimensionsMap = { DistributionId: distributionId, Region: 'Global' }
  return new Metric({ namespace: 'AWS/CloudFront', metricName, dimensionsMap, ...options })
}
