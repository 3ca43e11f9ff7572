// Views from records: what is playable, how far rungs are, which attempt is shown, and versions that never fall.
import { describe, expect, it } from 'vitest'
import { VideoView } from '#domain/api.ts'
import type { Count, Meta } from '#domain/item.ts'
import { type VideoState, videoStates } from '#domain/video.ts'
import { isPlayable, shownAttempt, toVideoView, versionOf } from '#domain/view.ts'

const videoId = 'v_0123456789abcdefghijAB'

const metaOf = (changes: Partial<Meta> = {}): Meta => ({
  videoId,
  ownerId: 'me',
  title: 'A clip',
  state: 'processing',
  attempt: 1,
  liveAttempt: 0,
  version: 3,
  createdAt: 1_800_000_000.5,
  source: { key: 'k', sizeBytes: 1000 },
  facts: {
    durationSeconds: 30,
    width: 1280,
    height: 720,
    rungs: [240, 720],
    audioTracks: 1,
    totalWork: 20,
  },
  ...changes,
})
const countOf = (changes: Partial<Count> = {}): Count => ({
  tasksLeft: 3,
  live: true,
  version: 5,
  seconds: { '240p': 0, '720p': 0, audio0: 0 },
  firstPicture: false,
  firstSound: false,
  poster: false,
  storyboard: false,
  mp4: false,
  ...changes,
})
const viewOf = (meta: Meta, count: Count | null, done: number[] = []) =>
  toVideoView(
    { meta, count, shards: done.map(value => ({ done: value, version: 1 })) },
    {
      token: 'a.b.c',
      canChange: true,
    },
  )

const withoutFacts = (state: VideoState): Meta => {
  const { facts: _, ...meta } = metaOf({ state })
  return meta
}

describe('playable', () => {
  it.each([
    [true, true, 1, true],
    [true, false, 1, false],
    [false, true, 1, false],
    [true, false, 0, true],
  ])('picture %s, sound %s of %i tracks: %s', (firstPicture, firstSound, audioTracks, expected) => {
    const meta = metaOf()
    const facts = meta.facts && { ...meta.facts, audioTracks }
    const count = countOf({ firstPicture, firstSound })
    expect(isPlayable({ meta: metaOf(facts ? { facts } : {}), count })).toBe(expected)
  })

  it('only while at work, and always when ready', () => {
    const count = countOf({ firstPicture: true, firstSound: true })
    const playable = videoStates.filter(state => isPlayable({ meta: metaOf({ state }), count }))
    expect(playable.sort()).toEqual(['processing', 'ready'])
    expect(isPlayable({ meta: metaOf({ state: 'ready' }), count: null })).toBe(true)
  })
})

describe('a rung', () => {
  it.each([
    [0, 'waiting'],
    [0.04, 'growing'],
    [28, 'growing'],
    [29.96, 'ready'],
    [30.02, 'ready'],
  ])('with %f of 30 s is %s', (seconds, state) => {
    const view = viewOf(metaOf(), countOf({ seconds: { '240p': seconds } }))
    expect(view.rungs).toEqual([
      { height: 240, state },
      { height: 720, state: 'waiting' },
    ])
  })

  it('of a clip shorter than the rounding waits until something is there', () => {
    const meta = metaOf()
    const facts = meta.facts && { ...meta.facts, durationSeconds: 0.5 }
    const view = viewOf(metaOf(facts ? { facts } : {}), countOf())
    expect(view.rungs[0]?.state).toBe('waiting')
  })
})

it('is of the form the API promises, in every state, planned or not', () => {
  for (const state of videoStates) {
    for (const meta of [metaOf({ state }), withoutFacts(state)]) {
      for (const count of [null, countOf({ poster: true, storyboard: true })]) {
        const view = viewOf(meta, count, [1, 2])
        expect(VideoView.parse(view)).toEqual(view)
      }
    }
  }
})

it('pictures are signed, of the attempt that is shown', () => {
  const count = countOf({ poster: true, storyboard: true })
  const again = viewOf(metaOf({ state: 'ready', attempt: 3, liveAttempt: 2 }), count)
  expect(again.posterUrl).toBe(`/t/a.b.c/v/${videoId}/2/poster.jpg`)
  expect(again.storyboardUrl).toBe(`/t/a.b.c/v/${videoId}/2/storyboard.vtt`)
  expect(viewOf(metaOf(), countOf()).posterUrl).toBeNull()
})

it('a failure is told only while failed', () => {
  const failure = { code: 'no-video', message: 'No picture.' } as const
  expect(viewOf(metaOf({ state: 'failed', failure }), null).failure).toEqual(failure)
  expect(viewOf(metaOf({ state: 'processing', failure }), null).failure).toBeNull()
})

it('the version rises through a first run and a re-run', () => {
  const shards = (versions: number[]) => versions.map(version => ({ done: 0, version }))
  const life = [
    { meta: metaOf({ state: 'uploading', attempt: 0, version: 1 }), count: null, shards: [] },
    { meta: metaOf({ state: 'queued', version: 2 }), count: null, shards: [] },
    { meta: metaOf({ version: 3 }), count: countOf({ version: 0 }), shards: [] },
    { meta: metaOf({ version: 3 }), count: countOf({ version: 7 }), shards: shards([4, 2]) },
    {
      meta: metaOf({ state: 'ready', version: 4, liveAttempt: 1 }),
      count: countOf({ version: 7 }),
      shards: shards([4, 3]),
    },
    {
      meta: metaOf({ state: 'ready', version: 5, attempt: 2, liveAttempt: 1 }),
      count: countOf({ version: 7 }),
      shards: shards([4, 3]),
    },
    {
      meta: metaOf({ state: 'ready', version: 6, attempt: 2, liveAttempt: 2 }),
      count: countOf({ version: 1 }),
      shards: [],
    },
  ]
  expect(life.map(({ meta }) => shownAttempt(meta))).toEqual([0, 1, 1, 1, 1, 1, 2])
  const versions = life.map(versionOf)
  expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b))
})

it('rises to its end, too, when an attempt before was told a lot', () => {
  const shards = [{ done: 0, version: 1 }]
  const earlier = [{ done: 0, version: 500 }]
  const working = { meta: metaOf({ attempt: 2, version: 7 }), count: null, shards, earlier }
  const ready = metaOf({ state: 'ready', attempt: 2, liveAttempt: 2, version: 8 })
  // A ready video is shown without what was before it.
  expect(versionOf({ meta: ready, count: null, shards, earlier: [] })).toBeGreaterThan(
    versionOf(working),
  )
})
