// What CloudFormation says of a stage, and what is found in it.
import { describe, expect, it } from 'vitest'
import type { AwsCall } from '#platform/aws-call.ts'
import {
  readDeployed,
  readOutput,
  readResources,
  readService,
  type StackResource,
  toDeployed,
} from '../../../tools/doctor/deployed.ts'

/** Ids as the CDK writes them. */
const resources: Record<string, [logicalId: string, type: string, physicalId: string][]> = {
  Storage: [
    ['StoresSource112D59D4', 'AWS::S3::Bucket', 'source'],
    ['StoresSourcePolicyBA57236A', 'AWS::S3::BucketPolicy', 'source-policy'],
    ['StoresMedia1E643D06', 'AWS::S3::Bucket', 'media'],
    ['VideosTable2F0D3E5A', 'AWS::DynamoDB::GlobalTable', 'videos'],
  ],
  Pipeline: [
    ['QueuesFast4D64B2C2', 'AWS::SQS::Queue', 'https://sqs/fast'],
    ['QueuesFastDeadLetters33E384B2', 'AWS::SQS::Queue', 'https://sqs/fast-dead'],
    ['QueuesBulk4E0373C1', 'AWS::SQS::Queue', 'https://sqs/bulk'],
    ['QueuesBulkDeadLettersF35DFC4F', 'AWS::SQS::Queue', 'https://sqs/bulk-dead'],
    ['IntakeLost67D659AC', 'AWS::SQS::Queue', 'https://sqs/lost'],
    ['TranscodersClusterBFF018A6', 'AWS::ECS::Cluster', 'cluster'],
    ['TranscodersService59BD865D', 'AWS::ECS::Service', 'arn:service'],
  ],
  Delivery: [['DeliveryDistribution45EACD51', 'AWS::CloudFront::Distribution', 'E1']],
}

const xmlOf = (concern: string) =>
  `<StackResources>${(resources[concern] ?? [])
    .map(
      ([logicalId, type, physicalId]) =>
        `<member><LogicalResourceId>${logicalId}</LogicalResourceId><PhysicalResourceId>${physicalId}</PhysicalResourceId>\n<ResourceType>${type}</ResourceType></member>`,
    )
    .join('')}</StackResources>`
const outputs =
  '<Outputs><member><OutputKey>Other</OutputKey><OutputValue>no</OutputValue></member><member><OutputKey>Address</OutputKey><OutputValue>https://d1.cloudfront.net</OutputValue></member></Outputs>'

const all: StackResource[] = Object.keys(resources).flatMap(name => readResources(xmlOf(name)))

describe('toDeployed', () => {
  it('finds each by its path and type, never a longer path', () => {
    expect(toDeployed(all, 'https://d1.cloudfront.net')).toEqual({
      address: 'https://d1.cloudfront.net',
      distributionId: 'E1',
      sourceBucket: 'source',
      mediaBucket: 'media',
      table: 'videos',
      queues: {
        fast: { url: 'https://sqs/fast', deadLettersUrl: 'https://sqs/fast-dead' },
        bulk: { url: 'https://sqs/bulk', deadLettersUrl: 'https://sqs/bulk-dead' },
      },
      lostArrivalsUrl: 'https://sqs/lost',
      cluster: 'cluster',
      service: 'arn:service',
    })
  })

  it('says what is not there', () => {
    const without = all.filter(({ logicalId }) => !logicalId.startsWith('StoresMedia'))
    expect(() => toDeployed(without, 'https://d1')).toThrow('StoresMedia')
    expect(() => toDeployed(all, null)).toThrow('Delivery')
  })
})

describe('readDeployed', () => {
  it('asks CloudFormation for three stacks and the address', async () => {
    const asked: string[] = []
    const call: AwsCall = async ({ service, body }) => {
      const form = new URLSearchParams(body)
      asked.push(`${service} ${form.get('Action')} ${form.get('StackName')}`)
      const concern = form.get('StackName')?.split('-').at(-1) ?? ''
      return form.get('Action') === 'DescribeStacks' ? outputs : xmlOf(concern)
    }
    const deployed = await readDeployed(call, 'prod')
    expect(deployed.address).toBe('https://d1.cloudfront.net')
    expect(asked).toEqual([
      'cloudformation DescribeStackResources Millrace-prod-Storage',
      'cloudformation DescribeStackResources Millrace-prod-Pipeline',
      'cloudformation DescribeStackResources Millrace-prod-Delivery',
      'cloudformation DescribeStacks Millrace-prod-Delivery',
    ])
  })

  it('tells an operator of a stage that is not there', async () => {
    const call: AwsCall = async () => {
      throw new Error('cloudformation answered 400: does not exist')
    }
    await expect(readDeployed(call, 'dev')).rejects.toThrow('no stack Millrace-dev-Storage')
  })
})

describe('answers', () => {
  it('reads an output by its key', () => {
    expect(readOutput(outputs, 'Address')).toBe('https://d1.cloudfront.net')
    expect(readOutput(outputs, 'Nothing')).toBeNull()
  })

  it.each([
    ['{"services":[{"desiredCount":3,"runningCount":1}]}', { desired: 3, running: 1 }],
    ['{"services":[]}', null],
  ])('reads a service from %s', async (answer, expected) => {
    const service = await readService(async () => answer, { cluster: 'c', service: 's' })
    expect(service).toEqual(expected)
  })
})
