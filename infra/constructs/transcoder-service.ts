// The transcoders as a Fargate service: ARM64, Spot first, nothing while there is no work. A task that is told to stop has two
// minutes to hand its work back; one at work protects itself from scale-in.
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib'
import {
  Capability,
  CfnClusterCapacityProviderAssociations,
  Cluster,
  type ContainerDefinition,
  ContainerInsights,
  CpuArchitecture,
  FargateService,
  FargateTaskDefinition,
  LinuxParameters,
  LogDrivers,
  OperatingSystemFamily,
} from 'aws-cdk-lib/aws-ecs'
import type { IGrantable, IPrincipal } from 'aws-cdk-lib/aws-iam'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import type { EnvironmentName } from '#domain/env.ts'
import type { StageConfig, TranscoderCpus } from '../config.ts'
import type { Network } from './network.ts'
import type { Room } from './room.ts'
import { transcoderImage } from './transcoder-image.ts'

/** Fargate's own table of CPU and memory: 2 GB a vCPU, which FFmpeg at 2160p needs. */
const megabytesPerCpu = 2048
/** Chunks and their source ranges; the source itself is never stored. */
const scratchGigabytes = 40
/** Fargate: «the maximum is 120 seconds», also after a Spot interruption. */
const stopTimeout = Duration.seconds(120)
/** The image's own, which ECS does not read: the process touches the file every ten seconds. */
const healthCheck = {
  command: ['CMD-SHELL', 'test -n "$(find "$PULSE_FILE" -mmin -1)"'],
  interval: Duration.seconds(30),
  timeout: Duration.seconds(5),
  startPeriod: Duration.seconds(30),
  retries: 3,
}
const strategies = [
  { capacityProvider: 'FARGATE_SPOT', weight: 4 },
  // One of five on demand: where Spot has nothing, a fleet still goes on. Fewer may all be on Spot (docs/runbook.md).
  { capacityProvider: 'FARGATE', weight: 1 },
]
/** The image's user; it owns nothing but the scratch volume. */
const user = '1000:1000'

export class TranscoderService extends Construct implements Room, IGrantable {
  readonly cluster: Cluster
  readonly service: FargateService
  readonly grantPrincipal: IPrincipal
  readonly log: LogGroup
  private readonly container: ContainerDefinition

  constructor(scope: Construct, id: string, props: { config: StageConfig; network: Network }) {
    super(scope, id)
    const { config, network } = props
    const fleet = !config.without.has('scaling')
    this.cluster = new Cluster(this, 'Cluster', {
      vpc: network.vpc,
      containerInsightsV2: ContainerInsights.DISABLED,
    })
    Validations.of(this.cluster).acknowledge({
      id: 'AwsSolutions-ECS4',
      reason:
        'Container Insights costs metrics every hour, also while nothing runs; the queues, the service and EMF tell enough.',
    })
    this.log = new LogGroup(this, 'Log', {
      retention: config.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    const definition = taskDefinition(this, config.transcoderCpus)
    this.grantPrincipal = definition.taskRole
    this.cluster.grantTaskProtection(definition.taskRole)
    this.container = definition.addContainer('Transcoder', {
      image: transcoderImage(this, config.image),
      logging: LogDrivers.awsLogs({ logGroup: this.log, streamPrefix: 'transcoder' }),
      stopTimeout,
      user,
      readonlyRootFilesystem: true,
      linuxParameters: leastLinux(this),
      healthCheck,
    })
    this.container.addMountPoints({
      sourceVolume: 'scratch',
      containerPath: '/tmp',
      readOnly: false,
    })
    this.set('STAGE', config.stage)
    this.set('WORKER_SLOTS', String(config.transcoderCpus))
    this.set('KEEP_SOURCE', String(config.keepSource))
    this.set('COPY_LANE', config.copyLane)
    this.set('MP4_MAX_GIGABYTES', String(config.mp4MaxGigabytes))
    this.set('READ_FIRST_MEGABYTES', String(config.readFirstMegabytes))
    this.set('LOG_LEVEL', config.logLevel)
    this.set('LOG_FORMAT', 'json')
    this.service = new FargateService(this, 'Service', {
      cluster: this.cluster,
      taskDefinition: definition,
      assignPublicIp: true,
      securityGroups: [network.group],
      circuitBreaker: { rollback: true },
      minHealthyPercent: 0,
      maxHealthyPercent: 200,
      ...(fleet ? { capacityProviderStrategies: strategies } : { desiredCount: 0 }),
    })
    if (fleet) this.service.node.addDependency(this.allowSpot())
    const { executionRole } = definition
    if (executionRole) {
      Validations.of(executionRole).acknowledge({
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason:
          'To pull its image; a registry’s token (ecr:GetAuthorizationToken) belongs to no resource.',
      })
    }
    Validations.of(definition).acknowledge({
      id: 'AwsSolutions-ECS2',
      reason: 'The environment holds names and addresses; there is no secret in it.',
    })
  }

  /** Not `enableFargateCapacityProviders`: that would take them from the cluster before the service that uses them is gone. */
  private allowSpot(): CfnClusterCapacityProviderAssociations {
    return new CfnClusterCapacityProviderAssociations(this, 'Capacity', {
      cluster: this.cluster.clusterName,
      capacityProviders: strategies.map(({ capacityProvider }) => capacityProvider),
      defaultCapacityProviderStrategy: [],
    })
  }

  set(name: EnvironmentName, value: string): void {
    this.container.addEnvironment(name, value)
  }
}

function taskDefinition(scope: Construct, cpus: TranscoderCpus): FargateTaskDefinition {
  return new FargateTaskDefinition(scope, 'Definition', {
    cpu: cpus * 1024,
    memoryLimitMiB: cpus * megabytesPerCpu,
    ephemeralStorageGiB: scratchGigabytes,
    runtimePlatform: {
      cpuArchitecture: CpuArchitecture.ARM64,
      operatingSystemFamily: OperatingSystemFamily.LINUX,
    },
    volumes: [{ name: 'scratch' }],
  })
}

/** No capabilities, and an init that reaps what FFmpeg leaves behind. */
function leastLinux(scope: Construct): LinuxParameters {
  const parameters = new LinuxParameters(scope, 'Linux', { initProcessEnabled: true })
  parameters.dropCapabilities(Capability.ALL)
  return parameters
}
