// How often a video is begun anew, and what its viewers see of it meanwhile.
import { describe, expect, it } from 'vitest'
import { type BeginReason, nextAttempt } from '#domain/attempts.ts'
import type { Meta } from '#domain/item.ts'
import { ratioOf } from '#domain/view.ts'

const facts = { durationSeconds: 10, width: 640, height: 360, rungs: [240], audioTracks: 0 }
const video: Meta = {
  ...{ videoId: 'v_0123456789abcdefghijAB', ownerId: 'o', title: 't', state: 'processing' },
  ...{ attempt: 1, liveAttempt: 0, version: 3, createdAt: 1 },
  source: { key: 'uploads/a/source', sizeBytes: 1 },
  facts: { ...facts, totalWork: 100 },
}

/** Begun anew for these reasons, one after the other. */
function begin(meta: Meta, ...reasons: BeginReason[]): Meta | null {
  let now: Meta | null = meta
  for (const reason of reasons) {
    const next: ReturnType<typeof nextAttempt> =
      now && nextAttempt(now, { reason, because: 'Its packets lie.', ratio: 0.5 })
    now = now && next && { ...now, ...next }
  }
  return now
}

describe('a video', () => {
  it('is begun anew for each reason so often, whatever it was begun for before', () => {
    expect(begin(video, 'gate')?.attempt).toBe(2)
    expect(begin(video, 'gate', 'gate')).toBeNull()
    expect(begin(video, 'copy', 'copy')).toBeNull()
    expect(begin(video, 'opening', 'opening')).toBeNull()
    expect(begin(video, 'opening', 'gate')?.attempt).toBe(3)
    expect(begin(video, 'copy', 'gate', 'build', 'build', 'build')?.attempt).toBe(6)
    expect(begin(video, 'build', 'build', 'build', 'build')).toBeNull()
  })

  it('keeps why it is not copied, for all attempts to come', () => {
    expect(begin(video, 'gate')?.uncopyable).toBeUndefined()
    expect(begin(video, 'copy', 'gate')?.uncopyable).toBe('Its packets lie.')
  })

  it('counts anew once an attempt has played', () => {
    const again = begin(video, 'gate')
    const ready: Meta | null = again && { ...again, state: 'ready', liveAttempt: 2 }
    expect(ready && begin(ready, 'gate')).toBeNull()
    expect(ready && begin({ ...ready, attempt: 3 }, 'gate')?.attempt).toBe(4)
  })

  it('is not begun anew once its source is gone', () => {
    expect(begin({ ...video, source: { ...video.source, gone: true } }, 'gate')).toBeNull()
  })
})

describe('its progress', () => {
  const shard = (done: number) => [{ done, version: 1 }]
  const again = begin(video, 'gate')

  it('stays where it was, and goes on from there', () => {
    if (!again) throw new Error('not begun')
    const seen = [0, 40, 60].map(done => ratioOf({ meta: again, count: null, shards: shard(done) }))
    expect(seen).toEqual([0.5, 0.5, 0.6])
  })

  it('has what the attempt before was told while this one began', () => {
    if (!again) throw new Error('not begun')
    // Planned anew: its work is another one.
    const meta: Meta = { ...again, facts: { ...facts, totalWork: 1000 } }
    expect(ratioOf({ meta, count: null, shards: [], earlier: shard(55) })).toBe(0.55)
    expect(ratioOf({ meta: { ...meta, state: 'ready' }, count: null, shards: [] })).toBe(1)
  })
})
