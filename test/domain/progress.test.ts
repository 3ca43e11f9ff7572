// Progress under any order, repetition and interleaving: the ratio never falls, never doubles, and is 1 only when ready.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eventVersion, type ProgressShard, progressDelta, progressRatio } from '#domain/progress.ts'

const shuffled = (shards: readonly ProgressShard[], order: readonly number[]) =>
  shards
    .map((shard, index) => ({ shard, place: order[index % Math.max(1, order.length)] ?? 0 }))
    .sort((a, b) => a.place - b.place)
    .map(({ shard }) => shard)

/** Seconds as workers report them: no sum of them is exact in doubles. */
const seconds = fc.nat(1_000_000).map(milliseconds => milliseconds / 1001)
const shardList = fc.array(fc.record({ done: seconds, version: fc.nat(1000) }), { maxLength: 12 })
const orders = fc.array(fc.nat(1000), { minLength: 1, maxLength: 12 })

describe('the ratio', () => {
  it('does not depend on the order in which shards are read', () => {
    fc.assert(
      fc.property(shardList, orders, (shards, order) => {
        expect(progressRatio('processing', shuffled(shards, order), 20_000)).toBe(
          progressRatio('processing', shards, 20_000),
        )
      }),
    )
  })

  it('never falls while shards grow or join, in whatever order they are read', () => {
    const growth = fc.record({
      shard: fc.nat(11),
      by: seconds,
      order: orders,
    })
    fc.assert(
      fc.property(fc.array(growth, { maxLength: 60 }), steps => {
        const shards: ProgressShard[] = []
        let before = 0
        for (const { shard, by, order } of steps) {
          const index = Math.min(shard, shards.length)
          const old = shards[index] ?? { done: 0, version: 0 }
          shards[index] = { done: old.done + by, version: old.version + 1 }
          const ratio = progressRatio('processing', shuffled(shards, order), 50_000)
          expect(ratio).toBeGreaterThanOrEqual(before)
          expect(ratio).toBeLessThan(1)
          before = ratio
        }
      }),
    )
  })

  it.each([
    ['ready', [], 100, 1],
    ['ready', [], null, 1],
    ['uploading', [], null, 0],
    ['queued', [{ done: 5, version: 1 }], null, 0],
    ['processing', [{ done: 25, version: 1 }], 100, 0.25],
    ['processing', [{ done: 100, version: 9 }], 100, 0.995],
    ['processing', [{ done: 1e9, version: 9 }], 100, 0.995],
    ['processing', [{ done: -5, version: 1 }], 100, 0],
    ['processing', [{ done: 5, version: 1 }], 0, 0],
    ['failed', [{ done: 50, version: 1 }], 100, 0.5],
    ['deleting', [{ done: 50, version: 1 }], 100, 0.5],
  ] as const)('of a video that is %s with %j of %d is %d', (state, shards, total, ratio) => {
    expect(progressRatio(state, shards, total)).toBe(ratio)
  })
})

describe('what a worker may add', () => {
  it.each([
    [0, 0, 10, 0],
    [0, 4, 10, 4],
    [4, 7, 10, 3],
    [7, 2, 10, 0],
    [7, 12, 10, 3],
    [10, 10, 10, 0],
    [12, 10, 10, 0],
  ])('with %d reported, %d done of %d, is %d', (reported, done, work, delta) => {
    expect(progressDelta(reported, done, work)).toBe(delta)
  })

  const works = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 6 })
  const events = fc.array(
    fc.record({
      task: fc.nat(5),
      worker: fc.nat(3),
      /** How far this try says it is; a try after a crash begins at 0 again. */
      done: fc.integer({ min: 0, max: 250 }),
      /** The worker dies between the task's record and its shard. */
      dies: fc.boolean(),
    }),
    { maxLength: 120 },
  )

  function run(
    work: readonly number[],
    reports: readonly { task: number; worker: number; done: number; dies: boolean }[],
    seen: (shards: readonly ProgressShard[]) => void,
  ) {
    const reported = work.map(() => 0)
    const shards = Array.from({ length: 4 }, () => ({ done: 0, version: 0 }))
    let lost = 0
    for (const { task, worker, done, dies } of reports) {
      const index = task % work.length
      const delta = progressDelta(reported[index] ?? 0, done, work[index] ?? 0)
      reported[index] = (reported[index] ?? 0) + delta
      const shard = shards[worker]
      if (dies || !shard) lost += delta
      else shards[worker] = { done: shard.done + delta, version: shard.version + 1 }
      seen(shards)
    }
    return { reported, lost, done: shards.reduce((sum, shard) => sum + shard.done, 0) }
  }

  it('never doubles over retries and crashes: what is shown is what was reported, less what was lost', () => {
    fc.assert(
      fc.property(works, events, (work, reports) => {
        const total = work.reduce((sum, seconds) => sum + seconds, 0)
        let [ratio, version] = [0, 0]
        const { reported, lost, done } = run(work, reports, shards => {
          const next = progressRatio('processing', shards, total)
          const nextVersion = eventVersion(1, 1, 1, shards)
          expect(next).toBeGreaterThanOrEqual(ratio)
          expect(next).toBeLessThan(1)
          expect(nextVersion).toBeGreaterThanOrEqual(version)
          ;[ratio, version] = [next, nextVersion]
        })
        for (const [index, seconds] of reported.entries()) {
          expect(seconds).toBeLessThanOrEqual(work[index] ?? 0)
        }
        expect(done + lost).toBe(reported.reduce((sum, seconds) => sum + seconds, 0))
        expect(done).toBeLessThanOrEqual(total)
      }),
    )
  })

  it('adds up to the whole when every task ends and no worker dies', () => {
    fc.assert(
      fc.property(works, events, (work, reports) => {
        const ends = work.map((done, task) => ({ task, worker: 0, done, dies: false }))
        const alive = reports.map(report => ({ ...report, dies: false }))
        const total = work.reduce((sum, seconds) => sum + seconds, 0)
        expect(run(work, [...alive, ...ends], () => undefined).done).toBe(total)
      }),
    )
  })
})

describe('the event id', () => {
  const versions = fc.tuple(fc.nat(1_000_000), fc.nat(1_000_000), shardList)

  it('rises with every write of any part, in whatever order shards are read', () => {
    fc.assert(
      fc.property(versions, fc.nat(50), orders, ([meta, count, shards], at, order) => {
        const id = eventVersion(1, meta, count, shards)
        const written = shards.map((shard, index) =>
          index === at % shards.length ? { ...shard, version: shard.version + 1 } : shard,
        )
        const after = [
          eventVersion(1, meta + 1, count, shards),
          eventVersion(1, meta, count + 1, shards),
          eventVersion(1, meta, count, [...shards, { done: 0, version: 1 }]),
          ...(shards.length > 0 ? [eventVersion(1, meta, count, shuffled(written, order))] : []),
        ]
        expect(after.every(next => next === id + 1)).toBe(true)
        expect(Number.isSafeInteger(id)).toBe(true)
      }),
    )
  })

  it('rises with a new attempt, whose counters begin at 0', () => {
    fc.assert(
      fc.property(fc.nat(1000), versions, (attempt, [meta, count, shards]) => {
        expect(eventVersion(attempt + 1, meta, 0, [])).toBeGreaterThan(
          eventVersion(attempt, meta, count, shards),
        )
      }),
    )
  })
})
