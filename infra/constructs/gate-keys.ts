// The function that alone writes the gate's key store: both secrets of playback links at a deployment and a rotation, and a
// video's end at its deletion.
import { ArnFormat, CustomResource, Stack } from 'aws-cdk-lib'
import type { Distribution, KeyValueStore } from 'aws-cdk-lib/aws-cloudfront'
import { Grant } from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import type { StageConfig } from '../config.ts'
import type { PlaybackSecretStore } from './playback-secret.ts'
import type { Room } from './room.ts'
import { RoomFunction, resourceTimeout } from './room-function.ts'

export interface GateKeysProps {
  config: StageConfig
  secret: PlaybackSecretStore
  keyStore: KeyValueStore | null
  distribution: Distribution
}

/** A fixed name: the distribution needs the API, so the API can name this function but not refer to it. */
export const gateKeysName = (stage: string): string => `millrace-${stage}-gate-keys`

/** Lets a room end a video's links. */
export function grantRevoke(room: Room, functionName: string): void {
  room.set('GATE_KEYS_FUNCTION', functionName)
  Grant.addToPrincipal({
    grantee: room,
    actions: ['lambda:InvokeFunction'],
    resourceArns: [
      Stack.of(room).formatArn({
        service: 'lambda',
        resource: 'function',
        resourceName: functionName,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    ],
  })
}

export class GateKeys extends Construct {
  readonly room: RoomFunction

  constructor(scope: Construct, id: string, props: GateKeysProps) {
    super(scope, id)
    const { config, secret, keyStore, distribution } = props
    this.room = new RoomFunction(this, 'Function', {
      entry: 'functions/gate-keys/handler',
      functionName: gateKeysName(config.stage),
      description: 'Millrace: keys of the gate',
      config,
    })
    secret.grantWrite(this.room)
    this.room.set('DISTRIBUTION_ID', distribution.distributionId)
    distribution.grantCreateInvalidation(this.room)
    if (!keyStore) return
    this.room.set('KEY_STORE_ARN', keyStore.keyValueStoreArn)
    Grant.addToPrincipal({
      grantee: this.room,
      actions: ['DescribeKeyValueStore', 'GetKey', 'PutKey', 'ListKeys', 'UpdateKeys'].map(
        action => `cloudfront-keyvaluestore:${action}`,
      ),
      resourceArns: [keyStore.keyValueStoreArn],
    })
    // Runs at the first deployment, and when either is another one: the gate then knows what the functions sign with.
    new CustomResource(this, 'Sync', {
      serviceToken: this.room.functionArn,
      resourceType: 'Custom::MillraceGateKeys',
      serviceTimeout: resourceTimeout,
      properties: { secret: secret.arn, keyStore: keyStore.keyValueStoreArn },
    })
  }
}
