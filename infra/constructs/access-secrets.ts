// What accounts stand on: the keys that access tokens are signed with, their public halves, and the code of the first admin. The keys
// are made by a function of their own, for CloudFormation makes none of this kind.
import { CfnOutput, CustomResource, RemovalPolicy, Validations } from 'aws-cdk-lib'
import { Grant } from 'aws-cdk-lib/aws-iam'
import { CfnSecret, Secret, type SecretProps } from 'aws-cdk-lib/aws-secretsmanager'
import { Construct } from 'constructs'
import type { EnvironmentName } from '#domain/env.ts'
import type { StageConfig } from '../config.ts'
import type { Room } from './room.ts'
import { RoomFunction, resourceTimeout } from './room-function.ts'

const adminCodeLength = 32

export class AccessSecrets extends Construct {
  readonly keeper: RoomFunction
  private readonly keys: string
  private readonly publicKeys: string
  private readonly adminCode: string

  constructor(scope: Construct, id: string, config: StageConfig) {
    super(scope, id)
    this.keys = this.secret('Keys', 'what access tokens are signed with', 'Rotated by its keeper.')
    this.publicKeys = this.secret(
      'PublicKeys',
      'what access tokens are checked by',
      'They are public: rotated with their private halves.',
    )
    this.adminCode = this.secret(
      'AdminCode',
      'the code of the first admin',
      'Of no use once there is an admin.',
      { generateSecretString: { passwordLength: adminCodeLength, excludePunctuation: true } },
    )
    this.keeper = new RoomFunction(this, 'Keeper', {
      entry: 'functions/access-keys/handler',
      description: 'Millrace: keys of access tokens',
      config,
    })
    grant(this.keeper, 'ACCESS_KEYS_ARN', this.keys, 'GetSecretValue', 'PutSecretValue')
    grant(this.keeper, 'ACCESS_PUBLIC_KEYS_ARN', this.publicKeys, 'PutSecretValue')
    new CustomResource(this, 'Ensure', {
      serviceToken: this.keeper.functionArn,
      resourceType: 'Custom::MillraceAccessKeys',
      serviceTimeout: resourceTimeout,
      properties: { keys: this.keys, publicKeys: this.publicKeys },
    })
    new CfnOutput(this, 'AdminCodeArn', {
      description: 'Whoever reads this secret can become the first admin, at /join',
      value: this.adminCode,
    })
  }

  /** For whoever signs. */
  grantSign(room: Room): void {
    grant(room, 'ACCESS_KEYS_ARN', this.keys, 'GetSecretValue')
    grant(room, 'ADMIN_CODE_ARN', this.adminCode, 'GetSecretValue')
  }

  /** For whoever asks who somebody is. */
  grantCheck(room: Room): void {
    room.set('ACCOUNTS', 'on')
    grant(room, 'ACCESS_PUBLIC_KEYS_ARN', this.publicKeys, 'GetSecretValue')
  }

  private secret(id: string, what: string, reason: string, more: SecretProps = {}): string {
    const secret = new Secret(this, id, {
      description: `Millrace: ${what}`,
      removalPolicy: RemovalPolicy.DESTROY,
      ...more,
    })
    Validations.of(secret).acknowledge({ id: 'AwsSolutions-SMG4', reason })
    // Not `secretArn`, a reference that an emulator answers with the name.
    const { defaultChild } = secret.node
    if (!(defaultChild instanceof CfnSecret)) throw new TypeError('a secret without its resource')
    return defaultChild.attrId
  }
}

function grant(room: Room, name: EnvironmentName, arn: string, ...actions: string[]): void {
  room.set(name, arn)
  Grant.addToPrincipal({
    grantee: room,
    actions: actions.map(action => `secretsmanager:${action}`),
    resourceArns: [arn],
  })
}
