// One room as a function: its entry bundled to a single file, a log of bounded life, and a role that may write that log and
// nothing else until something is granted.
import { join } from 'node:path'
import { Duration, RemovalPolicy, type Size } from 'aws-cdk-lib'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Architecture, type ILayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda'
import {
  type BundlingOptions,
  type ICommandHooks,
  NodejsFunction,
  OutputFormat,
} from 'aws-cdk-lib/aws-lambda-nodejs'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'
import type { EnvironmentName } from '#domain/env.ts'
import type { StageConfig } from '../config.ts'
import type { Room } from './room.ts'

export const root = join(import.meta.dirname, '..', '..')

/** CloudFormation waits so long for a function that is a resource of it; without a word, an hour. */
export const resourceTimeout = Duration.minutes(5)

export interface RoomFunctionProps {
  /** The room's folder and file, without `.ts`: `functions/upload/handler`. Its code is never imported here. */
  entry: string
  /** The export that Lambda calls. Default: handler. */
  handler?: string
  description: string
  config: StageConfig
  /** Default: 512. Memory brings CPU: less makes starts slower than it saves. */
  memoryMegabytes?: number
  /** Default: 29 s, one less than an HTTP API waits. */
  timeout?: Duration
  functionName?: string
  reservedConcurrency?: number | null
  layers?: ILayerVersion[]
  scratch?: Size
  commandHooks?: ICommandHooks
}

/** Only files of its own room decide what a bundle is: the packages' ES modules, a third smaller than their CommonJS. */
const bundling = {
  format: OutputFormat.ESM,
  target: 'node24',
  mainFields: ['module', 'main'],
  minify: true,
  bundleAwsSDK: true,
} satisfies BundlingOptions

export class RoomFunction extends NodejsFunction implements Room {
  constructor(scope: Construct, id: string, props: RoomFunctionProps) {
    const { commandHooks, reservedConcurrency, layers, scratch, functionName } = props
    const logGroup = new LogGroup(scope, `${id}Log`, {
      retention: props.config.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    // Lambda's own managed policy could write every log of the account.
    const role = new Role(scope, `${id}Role`, {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: props.description,
    })
    logGroup.grantWrite(role)
    super(scope, id, {
      entry: join(root, `${props.entry}.ts`),
      handler: props.handler ?? 'handler',
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memoryMegabytes ?? 512,
      timeout: props.timeout ?? Duration.seconds(29),
      logGroup,
      role,
      projectRoot: root,
      depsLockFilePath: join(root, 'package-lock.json'),
      bundling: { ...bundling, ...(commandHooks ? { commandHooks } : {}) },
      ...(functionName ? { functionName } : {}),
      ...(reservedConcurrency ? { reservedConcurrentExecutions: reservedConcurrency } : {}),
      ...(layers ? { layers } : {}),
      ...(scratch ? { ephemeralStorageSize: scratch } : {}),
    })
    this.set('STAGE', props.config.stage)
    this.set('LOG_LEVEL', props.config.logLevel)
  }

  set(name: EnvironmentName, value: string): void {
    this.addEnvironment(name, value)
  }
}
