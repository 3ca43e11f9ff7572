// What a stage has put where: addresses and names of its resources, as CloudFormation tells them.
import { type AwsCall, callJson } from '#platform/aws-call.ts'

/** Only so much of the answer of DescribeStackResources is read. */
export interface StackResource {
  logicalId: string
  physicalId: string
  type: string
}

export interface Deployed {
  /** `https://…`, as people open it. */
  address: string
  distributionId: string
  sourceBucket: string
  mediaBucket: string
  table: string
  queues: Record<'fast' | 'bulk', { url: string; deadLettersUrl: string }>
  lostArrivalsUrl: string
  cluster: string
  service: string
}

const concerns = ['Storage', 'Pipeline', 'Delivery'] as const
type Concern = (typeof concerns)[number]

export const stackName = (stage: string, concern: Concern): string => `Millrace-${stage}-${concern}`

const element = (xml: string, name: string): string =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? ''

const members = (xml: string): string[] =>
  [...xml.matchAll(/<member>(.*?)<\/member>/gs)].map(([, member = '']) => member)

export function readResources(xml: string): StackResource[] {
  return members(xml).map(member => ({
    logicalId: element(member, 'LogicalResourceId'),
    physicalId: element(member, 'PhysicalResourceId'),
    type: element(member, 'ResourceType'),
  }))
}

export function readOutput(xml: string, key: string): string | null {
  const pattern = new RegExp(`<OutputKey>${key}</OutputKey>\\s*<OutputValue>([^<]*)</OutputValue>`)
  return pattern.exec(xml)?.[1] ?? null
}

/** The CDK's ids are the construct's path and eight digits of a hash. */
const idOf = (path: string) => new RegExp(`^${path}[0-9A-F]{8}$`)

/** @throws RangeError whose message is for the operator */
export function toDeployed(resources: readonly StackResource[], address: string | null): Deployed {
  const find = (type: string, path: string) => {
    const id = idOf(path)
    const found = resources.find(one => one.type === type && id.test(one.logicalId))
    if (found?.physicalId) return found.physicalId
    throw new RangeError(
      `The stacks have no ${path} (${type}): deploy this version, or look with another one.`,
    )
  }
  if (!address) throw new RangeError('The Delivery stack does not say its address: deploy it.')
  const queue = (path: string) => ({
    url: find('AWS::SQS::Queue', path),
    deadLettersUrl: find('AWS::SQS::Queue', `${path}DeadLetters`),
  })
  return {
    address,
    distributionId: find('AWS::CloudFront::Distribution', 'DeliveryDistribution'),
    sourceBucket: find('AWS::S3::Bucket', 'StoresSource'),
    mediaBucket: find('AWS::S3::Bucket', 'StoresMedia'),
    table: find('AWS::DynamoDB::GlobalTable', 'VideosTable'),
    queues: { fast: queue('QueuesFast'), bulk: queue('QueuesBulk') },
    lostArrivalsUrl: find('AWS::SQS::Queue', 'IntakeLost'),
    cluster: find('AWS::ECS::Cluster', 'TranscodersCluster'),
    service: find('AWS::ECS::Service', 'TranscodersService'),
  }
}

function ask(call: AwsCall, action: string, name: string): Promise<string> {
  const body = new URLSearchParams({ Action: action, StackName: name, Version: '2010-05-15' })
  return call({
    service: 'cloudformation',
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body: body.toString(),
  })
}

/** @throws RangeError whose message is for the operator */
export async function readDeployed(call: AwsCall, stage: string): Promise<Deployed> {
  const resources: StackResource[] = []
  for (const concern of concerns) {
    const name = stackName(stage, concern)
    try {
      resources.push(...readResources(await ask(call, 'DescribeStackResources', name)))
    } catch (cause) {
      const detail = cause instanceof Error ? cause.message : String(cause)
      throw new RangeError(
        `CloudFormation has no stack ${name} for these credentials and this region (AWS_REGION): ${detail}`,
        { cause },
      )
    }
  }
  const delivery = await ask(call, 'DescribeStacks', stackName(stage, 'Delivery'))
  return toDeployed(resources, readOutput(delivery, 'Address'))
}

/** How many transcoders are wanted and how many run. */
export async function readService(
  call: AwsCall,
  { cluster, service }: Pick<Deployed, 'cluster' | 'service'>,
): Promise<{ desired: number; running: number } | null> {
  const request = {
    service: 'ecs',
    target: 'AmazonEC2ContainerServiceV20141113.DescribeServices',
  }
  const answer = await callJson(call, request, { cluster, services: [service] })
  const [found] =
    (answer as { services?: { desiredCount?: number; runningCount?: number }[] }).services ?? []
  return found ? { desired: found.desiredCount ?? 0, running: found.runningCount ?? 0 } : null
}
