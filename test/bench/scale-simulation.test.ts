// One film and many workers, simulated: the time adds up, more workers are never slower, the longest task is the floor.
import { describe, expect, it } from 'vitest'
import { type ScaleRun, simulateScale } from '../../bench/scale-simulation.ts'
import type { TaskCost } from '../../tools/cost/work.ts'

const ids = { videoId: 'v_0000000000000000000000', attempt: 1 }
const costs: TaskCost[] = [
  { task: { kind: 'inspect', ...ids }, cpuSeconds: 1 },
  ...[4, 4, 4, 4].map(
    (cpuSeconds, chunk): TaskCost => ({
      task: { kind: 'encode', ...ids, chunk, lane: 'ladder' },
      cpuSeconds,
    }),
  ),
  { task: { kind: 'finish', ...ids }, cpuSeconds: 1 },
]
const none = { startSeconds: 0, queueSeconds: 0, storeSeconds: 0, planSeconds: 1, recordSeconds: 0 }
const sum = ({ shares }: ScaleRun) => Object.values(shares).reduce((all, share) => all + share, 0)

describe('a film and many workers', () => {
  it('takes one worker as long as the work', () => {
    const { seconds, shares } = simulateScale(costs, { ...none, workers: 1 })
    expect(seconds).toBe(18)
    expect(shares.work).toBe(1)
  })

  it('is as long as inspect, a chunk and finish when there are enough', () => {
    for (const workers of [4, 40]) {
      expect(simulateScale(costs, { ...none, workers }).seconds).toBe(6)
    }
  })

  it.each([1, 2, 3, 8])('accounts for all the time of %i workers', workers => {
    const waits = { startSeconds: 5, queueSeconds: 0.1, storeSeconds: 0.5 }
    const run = simulateScale(costs, { ...waits, planSeconds: 0.5, recordSeconds: 0.05, workers })
    expect(sum(run)).toBeCloseTo(1, 9)
    expect(run.seconds).toBeGreaterThan(11)
  })

  it('begins its tasks while the first picture is still being made', () => {
    const { seconds, shares } = simulateScale(costs, { ...none, planSeconds: 0.25, workers: 8 })
    expect(seconds).toBe(5.25)
    expect(shares.alone).toBeCloseTo((4 * 0.25) / (8 * 5.25), 9)
  })

  it('begins each task when it has been recorded', () => {
    const { seconds, shares } = simulateScale(costs, { ...none, recordSeconds: 0.5, workers: 8 })
    // The fourth begins two seconds after inspect.
    expect(seconds).toBe(8)
    expect(shares.last).toBeGreaterThan(0)
    expect(shares.finish).toBeCloseTo(7 / 64, 9)
  })
})
