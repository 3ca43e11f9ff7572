// A stage's stacks, each on those it needs: storage ← pipeline ← api ← delivery; observability looks at all of them.
import { type App, Tags } from 'aws-cdk-lib'
import { ApiStack } from './api-stack.ts'
import type { StageConfig } from './config.ts'
import { DeliveryStack } from './delivery-stack.ts'
import { ObservabilityStack } from './observability-stack.ts'
import { PipelineStack } from './pipeline-stack.ts'
import { StorageStack } from './storage-stack.ts'

export type Stacks = ReturnType<typeof createStacks>

export function createStacks(app: App, config: StageConfig) {
  const named = (concern: string, what: string) => {
    const stackName = `Millrace-${config.stage}-${concern}`
    return [stackName, { stackName, description: `Millrace ${config.stage}: ${what}` }] as const
  }
  const [storageId, storageProps] = named('Storage', 'what must not be lost')
  const storage = new StorageStack(app, storageId, { config, ...storageProps })
  const [pipelineId, pipelineProps] = named('Pipeline', 'queues, transcoders, intake')
  const pipeline = new PipelineStack(app, pipelineId, { config, storage, ...pipelineProps })
  const [apiId, apiProps] = named('Api', 'the HTTP API')
  const api = new ApiStack(app, apiId, { config, storage, pipeline, ...apiProps })
  const [deliveryId, deliveryProps] = named('Delivery', 'the edge and the portal')
  const delivery = new DeliveryStack(app, deliveryId, { config, storage, api, ...deliveryProps })
  const [watchId, watchProps] = named('Observability', 'alarms and a dashboard')
  const observability = new ObservabilityStack(app, watchId, {
    config,
    storage,
    pipeline,
    api,
    delivery,
    ...watchProps,
  })
  Tags.of(app).add('Application', 'Millrace')
  Tags.of(app).add('Stage', config.stage)
  return { storage, pipeline, api, delivery, observability }
}
