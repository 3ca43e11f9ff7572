// The secret that playback links are signed with, made by CloudFormation and never seen by a person. A grant also names it.
import { SecretValue } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import { type PlaybackSecret, playbackSecretLength } from '#domain/playback-secret.ts'
import type { Room } from './room.ts'
import { grantSecret, storeSecret } from './stored-secret.ts'

export class PlaybackSecretStore extends Construct {
  readonly arn: string

  /** @param given where the gate's code holds the secret too, and so whoever makes both must know it */
  constructor(scope: Construct, id: string, given: string | null) {
    super(scope, id)
    const shape = (current: string): PlaybackSecret => ({ current, previous: null })
    const { current: _, ...template } = shape('')
    this.arn = storeSecret(this, 'Secret', {
      what: 'what playback links are signed with',
      unrotated:
        'Rotated by hand (docs/runbook.md): twice within two days would end links that are still in use.',
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
    }).arn
  }

  grantRead(room: Room): void {
    grantSecret(room, 'PLAYBACK_SECRET_ARN', this.arn, 'GetSecretValue')
  }

  grantWrite(room: Room): void {
    grantSecret(room, 'PLAYBACK_SECRET_ARN', this.arn, 'GetSecretValue', 'PutSecretValue')
  }
}
