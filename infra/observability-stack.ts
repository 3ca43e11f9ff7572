// What is watched: alarms, each with what to do in docs/runbook.md, a dashboard, and a budget where one is asked for.
import { Stack } from 'aws-cdk-lib'
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import type { Construct } from 'constructs'
import type { ApiStack } from './api-stack.ts'
import { Alarms } from './constructs/alarms.ts'
import { MonthlyBudget } from './constructs/monthly-budget.ts'
import { createOverview } from './constructs/overview.ts'
import type { DeliveryStack } from './delivery-stack.ts'
import type { PipelineStack } from './pipeline-stack.ts'
import type { StageProps, StorageStack } from './storage-stack.ts'

export interface ObservabilityStackProps extends StageProps {
  storage: StorageStack
  pipeline: PipelineStack
  api: ApiStack
  delivery: DeliveryStack
}

export class ObservabilityStack extends Stack {
  constructor(scope: Construct, id: string, props: ObservabilityStackProps) {
    const { config, storage, pipeline, api, delivery, ...stackProps } = props
    super(scope, id, stackProps)
    const { alarmEmail, monthlyBudgetDollars } = config
    const topic = alarmEmail ? this.mail(alarmEmail) : null
    const watched = { config, storage, pipeline, api, delivery }
    const alarms = new Alarms(this, 'Watch', { ...watched, topic })
    createOverview(this, 'Overview', { ...watched, alarms: alarms.all })
    if (alarmEmail && monthlyBudgetDollars) {
      new MonthlyBudget(this, 'Budget', {
        stage: config.stage,
        dollars: monthlyBudgetDollars,
        email: alarmEmail,
      })
    }
  }
  /** A policy of its own takes the place of the one that lets an account's alarms through: it has to name them. */
  private mail(address: string): Topic {
    const topic = new Topic(this, 'Alarms', { enforceSSL: true })
    const { account } = this
    topic.grantPublish(
      new ServicePrincipal('cloudwatch.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    )
    topic.addSubscription(new EmailSubscription(address))
    return topic
  }
}
