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
  /** Rings above it. */
  above: number
  /** So many periods of the metric, one after the other. Default: 1. */
  periods?: number
  /** Missing data: nothing happened, or whoever should have spoken is silent. Default: nothing happened. */
  silenceIsWrong?: boolean
  topic: ITopic | null
}

export const runbookLink = (heading: string): string => `docs/runbook.md#${heading}`

export class RunbookAlarm extends Alarm {
  constructor(scope: Construct, id: string, props: RunbookAlarmProps) {
    const { heading, says, metric, above, periods = 1, silenceIsWrong = false, topic } = props
    super(scope, id, {
      metric,
      threshold: above,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: periods,
      treatMissingData: silenceIsWrong
        ? TreatMissingData.BREACHING
        : TreatMissingData.NOT_BREACHING,
      alarmDescription: `${says} ${runbookLink(heading)}`,
    })
    if (topic) {
      this.addAlarmAction(new SnsAction(topic))
      this.addOkAction(new SnsAction(topic))
    }
  }
}
