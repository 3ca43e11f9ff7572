// Wakes what an upload will need, while the person is still sending it: a transcoder, if none is wanted, and the fast lane. Best
// effort: whatever goes wrong is logged, and the work itself will start them.
import * as z from 'zod/mini'
import { metricNames } from '#domain/metrics.ts'
import { type AwsCall, callJson } from '#platform/aws-call.ts'
import type { Environment } from '#platform/env.ts'
import type { Log } from '#platform/log.ts'
import type { Metrics } from '#platform/metrics.ts'

/** Never rejects. */
export type Warm = () => Promise<void>

export interface WarmDeps {
  call: AwsCall
  env: Environment
  metrics: Metrics
  log: Log
  /** Epoch seconds. */
  now(): number
}

/** What was woken is not woken again for so long: many files begin at once. */
const pauseSeconds = 60

const ServiceAnswer = z.object({ services: z.array(z.object({ desiredCount: z.number() })) })

export function createWarm({ call, env, metrics, log, now }: WarmDeps): Warm {
  const cluster = env['TRANSCODER_CLUSTER']
  const service = env['TRANSCODER_SERVICE']
  const fastLane = env['FAST_LANE_FUNCTION']
  let wokenAt = Number.NEGATIVE_INFINITY

  const ecs = (action: string, input: Record<string, unknown>) =>
    callJson(
      call,
      { service: 'ecs', target: `AmazonEC2ContainerServiceV20141113.${action}` },
      { cluster, ...input },
    )

  async function wakeTranscoder(): Promise<void> {
    if (!cluster || !service) return
    const answer = ServiceAnswer.parse(await ecs('DescribeServices', { services: [service] }))
    // More may be wanted by now: the scaling asks for as many as the work needs within a minute.
    if (answer.services[0]?.desiredCount === 0)
      await ecs('UpdateService', { service, desiredCount: 1 })
  }

  async function wakeFastLane(): Promise<void> {
    if (!fastLane) return
    await call({
      service: 'lambda',
      path: `/2015-03-31/functions/${encodeURIComponent(fastLane)}/invocations`,
      headers: { 'x-amz-invocation-type': 'Event', 'content-type': 'application/json' },
      body: JSON.stringify({ warm: true }),
    })
  }

  return async () => {
    // The scaling counts these: what was woken is kept awake until the upload is complete.
    metrics.put(metricNames.uploadsBegun, 1)
    if (now() - wokenAt < pauseSeconds) return
    wokenAt = now()
    const woken = await Promise.allSettled([wakeTranscoder(), wakeFastLane()])
    for (const result of woken) {
      if (result.status === 'rejected') log.warn('not woken', { error: String(result.reason) })
    }
  }
}
