// A budget of what this stage may cost a month, told by mail before it is spent.
import { CfnBudget } from 'aws-cdk-lib/aws-budgets'
import type { Construct } from 'constructs'

export class MonthlyBudget extends CfnBudget {
  constructor(
    scope: Construct,
    id: string,
    { stage, dollars, email }: { stage: string; dollars: number; email: string },
  ) {
    const told = (threshold: number, notificationType: string) => ({
      notification: {
        comparisonOperator: 'GREATER_THAN',
        notificationType,
        threshold,
        thresholdType: 'PERCENTAGE',
      },
      subscribers: [{ subscriptionType: 'EMAIL', address: email }],
    })
    super(scope, id, {
      budget: {
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: dollars, unit: 'USD' },
        // What carries the stage's tag, once the tag is activated for cost allocation.
        costFilters: { TagKeyValue: [`user:Stage$${stage}`] },
      },
      notificationsWithSubscribers: [told(80, 'ACTUAL'), told(100, 'FORECASTED')],
    })
  }
}
