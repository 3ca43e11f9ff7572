// An alarm, which is only worth its noise if whoever it wakes knows what to do: each names a heading of docs/runbook.md.
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import type { Construct } from 'constructs'

export interface RunbookAlarmProps {
  /** The heading's anchor in docs/runbook.md. */
  heading: string
  /** What is wrong when it rings, in one sentence. */
  says: string
  metric: IMetric
  /** Rings above it. Default: 0. */
  above?: number
  /** In the place of `above`: rings below it, and without any data, for whoever should have spoken is silent. */
  below?: number
  /** So many periods of the metric, one after the other. Default: 1. */
  periods?: number
  topic: ITopic | null
}

export const runbookLink = (heading: string): string => `docs/runbook.md#${heading}`

export class RunbookAlarm extends Alarm {
  constructor(scope: Construct, id: string, props: RunbookAlarmProps) {
    const { heading, says, metric, above = 0, below, periods = 1, topic } = props
    super(scope, id, {
      metric,
      evaluationPeriods: periods,
      ...(below === undefined
        ? {
            threshold: above,
            comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
            treatMissingData: TreatMissingData.NOT_BREACHING,
          }
        : {
            threshold: below,
            comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
            treatMissingData: TreatMissingData.BREACHING,
          }),
      alarmDescription: `${says} ${runbookLink(heading)}`,
    })
    if (topic) {
      this.addAlarmAction(new SnsAction(topic))
      this.addOkAction(new SnsAction(topic))
    }
  }
}
