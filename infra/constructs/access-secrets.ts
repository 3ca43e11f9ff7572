// What accounts stand on: the keys that access tokens are signed with, their public halves, and the code of the first admin. The keys
// are made by a function of their own, for CloudFormation makes none of this kind.
import { CfnOutput, CustomResource } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import type { StageConfig } from '../config.ts'
import type { Room } from './room.ts'
import { RoomFunction, resourceTimeout } from './room-function.ts'
import { grantSecret, storeSecret } from './stored-secret.ts'

const adminCodeLength = 32
/** Of 62 letters: more than 256 bits. */
const secondFactorKeyLength = 64

export class AccessSecrets extends Construct {
  readonly keeper: RoomFunction
  private readonly keys: string
  private readonly publicKeys: string
  private readonly adminCode: string
  private readonly secondFactorKey: string

  constructor(scope: Construct, id: string, config: StageConfig) {
    super(scope, id)
    this.keys = storeSecret(this, 'Keys', {
      what: 'what access tokens are signed with',
      unrotated: 'Rotated by its keeper.',
    }).arn
    this.publicKeys = storeSecret(this, 'PublicKeys', {
      what: 'what access tokens are checked by',
      unrotated: 'They are public: rotated with their private halves.',
    }).arn
    this.adminCode = storeSecret(this, 'AdminCode', {
      what: 'the code of the first admin',
      unrotated: 'Of no use once there is an admin.',
      generateSecretString: { passwordLength: adminCodeLength, excludePunctuation: true },
    }).arn
    this.secondFactorKey = storeSecret(this, 'SecondFactorKey', {
      what: 'what encrypts the secrets of second factors',
      unrotated: 'With another one, nobody gets in by an authenticator app any more.',
      generateSecretString: { passwordLength: secondFactorKeyLength, excludePunctuation: true },
    }).arn
    this.keeper = new RoomFunction(this, 'Keeper', {
      entry: 'functions/access-keys/handler',
      description: 'Millrace: keys of access tokens',
      config,
    })
    grantSecret(this.keeper, 'ACCESS_KEYS_ARN', this.keys, 'GetSecretValue', 'PutSecretValue')
    grantSecret(this.keeper, 'ACCESS_PUBLIC_KEYS_ARN', this.publicKeys, 'PutSecretValue')
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
    grantSecret(room, 'ACCESS_KEYS_ARN', this.keys, 'GetSecretValue')
    grantSecret(room, 'ADMIN_CODE_ARN', this.adminCode, 'GetSecretValue')
    grantSecret(room, 'SECOND_FACTOR_KEY_ARN', this.secondFactorKey, 'GetSecretValue')
  }

  /** For whoever asks who somebody is. */
  grantCheck(room: Room): void {
    room.set('ACCOUNTS', 'on')
    grantSecret(room, 'ACCESS_PUBLIC_KEYS_ARN', this.publicKeys, 'GetSecretValue')
  }
}
