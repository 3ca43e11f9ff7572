// What every stage's templates must keep to, whatever is built into them.
import { beforeAll, describe, expect, it } from 'vitest'
import { behaviours, errorCacheSeconds } from '#domain/delivery.ts'
import { type StageName, stageNames } from '../../infra/config.ts'
import { wideResources } from '../../infra/nag.ts'
import { read } from '../support/sources.ts'
import { type Found, ofType, refersTo, resourcesOf } from './templates.ts'

interface Statement {
  Effect: string
  Action: string | string[]
  Resource?: unknown
}

const listOf = <T>(value: T | T[] | undefined): T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value]

const headings = new Set(
  read('docs/runbook.md')
    .split('\n')
    .filter(line => line.startsWith('## '))
    .map(line =>
      line
        .slice(3)
        .trim()
        .toLowerCase()
        .replace(/[^\w\s-]/g, '')
        .replace(/\s+/g, '-'),
    ),
)

/** All that is off by default, but what a fresh account refuses. */
const everything = {
  mediaConvert: 'always',
  keepSource: '30',
  webAcl: 'arn:aws:wafv2:us-east-1:123456789012:global/webacl/a/1',
  alarmEmail: 'operator@example.com',
  monthlyBudget: '100',
  image: 'registry.example/transcoder:1',
}
const variants: [name: string, stage: StageName, options: Record<string, string>][] = [
  ...stageNames.map(stage => [stage, stage, {}] satisfies (typeof variants)[number]),
  ['prod with every option', 'prod', everything],
]

describe.each(variants)('%s', (_, stage, options) => {
  let all: Found[] = []
  const of = (type: string) => ofType(all, type)

  // Findings of the template rules and of cdk-nag throw here.
  beforeAll(() => {
    all = resourcesOf(stage, options)
  }, 60_000)

  it('has no policy wider than it must be', () => {
    const wide = of('AWS::IAM::Policy').flatMap(({ id, Properties }) => {
      const { Statement } = Properties['PolicyDocument'] as { Statement: Statement[] }
      return Statement.filter(({ Effect }) => Effect === 'Allow').flatMap(
        ({ Action, Resource }) => {
          const actions = listOf(Action).filter(action => action.includes('*'))
          const anywhere = listOf(Resource).filter(resource => resource === '*')
          // Only what belongs to no resource may name none.
          const unbound = listOf(Action).filter(action => action !== 'ecr:GetAuthorizationToken')
          return [...actions, ...(anywhere.length > 0 ? unbound : [])].map(what => `${id}: ${what}`)
        },
      )
    })
    expect(wide).toEqual([])
  })

  it('has no bucket that is public, unencrypted on its way, or lost with its stack', () => {
    const policies = of('AWS::S3::BucketPolicy')
    for (const { id, Properties, DeletionPolicy } of of('AWS::S3::Bucket')) {
      expect(Properties['PublicAccessBlockConfiguration'], id).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      })
      const policy = policies.find(({ Properties }) => refersTo(Properties['Bucket']).includes(id))
      expect(refersTo(policy?.Properties['PolicyDocument']), id).toContain('aws:SecureTransport')
      if (!id.startsWith('Portal')) expect(DeletionPolicy, id).toBe('Retain')
    }
  })

  it('has no queue whose messages are lost after the last try', () => {
    const queues = of('AWS::SQS::Queue')
    const redrives = queues.map(({ Properties }) => refersTo(Properties['RedrivePolicy']))
    const functions = refersTo(of('AWS::Lambda::EventInvokeConfig'))
    for (const { id, Properties } of queues) {
      const isEnd = redrives.some(redrive => redrive.includes(id)) || functions.includes(id)
      expect(isEnd || Properties['RedrivePolicy'] !== undefined, id).toBe(true)
    }
  })

  it('has no function without a log of bounded life, and none that could starve the others', () => {
    const logs = new Map(of('AWS::Logs::LogGroup').map(group => [group.id, group]))
    for (const { Properties, id } of of('AWS::Lambda::Function')) {
      const { LogGroup } = Properties['LoggingConfig'] as { LogGroup: { Ref: string } }
      expect(logs.get(LogGroup.Ref)?.Properties['RetentionInDays'], id).toBeGreaterThan(0)
    }
    for (const { id, Properties } of of('AWS::Lambda::EventSourceMapping')) {
      const { MaximumConcurrency } = (Properties['ScalingConfig'] ?? {}) as Record<string, number>
      expect(MaximumConcurrency, id).toBeGreaterThan(1)
      expect(Properties['FunctionResponseTypes'], id).toEqual(['ReportBatchItemFailures'])
    }
  })

  it('asks for nothing that a fresh account refuses', () => {
    for (const { Properties, id } of of('AWS::Lambda::Function')) {
      expect(Properties['ReservedConcurrentExecutions'], id).toBeUndefined()
      expect(Properties['MemorySize'], id).toBeLessThanOrEqual(3008)
    }
    for (const { Properties, id } of of('AWS::ECS::TaskDefinition')) {
      expect(Number(Properties['Cpu']), id).toBeLessThanOrEqual(6 * 1024)
    }
  })

  it('runs the reaper alone, without a second try beside the next minute', () => {
    const invokes = of('AWS::Lambda::EventInvokeConfig')
    const reaper = invokes.find(({ id }) => id.startsWith('ReaperFunction'))
    expect(reaper?.Properties['MaximumRetryAttempts']).toBe(0)
    const [schedule] = of('AWS::Scheduler::Schedule')
    expect(schedule?.Properties['Target']).toMatchObject({
      RetryPolicy: { MaximumRetryAttempts: 0 },
    })
  })

  it('says for every alarm what to do', () => {
    expect(of('AWS::CloudWatch::Alarm').length).toBeGreaterThan(20)
    for (const { Properties, id } of of('AWS::CloudWatch::Alarm')) {
      const description = String(Properties['AlarmDescription'])
      if (description.startsWith('Not a fault:')) continue
      const [, heading = 'none'] = /docs\/runbook\.md#([\w-]+)$/.exec(description) ?? []
      expect([...headings], `${id}: ${description}`).toContain(heading)
    }
  })

  it('has no alarm that rings whatever happens, and one for the silence of the reaper', () => {
    const alarms = of('AWS::CloudWatch::Alarm')
    for (const { Properties, id } of alarms) {
      const { ComparisonOperator, Threshold } = Properties
      // What is counted is never below 0.
      const least = ComparisonOperator === 'LessThanThreshold' ? 1 : 0
      expect(Threshold, id).toBeGreaterThanOrEqual(least)
    }
    expect(alarms.find(({ id }) => id.startsWith('WatchReaperSilent'))?.Properties).toMatchObject({
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      TreatMissingData: 'breaching',
    })
  })

  it('looks at metrics of the edge where they are', () => {
    const alarm = of('AWS::CloudWatch::Alarm').find(({ id }) => id.startsWith('WatchEdgeFaults'))
    expect(alarm?.Properties['Dimensions']).toContainEqual({ Name: 'Region', Value: 'Global' })
    const [dashboard] = of('AWS::CloudWatch::Dashboard')
    const body = refersTo(dashboard?.Properties['DashboardBody']).replaceAll('\\', '')
    const shown = body.split('"AWS/CloudFront"').slice(1)
    expect(shown).toHaveLength(3)
    for (const metric of shown) {
      expect(metric).toMatch(/^[^\]]*"Region","Global",[^\]]*"region":"us-east-1"/)
    }
  })

  it('lets alarms through to every topic they tell', () => {
    const policies = of('AWS::SNS::TopicPolicy')
    expect(of('AWS::SNS::Topic')).toHaveLength(options['alarmEmail'] ? 1 : 0)
    for (const { id } of of('AWS::SNS::Topic')) {
      const policy = policies.find(({ Properties }) => refersTo(Properties['Topics']).includes(id))
      expect(policy?.Properties['PolicyDocument'], id).toMatchObject({
        Statement: expect.arrayContaining([
          expect.objectContaining({
            Effect: 'Allow',
            Action: 'sns:Publish',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
          }),
        ]),
      })
    }
  })

  it('runs transcoders as nobody, with a root that cannot be written, and time to hand work back', () => {
    const [definition] = of('AWS::ECS::TaskDefinition')
    const containers = definition?.Properties['ContainerDefinitions']
    expect(containers).toMatchObject([
      {
        User: '1000:1000',
        ReadonlyRootFilesystem: true,
        StopTimeout: 120,
        LinuxParameters: { Capabilities: { Drop: ['ALL'] }, InitProcessEnabled: true },
      },
    ])
  })

  it('has its kinds of capacity before the service that uses them, and after it', () => {
    const [service] = of('AWS::ECS::Service')
    const kinds = of('AWS::ECS::ClusterCapacityProviderAssociations').map(({ id }) => id)
    expect(kinds).toHaveLength(service?.Properties['CapacityProviderStrategy'] ? 1 : 0)
    expect(service?.DependsOn).toEqual(expect.arrayContaining(kinds))
  })

  it('delivers by the facts of the domain, in their order', () => {
    const [distribution] = of('AWS::CloudFront::Distribution')
    const config = distribution?.Properties['DistributionConfig'] as Record<string, unknown>
    const paths = (config['CacheBehaviors'] as { PathPattern: string }[]).map(
      ({ PathPattern }) => PathPattern,
    )
    expect([...paths, '/*']).toEqual(behaviours.map(({ path }) => path))
    const errors = config['CustomErrorResponses'] as Record<string, number>[]
    for (const error of errors) {
      expect(error['ErrorCachingMinTTL']).toBeLessThanOrEqual(errorCacheSeconds)
      expect(error['ResponsePagePath']).toBeUndefined()
    }
    // In CloudFront's policies a Cache-Control is also added to errors: only what nobody keeps unasked may have one.
    const policies = of('AWS::CloudFront::ResponseHeadersPolicy').map(refersTo)
    const controlled = policies.filter(policy => /cache-control/i.test(policy))
    expect(controlled).toHaveLength(1)
    expect(controlled[0]).toContain('"private, no-cache"')
  })

  it('lets other sites frame what it says anyone may, and nothing else', () => {
    const policies = of('AWS::CloudFront::ResponseHeadersPolicy').map(({ Properties }) =>
      JSON.stringify(Properties),
    )
    const open = policies.filter(policy => policy.includes('frame-ancestors *'))
    expect(open).toHaveLength(1)
    expect(open[0]).not.toContain('FrameOptions')
    const api = policies.filter(policy => policy.includes("frame-ancestors 'none'"))
    expect(api).toHaveLength(1)
    // Its own pages say another.
    expect(api[0]).toMatch(/"ContentSecurityPolicy":\{[^}]*"Override":false/)
    const pages = policies.filter(policy => policy.includes("frame-ancestors 'self'"))
    expect(pages).toHaveLength(1)
    expect(pages[0]).toContain('SAMEORIGIN')
  })
})

it('gives a reason for every resource that a policy names by a pattern', () => {
  for (const { reason } of wideResources) expect(reason).toMatch(/^[A-Z].{20,}\.$/)
})
