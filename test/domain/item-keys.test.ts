// Table keys: they sort as their numbers, stand under one prefix alone and never collide.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as items from '#domain/item.ts'
import type { Task } from '#domain/task.ts'
import { attempts, nonces, tracks } from './generators.ts'

const id = 'v_0123456789abcdefghijAB'
const count = fc.nat()

describe('keys', () => {
  const rising = (sortKeys: string[]) => [...sortKeys].sort().join() === sortKeys.join()

  it('sort as their numbers do', () => {
    const pairs = fc.tuple(fc.nat(999_999), fc.nat(999_999))
    fc.assert(
      fc.property(pairs, attempts, tracks, (pair, attempt, track) => {
        const [low, high] = pair.sort((a, b) => a - b)
        for (const keyOf of [
          (n: number) => items.chunkRecordKey(id, attempt, track, n),
          (n: number) => items.generationKey(id, attempt, n),
          (n: number) => items.listKey(id, attempt, 3, track, n),
        ]) {
          expect(rising([keyOf(low).sk, keyOf(high).sk])).toBe(true)
        }
      }),
    )
  })

  it('stand under their own prefix and no other attempt’s, generation’s or track’s', () => {
    fc.assert(
      fc.property(attempts, attempts, tracks, tracks, count, nonces, (a, b, one, two, n, shard) => {
        fc.pre(a !== b && one !== two)
        const under = (sk: string, own: string, ...others: string[]) => {
          expect(sk.startsWith(own)).toBe(true)
          for (const other of others) expect([sk, sk.startsWith(other)]).toEqual([sk, false])
        }
        under(items.chunkRecordKey(id, a, one, n).sk, items.chunkPrefix(a), items.chunkPrefix(b))
        under(
          items.chunkRecordKey(id, a, one, n).sk,
          items.chunkPrefix(a, one),
          items.chunkPrefix(a, two),
        )
        under(
          items.generationKey(id, a, n).sk,
          items.generationPrefix(a),
          items.generationPrefix(b),
        )
        under(items.progressKey(id, a, shard).sk, items.progressPrefix(a), items.progressPrefix(b))
        under(
          items.listKey(id, a, n, one, 0).sk,
          items.listPrefix(a, n, one),
          items.listPrefix(b, n, one),
          items.listPrefix(a, n + 1, one),
          items.listPrefix(a, n, two),
        )
      }),
    )
  })

  it('never collide within a video', () => {
    const task = (facts: Partial<Task>) => ({ ...facts, videoId: id, attempt: 1 }) as Task
    const all = [
      items.metaKey(id),
      items.countKey(id, 1),
      items.countKey(id, 11),
      items.progressKey(id, 1, 'a'),
      items.taskKey(task({ kind: 'inspect' })),
      items.taskKey(task({ kind: 'encode', chunk: 1, lane: 'lead' })),
      items.taskKey(task({ kind: 'encode', chunk: 1, lane: 'ladder' })),
      items.taskKey(task({ kind: 'audio', track: 'audio1', span: 0 })),
      items.chunkRecordKey(id, 1, '240p', 0),
      items.chunkRecordKey(id, 1, 'audio0', 0),
      items.generationKey(id, 1, 0),
      items.listKey(id, 1, 0, '240p', 0),
    ]
    expect(new Set(all.map(({ sk }) => sk)).size).toBe(all.length)
    expect(new Set(all.map(({ pk }) => pk))).toEqual(
      new Set([`VIDEO#${id}`, items.progressPartition(id)]),
    )
    expect(items.uploadKey('me', 'hash').pk).toBe(items.ownerPartition('me'))
  })
})
