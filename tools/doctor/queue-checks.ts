// The queues of a stage: what waits, who works on it, what has died, and where it would go.
import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { maxReceives } from '#domain/timing.ts'
import type { Deployed } from './deployed.ts'
import { type Finding, judge } from './finding.ts'

export interface QueueFacts {
  waiting: number
  running: number
  /** Receives after which a message is a dead letter; null: never. */
  maxReceives: number | null
}

/** So much waits in a working stage now and then; far more than a film has. */
const manyWaiting = 1000

export function readFacts(attributes: Readonly<Record<string, string>>): QueueFacts {
  const policy: unknown = JSON.parse(attributes['RedrivePolicy'] || 'null')
  const receives =
    typeof policy === 'object' && policy !== null && 'maxReceiveCount' in policy
      ? Number(policy.maxReceiveCount)
      : null
  return {
    waiting: Number(attributes['ApproximateNumberOfMessages'] ?? 0),
    running: Number(attributes['ApproximateNumberOfMessagesNotVisible'] ?? 0),
    maxReceives: receives,
  }
}

export function judgeDepth(name: string, { waiting, running }: QueueFacts): Finding {
  const check = `${name}-depth`
  const says = `${waiting} messages wait, ${running} are worked on`
  if (waiting > 0 && running === 0) {
    const fix = 'look again in two minutes; then at the service’s events: does a transcoder start?'
    return { check, level: 'warning', says: `${says}: nobody works`, fix }
  }
  if (waiting > manyWaiting) {
    return { check, level: 'warning', says, fix: 'raise -c maxTranscoders=…, or wait' }
  }
  return { check, level: 'ok', says }
}

export const judgeRedrive = (name: string, facts: QueueFacts): Finding =>
  judge(`${name}-redrive`, facts.maxReceives === maxReceives, {
    ok: `a dead letter after ${maxReceives} receives`,
    fault:
      facts.maxReceives === null
        ? 'a message that nobody can work on comes back for ever'
        : `a dead letter after ${facts.maxReceives} receives, not ${maxReceives}: Spot and restarts burn some`,
    fix: 'deploy the Pipeline stack again',
  })

/** A function drains the dead letters of both queues: what stays there it could not. */
export const judgeDead = (name: string, { waiting, running }: QueueFacts): Finding =>
  judge(name, waiting + running === 0, {
    ok: 'none',
    fault: `${waiting + running} messages`,
    fix: `docs/runbook.md#${name === 'lost-arrivals' ? 'lost-arrivals' : 'dead-letters'}`,
  })

/** @param transcoders wanted and running; null where that is not known */
export function judgeService(transcoders: { desired: number; running: number } | null): Finding {
  const check = 'transcoders'
  if (!transcoders) return { check, level: 'skipped', says: 'the service could not be asked' }
  const { desired, running } = transcoders
  const says = `${running} run, ${desired} are wanted`
  if (running >= desired) return { check, level: 'ok', says }
  const fix =
    'they take a minute to start; after that: the service’s events, quotas of Fargate, Spot'
  return { check, level: 'warning', says, fix }
}

export async function checkQueues(client: SQSClient, deployed: Deployed): Promise<Finding[]> {
  const factsOf = async (QueueUrl: string) => {
    const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] })
    return readFacts((await client.send(command)).Attributes ?? {})
  }
  const findings: Finding[] = []
  for (const name of ['fast', 'bulk'] as const) {
    const { url, deadLettersUrl } = deployed.queues[name]
    const facts = await factsOf(url)
    findings.push(
      judgeDepth(name, facts),
      judgeRedrive(name, facts),
      judgeDead(`${name}-dead-letters`, await factsOf(deadLettersUrl)),
    )
  }
  findings.push(judgeDead('lost-arrivals', await factsOf(deployed.lostArrivalsUrl)))
  return findings
}
