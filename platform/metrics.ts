// Metrics as lines of the log, in CloudWatch's embedded metric format: written where the work is done, without a call to anyone.
import { type MetricName, metricNamespace } from '#domain/metrics.ts'

export type MetricUnit = 'Count' | 'Seconds'

export interface Metrics {
  put(name: MetricName, value: number, unit?: MetricUnit): void
}

export function createMetrics(deps: {
  /** Stages of one account are told apart by it. */
  stage: string
  write(line: string): void
  /** Epoch seconds. */
  now(): number
}): Metrics {
  const { stage, write, now } = deps
  return {
    put(name, value, unit = 'Count') {
      const description = {
        Namespace: metricNamespace,
        Dimensions: [['Stage']],
        Metrics: [{ Name: name, Unit: unit }],
      }
      const line = {
        _aws: { Timestamp: Math.round(now() * 1000), CloudWatchMetrics: [description] },
        Stage: stage,
        [name]: value,
      }
      write(`${JSON.stringify(line)}\n`)
    },
  }
}
