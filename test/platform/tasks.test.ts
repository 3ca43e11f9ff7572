// The life of a task against a real table: claims, leases, completions that race, and answers that are lost.
import { beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { jobOwner } from '#domain/conversion.ts'
import type { Chunk, Count } from '#domain/item.ts'
import type { Task } from '#domain/task.ts'
import { conversionLeaseSeconds } from '#domain/timing.ts'
import type { Table } from '#platform/table.ts'
import { createTasks, type Tasks } from '#platform/tasks.ts'
import { createPipeline, newVideoId, type Pipeline } from '../support/pipeline.ts'

let pipeline: Pipeline
let tasks: Tasks

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'))
  tasks = pipeline.tasks
})

const now = 1_800_000_000
const count: Count = {
  tasksLeft: 20,
  live: true,
  version: 0,
  seconds: { '240p': 0, '360p': 0 },
  firstPicture: false,
  firstSound: false,
  poster: false,
  storyboard: false,
  mp4: false,
}

let videoId: string
const encode = (chunk: number): Task => ({
  kind: 'encode',
  videoId,
  attempt: 1,
  chunk,
  lane: 'ladder',
})
const record = (track: string, index: number, nonce = 'n'): Chunk => ({
  track,
  index,
  key: `v/${videoId}/1/${track}/${index}.${nonce}.mp4`,
  initBytes: 1,
  initHash: 'h',
  codec: 'c',
  timescale: 1000,
  startTicks: 0,
  samples: 1,
  fragments: [
    { ticks: 2000, bytes: 1, keyframeBytes: 1 },
    { ticks: 1500, bytes: 1, keyframeBytes: 1 },
  ],
  createdAt: now,
})

beforeEach(async () => {
  videoId = newVideoId()
  expect(await tasks.createCount(videoId, 1, count)).toBe(true)
})

describe('a claim', () => {
  it('is given once until its lease runs out', async () => {
    const task = encode(0)
    expect(await tasks.create(task, now)).toBe(true)
    expect(await tasks.create(task, now)).toBe(false)
    const claims = await Promise.all(
      Array.from({ length: 10 }, (_, worker) => tasks.claim(task, `w${worker}`, now)),
    )
    const outcomes = claims.map(({ outcome }) => outcome).sort()
    expect(outcomes).toEqual(['claimed', ...Array.from({ length: 9 }, () => 'held')])
    const held = claims.find(claim => claim.outcome === 'held')
    expect(held).toMatchObject({ leaseUntil: now + 30 })
    expect((await tasks.claim(task, 'late', now + 29)).outcome).toBe('held')
    const late = await tasks.claim(task, 'late', now + 31)
    expect(late).toMatchObject({ outcome: 'claimed', record: { claims: 2, tries: 0 } })
  })

  it('whose answer was lost is given when it is asked for again', async () => {
    const task = encode(0)
    await tasks.create(task, now)
    await tasks.claim(task, 'w', now)
    expect(await tasks.claim(task, 'w', now)).toMatchObject({
      ...{ outcome: 'claimed', record: { owner: 'w', claims: 1 } },
    })
  })

  it('of what nobody recorded is missing', async () => {
    expect(await tasks.claim(encode(9), 'w', now)).toEqual({ outcome: 'missing' })
    expect(await tasks.read(encode(9))).toBeNull()
  })

  it('is kept by renewing it, by its owner alone', async () => {
    const task = encode(0)
    await tasks.create(task, now)
    await tasks.claim(task, 'w', now)
    expect(await tasks.renew(task, 'w', now + 20)).toBe(true)
    expect((await tasks.claim(task, 'x', now + 40)).outcome).toBe('held')
    expect(await tasks.renew(task, 'x', now + 40)).toBe(false)
    expect((await tasks.claim(task, 'x', now + 51)).outcome).toBe('claimed')
    expect(await tasks.renew(task, 'w', now + 52)).toBe(false)
  })

  it('ends when the attempt is fenced', async () => {
    const task = encode(0)
    await tasks.create(task, now)
    await tasks.claim(task, 'w', now)
    await tasks.fence(videoId, 1)
    expect(await tasks.renew(task, 'w', now + 5)).toBe(false)
    const late = await tasks.complete(task, 'w', { chunks: [], counted: true })
    expect(late.outcome).toBe('lost')
    expect((await tasks.readCount(videoId, 1))?.tasksLeft).toBe(20)
  })

  it('goes back with its tries counted, but only real failures', async () => {
    const task = encode(0)
    await tasks.create(task, now)
    for (const [failed, tries] of [
      [false, 0],
      [true, 1],
      [true, 2],
    ] as const) {
      await tasks.claim(task, 'w', now)
      expect(await tasks.release(task, 'w', now, failed)).toBe(tries)
    }
    expect(await tasks.release(task, 'w', now, true)).toBeNull()
    await tasks.claim(task, 'w', now)
    await tasks.fail(task, 'w')
    expect(await tasks.claim(task, 'x', now + 1000)).toEqual({ outcome: 'failed' })
  })
})

describe('a lease that is handed over', () => {
  const job = { id: 'j1', folder: 'n1' }

  it('is the job’s: its worker has lost it, and whoever meets the task learns who holds it', async () => {
    const task = encode(0)
    await tasks.create(task, now)
    await tasks.claim(task, 'w', now)
    expect(await tasks.handOver(task, 'w', job, now)).toBe(true)
    expect(await tasks.handOver(task, 'w', job, now)).toBe(false)
    expect(await tasks.renew(task, 'w', now)).toBe(false)
    expect((await tasks.complete(task, 'w', { chunks: [], counted: true })).outcome).toBe('lost')
    const leaseUntil = now + conversionLeaseSeconds
    expect(await tasks.claim(task, 'x', leaseUntil)).toEqual({
      ...{ outcome: 'held', leaseUntil, owner: jobOwner('j1') },
    })
    const taken = await tasks.claim(task, 'x', leaseUntil + 1)
    // Whose job it was is not forgotten.
    expect(taken).toMatchObject({ outcome: 'claimed', record: { owner: 'x', job } })
  })
})

describe('progress', () => {
  it('reported by a task only rises, and only for who holds it', async () => {
    const task = encode(0)
    await tasks.create(task, now)
    await tasks.claim(task, 'w', now)
    expect(await tasks.report(task, 'w', 2)).toBe(true)
    expect(await tasks.report(task, 'w', 1)).toBe(false)
    expect(await tasks.report(task, 'x', 3)).toBe(false)
    expect((await tasks.read(task))?.reported).toBe(2)
  })

  it('of two that know the same, only one may say how it went on', async () => {
    const task = encode(0)
    await tasks.create(task, now)
    await tasks.claim(task, 'w', now)
    const said = await Promise.all([3, 5, 4].map(done => tasks.report(task, 'w', done, 0)))
    expect(said.filter(Boolean)).toHaveLength(1)
    expect(await tasks.report(task, 'w', 9, 0)).toBe(false)
  })
})

describe('completion', () => {
  async function claimed(chunk: number, owner = 'w'): Promise<Task> {
    const task = encode(chunk)
    await tasks.create(task, now)
    await tasks.claim(task, owner, now)
    return task
  }

  it('records chunks, seconds and marks at once, and counts down', async () => {
    const task = await claimed(0)
    const chunks = [record('240p', 0), record('360p', 0)]
    const marks = { firstPicture: true }
    expect(await tasks.complete(task, 'w', { chunks, counted: true, marks })).toEqual({
      outcome: 'done',
    })
    expect(await tasks.readCount(videoId, 1)).toMatchObject({
      tasksLeft: 19,
      version: 1,
      firstPicture: true,
      seconds: { '240p': 3.5, '360p': 3.5 },
    })
    expect(await pipeline.chunks.list(videoId, 1)).toHaveLength(2)
    expect(await tasks.claim(task, 'x', now + 1000)).toEqual({ outcome: 'done' })
  })

  it('of several chunks of a track names it once, as DynamoDB demands', async () => {
    const names: string[] = []
    const strict: Table = {
      ...pipeline.table,
      transact(writes) {
        for (const { Update } of writes) {
          names.push(...Object.values(Update?.ExpressionAttributeNames ?? {}))
        }
        return pipeline.table.transact(writes)
      },
    }
    const task = await claimed(0)
    const chunks = [0, 1, 2].map(index => record('240p', index))
    const done = await createTasks({ table: strict }).complete(task, 'w', { chunks, counted: true })
    expect(done).toEqual({ outcome: 'done' })
    expect(names.filter(name => name === '240p')).toHaveLength(1)
    const { seconds, tasksLeft } = (await tasks.readCount(videoId, 1)) ?? {}
    expect({ seconds, tasksLeft }).toMatchObject({ seconds: { '240p': 10.5 }, tasksLeft: 19 })
  })

  it('uncounted leaves the counter', async () => {
    const task = await claimed(0)
    await tasks.complete(task, 'w', { chunks: [record('240p', 0)], counted: false })
    expect(await tasks.readCount(videoId, 1)).toMatchObject({ tasksLeft: 20, version: 1 })
  })

  it('is lost for who no longer holds the lease', async () => {
    const task = await claimed(0)
    await tasks.claim(task, 'thief', now + 60)
    const late = await tasks.complete(task, 'w', { chunks: [record('240p', 0)], counted: true })
    expect(late).toEqual({ outcome: 'lost' })
    expect(await pipeline.chunks.list(videoId, 1)).toEqual([])
  })

  it('names the chunks somebody else has recorded, and works without them', async () => {
    const first = await claimed(0)
    await tasks.complete(first, 'w', { chunks: [record('240p', 5)], counted: true })
    const second = await claimed(5, 'v')
    const mine = [record('240p', 5, 'mine'), record('360p', 5, 'mine')]
    expect(await tasks.complete(second, 'v', { chunks: mine, counted: true })).toEqual({
      outcome: 'taken',
      keys: [record('240p', 5, 'mine').key],
    })
    const left = { chunks: mine.slice(1), counted: true }
    expect((await tasks.complete(second, 'v', left)).outcome).toBe('done')
    const stands = await pipeline.chunks.get(videoId, 1, '240p', 5)
    expect(stands?.key).toContain('5.n.mp4')
    expect((await tasks.readCount(videoId, 1))?.seconds).toEqual({ '240p': 3.5, '360p': 3.5 })
  })

  it('twenty at once on one counter all count', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, (_, chunk) => claimed(chunk)))
    const results = await Promise.all(
      all.map((task, chunk) =>
        tasks.complete(task, 'w', { chunks: [record('240p', chunk)], counted: true }),
      ),
    )
    expect(results.map(({ outcome }) => outcome)).toEqual(all.map(() => 'done'))
    expect(await tasks.readCount(videoId, 1)).toMatchObject({
      tasksLeft: 0,
      version: 20,
      seconds: { '240p': 70 },
    })
  })

  it('whose answer was lost is done, for its owner', async () => {
    const task = await claimed(0)
    const completion = { chunks: [record('240p', 0)], counted: true }
    // The commit arrives, its answer does not: the worker asks again.
    const deaf: Table = {
      ...pipeline.table,
      transact: async writes => {
        await pipeline.table.transact(writes)
        return pipeline.table.transact(writes)
      },
    }
    expect(await createTasks({ table: deaf }).complete(task, 'w', completion)).toEqual({
      outcome: 'done',
    })
    expect((await tasks.readCount(videoId, 1))?.tasksLeft).toBe(19)
    expect(await tasks.complete(task, 'x', completion)).toEqual({ outcome: 'lost' })
  })
})

describe('a due time', () => {
  it('is moved on only where nobody has set a later one', async () => {
    const task = encode(0)
    await tasks.create(task, now)
    expect(await tasks.postpone(task, now + 60)).toBe(false)
    expect(await tasks.postpone(task, now + 1801)).toBe(true)
    await tasks.claim(task, 'w', now + 1802)
    expect((await tasks.read(task))?.dueAt).toBe(now + 1802 + 90)
    expect(await tasks.postpone(task, now + 1803)).toBe(false)
  })

  it('goes when it is cleared, and of nothing nothing is made', async () => {
    const task = encode(0)
    await tasks.create(task, now)
    await tasks.clearDue(task)
    expect((await tasks.read(task))?.dueAt).toBeUndefined()
    await tasks.clearDue(encode(7))
    expect(await tasks.read(encode(7))).toBeNull()
  })
})

it('fencing an attempt that was never planned makes no counter', async () => {
  const other = newVideoId()
  await tasks.fence(other, 1)
  expect(await tasks.readCount(other, 1)).toBeNull()
})

describe('an attempt whose opening alone is planned', () => {
  it('owes the rest once, however often that is said', async () => {
    const opened = newVideoId()
    await tasks.createCount(opened, 1, { ...count, tasksLeft: 8, opening: 8 })
    const task: Task = { kind: 'pictures', videoId: opened, attempt: 1 }
    await tasks.create(task, now)
    await tasks.claim(task, 'worker', now)
    await tasks.complete(task, 'worker', { chunks: [], counted: true })
    for (let time = 0; time < 2; time++) await tasks.countWhole(opened, 1, 100)
    const known = await tasks.readCount(opened, 1)
    expect(known).toMatchObject({ tasksLeft: 99, version: 2 })
    expect(known?.opening).toBeUndefined()
  })

  it('does not change one that was planned whole from the start', async () => {
    await tasks.countWhole(videoId, 1, 100)
    expect(await tasks.readCount(videoId, 1)).toEqual(count)
  })
})
