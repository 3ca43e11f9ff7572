// What the edge sends along to the API, so that nobody gets to it past the edge. CloudFormation makes it and puts it into the
// distribution by a reference that it alone resolves.
import { SecretValue } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import type { Room } from './room.ts'
import { grantSecret, storeSecret } from './stored-secret.ts'

const length = 64

export class EdgeSecret extends Construct {
  /** What the distribution sends. */
  readonly value: string
  private readonly arn: string

  /** @param given where there is nobody to resolve a reference: the emulator */
  constructor(scope: Construct, id: string, given: string | null) {
    super(scope, id)
    const { secret, arn } = storeSecret(this, 'Secret', {
      what: 'what the edge sends along to the API',
      unrotated:
        'The distribution has the value of its last deployment: another one would shut it out.',
      ...(given
        ? { secretStringValue: SecretValue.unsafePlainText(given) }
        : { generateSecretString: { passwordLength: length, excludePunctuation: true } }),
    })
    this.arn = arn
    this.value = given ?? SecretValue.secretsManager(secret.secretArn).unsafeUnwrap()
  }

  grantRead(room: Room): void {
    grantSecret(room, 'EDGE_SECRET_ARN', this.arn, 'GetSecretValue')
  }
}
