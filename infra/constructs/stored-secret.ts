// One secret of Secrets Manager and who may read or write it. A grant also names it.
import { RemovalPolicy, Validations } from 'aws-cdk-lib'
import { Grant } from 'aws-cdk-lib/aws-iam'
import { CfnSecret, Secret, type SecretProps } from 'aws-cdk-lib/aws-secretsmanager'
import type { Construct } from 'constructs'
import type { EnvironmentName } from '#domain/env.ts'
import type { Room } from './room.ts'

export interface StoredSecretProps
  extends Pick<SecretProps, 'secretStringValue' | 'generateSecretString'> {
  /** After «Millrace: ». */
  what: string
  /** Why it is not rotated by a schedule. */
  unrotated: string
}

export interface StoredSecret {
  secret: Secret
  /** Not `secretArn`, a reference that an emulator answers with the name. */
  arn: string
}

export function storeSecret(scope: Construct, id: string, props: StoredSecretProps): StoredSecret {
  const { what, unrotated, ...value } = props
  const secret = new Secret(scope, id, {
    description: `Millrace: ${what}`,
    removalPolicy: RemovalPolicy.DESTROY,
    ...value,
  })
  Validations.of(secret).acknowledge({ id: 'AwsSolutions-SMG4', reason: unrotated })
  const { defaultChild } = secret.node
  if (!(defaultChild instanceof CfnSecret)) throw new TypeError('a secret without its resource')
  return { secret, arn: defaultChild.attrId }
}

export function grantSecret(
  room: Room,
  name: EnvironmentName,
  arn: string,
  ...actions: ('GetSecretValue' | 'PutSecretValue')[]
): void {
  room.set(name, arn)
  Grant.addToPrincipal({
    grantee: room,
    actions: actions.map(action => `secretsmanager:${action}`),
    resourceArns: [arn],
  })
}
