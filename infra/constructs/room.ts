// What a grant needs of whoever runs a room's code, a function or a container: somebody to permit and an environment to set.
import type { IGrantable } from 'aws-cdk-lib/aws-iam'
import type { IConstruct } from 'constructs'
import type { EnvironmentName } from '#domain/env.ts'

export interface Room extends IGrantable, IConstruct {
  /** Sets what platform/env.ts reads there. */
  set(name: EnvironmentName, value: string): void
}
