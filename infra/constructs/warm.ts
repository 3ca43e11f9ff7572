// Lets `begin` wake what will be needed once an upload is complete: a transcoder, and the fast lane.
import { Grant } from 'aws-cdk-lib/aws-iam'
import type { PipelineStack } from '../pipeline-stack.ts'
import type { Room } from './room.ts'

type Sleepers = Pick<PipelineStack, 'transcoders' | 'fastLane'>

export function grantWarm(room: Room, { transcoders, fastLane }: Sleepers): void {
  const { cluster, service } = transcoders
  room.set('TRANSCODER_CLUSTER', cluster.clusterName)
  room.set('TRANSCODER_SERVICE', service.serviceName)
  Grant.addToPrincipal({
    grantee: room,
    actions: ['ecs:DescribeServices', 'ecs:UpdateService'],
    resourceArns: [service.serviceArn],
  })
  if (!fastLane) return
  room.set('FAST_LANE_FUNCTION', fastLane.room.functionName)
  Grant.addToPrincipal({
    grantee: room,
    actions: ['lambda:InvokeFunction'],
    resourceArns: [fastLane.room.functionArn],
  })
}
