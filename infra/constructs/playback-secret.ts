// The secret that playback links are signed with, made by CloudFormation and never seen by a person. A grant also names it.
import { RemovalPolicy, SecretValue, Validations } from 'aws-cdk-lib'
import { Grant } from 'aws-cdk-lib/aws-iam'
import { CfnSecret, Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { Construct } from 'constructs'
import { type PlaybackSecret, playbackSecretLength } from '#domain/playback-secret.ts'
import type { Room } from './room.ts'

export class PlaybackSecretStore extends Construct {
  readonly arn: string

  /** @param given where the gate's code holds the secret too, and so whoever makes both must know it */
  constructor(scope: Construct, id: string, given: string | null) {
    super(scope, id)
    const shape = (current: string): PlaybackSecret => ({ current, previous: null })
    const { current: _, ...template } = shape('')
    const secret = new Secret(this, 'Secret', {
      description: 'Millrace: what playback links are signed with',
      removalPolicy: RemovalPolicy.DESTROY,
      ...(given
        ? { secretStringValue: SecretValue.unsafePlainText(JSON.stringify(shape(given))) }
        : {
            generateSecretString: {
              secretStringTemplate: JSON.stringify(template),
              generateStringKey: 'current' satisfies keyof PlaybackSecret,
              passwordLength: playbackSecretLength,
              excludePunctuation: true,
            },
          }),
    })
    // Not `secretArn`, a reference that an emulator answers with the name.
    const { defaultChild } = secret.node
    if (!(defaultChild instanceof CfnSecret)) throw new TypeError('a secret without its resource')
    this.arn = defaultChild.attrId
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Rotated by hand (docs/runbook.md): twice within two days would end links that are still in use.',
    })
  }

  grantRead(room: Room): void {
    this.grant(room, 'GetSecretValue')
  }

  grantWrite(room: Room): void {
    this.grant(room, 'GetSecretValue', 'PutSecretValue')
  }

  private grant(room: Room, ...actions: string[]): void {
    room.set('PLAYBACK_SECRET_ARN', this.arn)
    Grant.addToPrincipal({
      grantee: room,
      actions: actions.map(action => `secretsmanager:${action}`),
      resourceArns: [this.arn],
    })
  }
}
