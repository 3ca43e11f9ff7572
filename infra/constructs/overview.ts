// The dashboard: what comes in, what waits, who works, what goes wrong, in the order one would ask.
import { Duration } from 'aws-cdk-lib'
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch'
import type { Construct } from 'constructs'
import { metricNames } from '#domain/metrics.ts'
import type { Watched } from './alarms.ts'
import { edgeMetric, millraceMetric } from './metric.ts'
import type { RunbookAlarm } from './runbook-alarm.ts'

const period = Duration.minutes(5)
const sum = { statistic: Stats.SUM, period }
const maximum = { statistic: Stats.MAXIMUM, period }
const p99 = { statistic: Stats.percentile(99), period }
/** CloudFront's are in one region, wherever the dashboard is. */
const edge = { region: 'us-east-1' }

const graph = (title: string, ...left: IMetric[]) =>
  new GraphWidget({ title, left, width: 8, height: 6 })

export function createOverview(
  scope: Construct,
  id: string,
  props: Watched & { alarms: readonly RunbookAlarm[] },
): Dashboard {
  const { config, pipeline, api, delivery, alarms } = props
  const { fast, bulk } = pipeline.queues
  const { upload, sign, status, accounts } = api.rooms
  const { distribution } = delivery.edge
  return new Dashboard(scope, id, {
    dashboardName: `Millrace-${config.stage}`,
    widgets: [
      [new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 24, height: 4 })],
      [
        graph(
          'Uploads begun',
          millraceMetric(metricNames.uploadsBegun, config.stage, sum),
          millraceMetric(metricNames.videosBuried, config.stage, sum),
        ),
        graph(
          'Work waiting and in flight',
          fast.metricApproximateNumberOfMessagesVisible({ ...maximum, label: 'fast, waiting' }),
          fast.metricApproximateNumberOfMessagesNotVisible({ ...maximum, label: 'fast, running' }),
          bulk.metricApproximateNumberOfMessagesVisible({ ...maximum, label: 'bulk, waiting' }),
          bulk.metricApproximateNumberOfMessagesNotVisible({ ...maximum, label: 'bulk, running' }),
        ),
        graph(
          'Oldest message, seconds',
          fast.metricApproximateAgeOfOldestMessage({ ...maximum, label: 'fast' }),
          bulk.metricApproximateAgeOfOldestMessage({ ...maximum, label: 'bulk' }),
        ),
      ],
      [
        graph(
          'Transcoders: CPU, and how many (samples)',
          pipeline.transcoders.service.metricCpuUtilization({ period }),
          pipeline.transcoders.service.metricCpuUtilization({
            statistic: Stats.SAMPLE_COUNT,
            period,
            label: 'samples',
          }),
        ),
        graph(
          'Reaper: sent again, overdue seconds',
          millraceMetric(metricNames.tasksResent, config.stage, sum),
          millraceMetric(metricNames.overdueSeconds, config.stage, maximum),
          millraceMetric(metricNames.reapFailures, config.stage, sum),
        ),
        graph(
          'Answers of the API, p99 in milliseconds',
          ...[upload, sign, status, accounts].map(room => room.metricDuration(p99)),
        ),
      ],
      [
        graph(
          'API: requests, 4xx, 5xx',
          api.api.api.metricCount(sum),
          api.api.api.metricClientError(sum),
          api.api.api.metricServerError(sum),
        ),
        graph('Edge: requests', edgeMetric('Requests', distribution, { ...edge, ...sum })),
        graph(
          'Edge: errors, %',
          edgeMetric('4xxErrorRate', distribution, { ...edge, period }),
          edgeMetric('5xxErrorRate', distribution, { ...edge, period }),
        ),
      ],
    ],
  })
}
