// How it reaches people: the distribution with its functions at the edge, the gate's keys, and the portal's files.
import { CfnOutput, Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { ApiStack } from './api-stack.ts'
import { Edge } from './constructs/edge.ts'
import { EdgeDistribution } from './constructs/edge-distribution.ts'
import { GateKeys } from './constructs/gate-keys.ts'
import { HeaderPolicies } from './constructs/header-policies.ts'
import { createOrigins } from './constructs/origins.ts'
import { PortalFiles } from './constructs/portal-files.ts'
import type { StageProps, StorageStack } from './storage-stack.ts'

export interface DeliveryStackProps extends StageProps {
  storage: StorageStack
  api: ApiStack
}

export class DeliveryStack extends Stack {
  readonly edge: EdgeDistribution
  readonly gateKeys: GateKeys

  constructor(scope: Construct, id: string, props: DeliveryStackProps) {
    const { config, storage, api, ...stackProps } = props
    super(scope, id, stackProps)
    const { source, media } = storage.stores
    const edge = new Edge(this, 'Edge', config)
    const portal = new PortalFiles(this, 'Portal', { config })
    const storeOrigin = config.emulator?.origin ?? `https://${source.bucketRegionalDomainName}`
    this.edge = new EdgeDistribution(this, 'Delivery', {
      config,
      edge,
      origins: createOrigins(this, { api, media, portal: portal.bucket, config }),
      headers: new HeaderPolicies(this, 'Headers', { storeOrigin }),
      logs: storage.logs,
    })
    this.gateKeys = new GateKeys(this, 'GateKeys', {
      config,
      secret: storage.playbackSecret,
      keyStore: edge.keyStore,
      distribution: this.edge.distribution,
    })
    new CfnOutput(this, 'Address', { value: this.edge.address, description: 'Where Millrace is' })
  }
}
