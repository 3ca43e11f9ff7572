// The table's indexes: sparse, only the items they are for carry their attributes, and newest videos sort last.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Meta, metaKey, ownerPartition, toMetaItem, toTaskItem } from '#domain/item.ts'
import { dueIndex, duePartition, ownerIndex, partitionKey, sortKey } from '#domain/table-facts.ts'

const meta: Meta = {
  videoId: 'v_0123456789abcdefghijAB',
  ownerId: 'me',
  title: 'film',
  state: 'queued',
  attempt: 1,
  liveAttempt: 0,
  version: 1,
  createdAt: 1_800_000_000.5,
  source: { key: 'drop/film.mov', sizeBytes: 1 },
}
const task = {
  task: { kind: 'inspect', videoId: meta.videoId, attempt: 1 },
  state: 'ready',
  tries: 0,
  reported: 0,
  claims: 0,
} as const

describe('the index by owner', () => {
  const sortOf = (changes: Partial<Meta>): unknown =>
    toMetaItem({ ...meta, ...changes })[ownerIndex.sort]

  it('holds videos alone', () => {
    expect(toMetaItem(meta)[ownerIndex.partition]).toBe(ownerPartition('me'))
    expect(toTaskItem(task)).not.toHaveProperty(ownerIndex.partition)
    expect(toTaskItem(task)).not.toHaveProperty(ownerIndex.sort)
  })

  it('sorts by the time of creation, to the millisecond', () => {
    const instants = fc.integer({ min: 0, max: 9_999_999_999_999 })
    fc.assert(
      fc.property(instants, instants, (a, b) => {
        fc.pre(a !== b)
        const [one, other] = [sortOf({ createdAt: a / 1000 }), sortOf({ createdAt: b / 1000 })]
        expect(String(one) < String(other)).toBe(a < b)
      }),
    )
    expect(sortOf({ videoId: 'v_0123456789abcdefghijAC' })).not.toBe(sortOf({}))
  })
})

describe('the index by due time', () => {
  it('holds only what is due, under a number', () => {
    expect(toMetaItem(meta)).not.toHaveProperty(dueIndex.partition)
    expect(toTaskItem(task)).not.toHaveProperty(dueIndex.partition)
    const due = { [dueIndex.partition]: duePartition, [dueIndex.sort]: 17 }
    expect(toMetaItem({ ...meta, dueAt: 17 })).toMatchObject(due)
    expect(toTaskItem({ ...task, dueAt: 17 })).toMatchObject(due)
    expect(toMetaItem({ ...meta, dueAt: 0 })).toHaveProperty(dueIndex.partition)
  })
})

it('names the attributes the keys are made of', () => {
  expect(Object.keys(metaKey(meta.videoId)).sort()).toEqual([partitionKey, sortKey].sort())
})
