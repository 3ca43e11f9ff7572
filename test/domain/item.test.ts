// Table items: each is read back as it was written, and one with a broken or missing fact is refused.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { errorCodes } from '#domain/error-codes.ts'
import { MillraceError } from '#domain/errors.ts'
import * as items from '#domain/item.ts'
import type { Task } from '#domain/task.ts'
import { videoStates } from '#domain/video.ts'
import { attempts, tracks, videoIds } from './generators.ts'

const count = fc.nat()
const seconds = fc.double({ min: 0, max: 1e9, noNaN: true })
const epoch = fc.integer({ min: 0, max: 4_000_000_000_000 }).map(ms => ms / 1000)
const text = fc.string({ unit: 'grapheme' })
const id = 'v_0123456789abcdefghijAB'

const metas: fc.Arbitrary<items.Meta> = fc.record(
  {
    videoId: videoIds,
    ownerId: text,
    title: text,
    state: fc.constantFrom(...videoStates),
    attempt: count,
    liveAttempt: count,
    version: count,
    createdAt: epoch,
    source: fc.record(
      {
        key: text,
        sizeBytes: count,
        uploadId: text,
        fingerprintHash: text,
        partBytes: count,
        gone: fc.boolean(),
      },
      { requiredKeys: ['key', 'sizeBytes'] },
    ),
    facts: fc.record({
      durationSeconds: seconds,
      width: count,
      height: count,
      rungs: fc.array(count, { maxLength: 7 }),
      audioTracks: count,
      totalWork: seconds,
    }),
    failure: fc.record({ code: fc.constantFrom(...errorCodes), message: text }),
    dueAt: epoch,
  },
  {
    requiredKeys: [
      'videoId',
      'ownerId',
      'title',
      'state',
      'attempt',
      'liveAttempt',
      'version',
      'createdAt',
      'source',
    ],
  },
)

const counters: fc.Arbitrary<items.Count> = fc.record({
  tasksLeft: fc.integer(),
  live: fc.boolean(),
  version: count,
  seconds: fc.dictionary(tracks, seconds),
  firstPicture: fc.boolean(),
  firstSound: fc.boolean(),
  poster: fc.boolean(),
  storyboard: fc.boolean(),
  mp4: fc.boolean(),
})

const tasks: fc.Arbitrary<Task> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('inspect', 'pictures', 'finish', 'mp4', 'sweep'),
    videoId: videoIds,
    attempt: attempts,
  }),
  fc.record({
    kind: fc.constant('encode' as const),
    videoId: videoIds,
    attempt: attempts,
    chunk: count,
    lane: fc.constantFrom('lead' as const, 'ladder' as const),
  }),
)

const records: fc.Arbitrary<items.TaskRecord> = fc.record(
  {
    task: tasks,
    state: fc.constantFrom(...items.taskStates),
    owner: text,
    leaseUntil: epoch,
    tries: count,
    reported: seconds,
    claims: count,
    dueAt: epoch,
  },
  { requiredKeys: ['task', 'state', 'tries', 'reported', 'claims'] },
)

const chunks: fc.Arbitrary<items.Chunk> = fc.record({
  track: tracks,
  index: count,
  key: text,
  initBytes: count,
  initHash: text,
  codec: text,
  timescale: count,
  startTicks: count,
  samples: count,
  fragments: fc.array(fc.record({ ticks: count, bytes: count, keyframeBytes: count })),
  createdAt: epoch,
})

function refusal(read: (item: unknown) => unknown, item: unknown): string {
  try {
    return `read ${JSON.stringify(read(item))}`
  } catch (thrown) {
    return thrown instanceof MillraceError ? thrown.code : `threw ${String(thrown)}`
  }
}

/** What must hold of every kind of item. `optional`: facts it may lack. */
function obeysItsForm<T extends object>(
  values: fc.Arbitrary<T>,
  write: (value: T) => object,
  read: (item: unknown) => unknown,
  optional: readonly string[] = [],
) {
  it('is read back as it was written, without keys, index attributes and what a later form adds', () => {
    fc.assert(
      fc.property(values, value => {
        const item = write(value)
        expect(item).toMatchObject({ pk: expect.any(String), sk: expect.any(String) })
        expect(read(structuredClone(item))).toEqual(value)
        expect(read({ ...item, expiresAt: 1, later: 'unknown' })).toEqual(value)
      }),
    )
  })

  it('is refused when any of its facts is missing or of another kind', () => {
    fc.assert(
      fc.property(
        values,
        fc.constantFrom(null, [[]], Number.NaN, Symbol.iterator),
        (value, bad) => {
          for (const name of Object.keys(value)) {
            const broken = refusal(read, { ...write(value), [name]: bad })
            expect([name, broken]).toEqual([name, 'record-unreadable'])
            const missing = refusal(read, { ...write(value), [name]: undefined })
            expect([name, missing === 'record-unreadable']).toEqual([
              name,
              !optional.includes(name),
            ])
          }
        },
      ),
      { numRuns: 50 },
    )
  })

  it.each([undefined, null, {}, [], 'text', 42])('is not %j', nothing => {
    expect(refusal(read, nothing)).toBe('record-unreadable')
  })
}

describe('a META item', () => {
  obeysItsForm(metas, items.toMetaItem, items.fromMetaItem, ['facts', 'failure', 'dueAt'])
})
describe('a COUNT item', () => {
  obeysItsForm(counters, value => items.toCountItem(id, 1, value), items.fromCountItem)
})
describe('a TASK item', () => {
  obeysItsForm(records, items.toTaskItem, items.fromTaskItem, ['owner', 'leaseUntil', 'dueAt'])
})
describe('a CHUNK item', () => {
  obeysItsForm(chunks, value => items.toChunkItem(id, 1, value), items.fromChunkItem)
})
describe('a GENERATION item', () => {
  const generations = fc.record({ generation: count, openedAt: epoch })
  obeysItsForm(generations, value => items.toGenerationItem(id, 1, value), items.fromGenerationItem)
})
describe('an UPLOAD item', () => {
  const pointers = fc.record({ videoId: videoIds })
  const write = (value: { videoId: string }) => items.toUploadItem('me', 'hash', value.videoId)
  obeysItsForm(pointers, write, items.fromUploadItem)
})
describe('a PROGRESS item', () => {
  const shards = fc.record({ done: seconds, version: count })
  const key = items.progressKey(id, 1, 'worker')
  obeysItsForm(shards, value => ({ ...key, ...value }), items.fromProgressItem)
})
describe('a LIST item', () => {
  const listings = fc.record({ chunk: count, picks: fc.array(tracks) })
  const write = (value: items.Listing) => ({
    ...items.listKey(id, 1, 0, '240p', value.chunk),
    ...value,
  })
  obeysItsForm(listings, write, items.fromListingItem)
})

describe('an item of a known form with a wrong value', () => {
  const meta = fc.sample(metas, { numRuns: 1, seed: 1 })[0]
  const chunk = fc.sample(chunks, { numRuns: 1, seed: 1 })[0]
  it.each([
    ['a foreign id', items.fromMetaItem, { ...meta, videoId: 'v_../../etc' }],
    ['an unknown state', items.fromMetaItem, { ...meta, state: 'sleeping' }],
    ['an attempt below 0', items.fromMetaItem, { ...meta, attempt: -1 }],
    ['half an attempt', items.fromMetaItem, { ...meta, attempt: 1.5 }],
    ['a time before 1970', items.fromMetaItem, { ...meta, createdAt: -1 }],
    ['an unknown failure', items.fromMetaItem, { ...meta, failure: { code: 'x', message: '' } }],
    ['a source without a key', items.fromMetaItem, { ...meta, source: { sizeBytes: 1 } }],
    [
      'a fragment of -1 bytes',
      items.fromChunkItem,
      { ...chunk, fragments: [{ ticks: 1, bytes: -1, keyframeBytes: 0 }] },
    ],
    ['an endless instant', items.fromChunkItem, { ...chunk, createdAt: Number.POSITIVE_INFINITY }],
    [
      'seconds as text',
      items.fromCountItem,
      { ...fc.sample(counters, { numRuns: 1, seed: 1 })[0], seconds: { '240p': '4' } },
    ],
    [
      'a task of no kind',
      items.fromTaskItem,
      { task: { kind: 'x' }, state: 'ready', tries: 0, reported: 0, claims: 0 },
    ],
  ])('is refused: %s', (_, read, item) => {
    expect(refusal(read, item)).toBe('record-unreadable')
  })
})
