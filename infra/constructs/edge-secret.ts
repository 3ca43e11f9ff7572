// What the edge sends along to the API, so that nobody gets to it past the edge. CloudFormation makes it and puts it into the
// distribution by a reference that it alone resolves.
import { RemovalPolicy, SecretValue, Validations } from 'aws-cdk-lib'
import { Grant } from 'aws-cdk-lib/aws-iam'
import { CfnSecret, Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { Construct } from 'constructs'
import type { Room } from './room.ts'

const length = 64

export class EdgeSecret extends Construct {
  /** What the distribution sends. */
  readonly value: string
  private readonly arn: string

  /** @param given where there is nobody to resolve a reference: the emulator */
  constructor(scope: Construct, id: string, given: string | null) {
    super(scope, id)
    const secret = new Secret(this, 'Secret', {
      description: 'Millrace: what the edge sends along to the API',
      removalPolicy: RemovalPolicy.DESTROY,
      ...(given
        ? { secretStringValue: SecretValue.unsafePlainText(given) }
        : { generateSecretString: { passwordLength: length, excludePunctuation: true } }),
    })
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'The distribution has the value of its last deployment: another one would shut it out.',
    })
    // Not `secretArn`, a reference that an emulator answers with the name.
    const { defaultChild } = secret.node
    if (!(defaultChild instanceof CfnSecret)) throw new TypeError('a secret without its resource')
    this.arn = defaultChild.attrId
    this.value = given ?? SecretValue.secretsManager(secret.secretArn).unsafeUnwrap()
  }

  grantRead(room: Room): void {
    room.set('EDGE_SECRET_ARN', this.arn)
    Grant.addToPrincipal({
      grantee: room,
      actions: ['secretsmanager:GetSecretValue'],
      resourceArns: [this.arn],
    })
  }
}
