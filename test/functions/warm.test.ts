// What `begin` wakes: asked once a minute, one transcoder at most, and no fault of it reaches the person who uploads.
import { beforeEach, describe, expect, it } from 'vitest'
import type { AwsRequest } from '#platform/aws-call.ts'
import { createMetrics } from '#platform/metrics.ts'
import { createWarm } from '../../functions/upload/warm.ts'
import { silentLog } from '../../platform/log.ts'

const env = {
  TRANSCODER_CLUSTER: 'cluster',
  TRANSCODER_SERVICE: 'service',
  FAST_LANE_FUNCTION: 'fast lane',
}

let asked: AwsRequest[]
let lines: string[]
let seconds: number
let desiredCount: number
let broken: boolean

beforeEach(() => {
  asked = []
  lines = []
  seconds = 1000
  desiredCount = 0
  broken = false
})

const warmWith = (environment: Record<string, string>) =>
  createWarm({
    async call(request) {
      asked.push(request)
      if (broken) throw new Error('no answer')
      return JSON.stringify({ services: [{ desiredCount }] })
    },
    env: environment,
    metrics: createMetrics({ stage: 'test', write: line => lines.push(line), now: () => seconds }),
    log: silentLog,
    now: () => seconds,
  })

const targets = () => asked.map(({ headers, path }) => headers['x-amz-target'] ?? path)
const ecs = (action: string) => `AmazonEC2ContainerServiceV20141113.${action}`

describe('warm', () => {
  it('wakes one transcoder and the fast lane', async () => {
    await warmWith(env)()
    const invoke = '/2015-03-31/functions/fast%20lane/invocations'
    expect(targets().sort()).toEqual([invoke, ecs('DescribeServices'), ecs('UpdateService')])
    const update = asked.find(({ headers }) => headers['x-amz-target'] === ecs('UpdateService'))
    expect(JSON.parse(update?.body ?? '')).toEqual({
      cluster: 'cluster',
      service: 'service',
      desiredCount: 1,
    })
    expect(asked.find(({ path }) => path === invoke)).toMatchObject({
      headers: { 'x-amz-invocation-type': 'Event' },
      body: '{"warm":true}',
    })
  })

  it('leaves a service alone that is wanted already', async () => {
    desiredCount = 3
    await warmWith(env)()
    expect(targets()).not.toContain(ecs('UpdateService'))
  })

  it('asks once a minute, however many uploads begin, and counts them all', async () => {
    const warm = warmWith(env)
    await Promise.all([warm(), warm(), warm()])
    const once = asked.length
    seconds += 59
    await warm()
    expect(asked).toHaveLength(once)
    seconds += 2
    await warm()
    expect(asked).toHaveLength(2 * once)
    expect(lines).toHaveLength(5)
  })

  it('never fails', async () => {
    broken = true
    await expect(warmWith(env)()).resolves.toBeUndefined()
  })

  it('asks nobody where there is nobody', async () => {
    await warmWith({})()
    expect(asked).toEqual([])
  })
})

it('a metric is a line that CloudWatch reads', () => {
  createMetrics({ stage: 'test', write: line => lines.push(line), now: () => 1.5 }).put(
    'OverdueSeconds',
    7,
    'Seconds',
  )
  expect(JSON.parse(lines.join(''))).toEqual({
    _aws: {
      Timestamp: 1500,
      CloudWatchMetrics: [
        {
          Namespace: 'Millrace',
          Dimensions: [['Stage']],
          Metrics: [{ Name: 'OverdueSeconds', Unit: 'Seconds' }],
        },
      ],
    },
    Stage: 'test',
    OverdueSeconds: 7,
  })
})
