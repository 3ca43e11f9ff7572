// The doctor's word on queues and the service.
import { describe, expect, it } from 'vitest'
import {
  judgeDead,
  judgeDepth,
  judgeRedrive,
  judgeService,
  readFacts,
} from '../../../tools/doctor/queue-checks.ts'

const facts = (waiting: number, running: number, maxReceives: number | null = 20) => ({
  ...{ waiting, running, maxReceives },
})

describe('readFacts', () => {
  it('reads counts and the policy of dead letters', () => {
    const attributes = {
      ApproximateNumberOfMessages: '3',
      ApproximateNumberOfMessagesNotVisible: '2',
      RedrivePolicy: '{"deadLetterTargetArn":"arn","maxReceiveCount":20}',
    }
    expect(readFacts(attributes)).toEqual(facts(3, 2))
    expect(readFacts({})).toEqual(facts(0, 0, null))
  })
})

describe('depth', () => {
  it.each([
    [0, 0, 'ok'],
    [5, 1, 'ok'],
    [5, 0, 'warning'],
    [2000, 40, 'warning'],
  ])('of %i waiting and %i worked on', (waiting, running, level) => {
    expect(judgeDepth('fast', facts(waiting, running)).level).toBe(level)
  })
})

describe('dead letters', () => {
  it.each([
    [facts(0, 0), 'ok'],
    [facts(1, 0), 'fault'],
    [facts(0, 1), 'fault'],
  ])('of %j', (found, level) => {
    expect(judgeDead('bulk-dead-letters', found).level).toBe(level)
  })

  it.each([
    [20, 'ok'],
    [3, 'fault'],
    [null, 'fault'],
  ])('after %s receives', (receives, level) => {
    expect(judgeRedrive('fast', facts(0, 0, receives)).level).toBe(level)
  })
})

describe('the service', () => {
  it.each([
    [{ desired: 0, running: 0 }, 'ok'],
    [{ desired: 1, running: 4 }, 'ok'],
    [{ desired: 4, running: 1 }, 'warning'],
    [null, 'skipped'],
  ])('with %j', (transcoders, level) => {
    expect(judgeService(transcoders).level).toBe(level)
  })
})
