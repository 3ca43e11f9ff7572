// Event streams: snapshot, changes, pings, ends and reconnects, recorded from the bytes.
import { beforeAll, describe, expect, inject, it } from 'vitest'
import type { Count, Meta } from '#domain/item.ts'
import type { VideoView } from '#domain/video.ts'
import { createApp } from '../../functions/status/app.ts'
import { type FollowTiming, usualTiming } from '../../functions/status/follow.ts'
import { type Recording, record } from '../support/event-source.ts'
import { createPipeline, metaOf, newVideoId, type Pipeline } from '../support/pipeline.ts'

let pipeline: Pipeline
/** Reads of META items since the test began. */
let reads = 0

beforeAll(async () => {
  const made = await createPipeline(inject('ministack'))
  const records: Pipeline['videos']['records'] = videoId => {
    reads += 1
    return made.videos.records(videoId)
  }
  pipeline = { ...made, videos: { ...made.videos, records } }
})

const quick: FollowTiming = {
  fastSeconds: 0.02,
  fastForSeconds: 20,
  slowSeconds: 0.1,
  pingSeconds: 30,
  lifeSeconds: 30,
}

const appWith = (timing: Partial<FollowTiming> = {}) =>
  createApp({
    ...pipeline,
    revoke: () => {},
    publicOrigin: null,
    timing: { ...quick, ...timing },
    version: '1',
  })

async function create(changes: Partial<Meta> = {}): Promise<string> {
  const videoId = newVideoId()
  const meta = metaOf(videoId, { state: 'processing', attempt: 1, ...changes })
  await pipeline.videos.create(meta, null)
  return videoId
}

async function open(
  path: string,
  options: { timing?: Partial<FollowTiming>; lastEventId?: string; signal?: AbortSignal } = {},
): Promise<Recording> {
  const headers: Record<string, string> = options.lastEventId
    ? { 'last-event-id': options.lastEventId }
    : {}
  const signal = options.signal ? { signal: options.signal } : {}
  return record(await appWith(options.timing).request(path, { headers, ...signal }))
}

const one = (videoId: string) => `/api/videos/${videoId}/events`
const many = (...ids: string[]) => `/api/events?videos=${ids.join(',')}`
const views = ({ events }: Recording) =>
  events.filter(({ event }) => event === 'video').map(({ data }) => data as VideoView)

const counters: Count = {
  tasksLeft: 1,
  live: true,
  version: 0,
  seconds: {},
  firstPicture: true,
  firstSound: true,
  poster: false,
  storyboard: false,
  mp4: false,
}

describe('one video', () => {
  it('begins with a snapshot and tells every change until the end', async () => {
    const videoId = await create()
    const stream = await open(one(videoId))
    await stream.until(1)
    await pipeline.videos.change(videoId, { title: 'Renamed' })
    await stream.until(2)
    await pipeline.videos.step(videoId, 'ready', { liveAttempt: 1 })
    await stream.ended
    expect(views(stream).map(({ title, state }) => [title, state])).toEqual([
      ['A clip', 'processing'],
      ['Renamed', 'processing'],
      ['Renamed', 'ready'],
    ])
    expect(stream.events.map(({ event, id }) => [event, id])).toEqual([
      ['video', '1000000001'],
      ['video', '1000000002'],
      ['video', '1000000003'],
      ['done', '1999999999'],
    ])
    expect(views(stream).map(({ version }) => String(version))).toEqual(
      stream.events.slice(0, 3).map(({ id }) => id),
    )
    expect(stream.retry).toBe(2000)
    expect(stream.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(stream.headers.get('cache-control')).toBe('no-cache, no-transform')
    expect(stream.headers.get('x-accel-buffering')).toBe('no')
  })

  it('tells progress and marks, each within a second of its write by the usual timing', async () => {
    const facts = {
      durationSeconds: 60,
      width: 640,
      height: 480,
      rungs: [240],
      audioTracks: 0,
      totalWork: 10,
    }
    const videoId = await create({ facts })
    await pipeline.tasks.createCount(videoId, 1, { ...counters, firstPicture: false })
    const stream = await open(one(videoId), { timing: usualTiming })
    await stream.until(1)
    const task = { kind: 'encode', videoId, attempt: 1, chunk: 0, lane: 'lead' } as const
    for (let step = 1; step <= 3; step++) {
      const written = performance.now()
      await pipeline.tasks.addProgress(task, 'worker', 2)
      await stream.until(step + 1)
      expect(performance.now() - written).toBeLessThan(1000)
    }
    await stream.cancel()
    expect(views(stream).map(({ ratio }) => ratio)).toEqual([0, 0.2, 0.4, 0.6])
  })

  it('keeps the line open with pings and ends by itself', async () => {
    const videoId = await create()
    const started = performance.now()
    const stream = await open(one(videoId), { timing: { pingSeconds: 0.1, lifeSeconds: 0.5 } })
    await stream.ended
    const seconds = (performance.now() - started) / 1000
    expect(seconds).toBeGreaterThan(0.45)
    expect(seconds).toBeLessThan(2)
    expect(stream.comments.length).toBeGreaterThanOrEqual(2)
    expect(new Set(stream.comments)).toEqual(new Set(['ping']))
    expect(stream.events.map(({ event }) => event)).toEqual(['video'])
  })

  it('that is final: snapshot and done; a reconnect after it is 204', async () => {
    const videoId = await create({ state: 'failed', version: 4 })
    const stream = await open(one(videoId))
    await stream.ended
    expect(stream.events.map(({ event }) => event)).toEqual(['video', 'done'])
    const done = stream.events.at(-1)?.id ?? ''
    for (const lastEventId of ['1000000004', '1000000009', done]) {
      expect((await open(one(videoId), { lastEventId })).status).toBe(204)
    }
  })

  it('after whose end something is tidied up: a reconnect is still 204, until another attempt', async () => {
    const videoId = await create({ state: 'ready', liveAttempt: 1 })
    const stream = await open(one(videoId))
    await stream.ended
    const lastEventId = stream.events.at(-1)?.id ?? ''
    await pipeline.tasks.createCount(videoId, 1, { ...counters, version: 7, mp4: true })
    expect((await open(one(videoId), { lastEventId })).status).toBe(204)
    await pipeline.videos.change(videoId, { attempt: 2, liveAttempt: 2 })
    expect((await open(one(videoId), { lastEventId })).status).toBe(200)
  })

  it('a reconnect that has missed the end is told', async () => {
    const videoId = await create({ state: 'ready', version: 4, liveAttempt: 1 })
    for (const lastEventId of ['1000000003', 'anything', '-1']) {
      const stream = await open(one(videoId), { lastEventId })
      await stream.ended
      expect(stream.events.map(({ event }) => event)).toEqual(['video', 'done'])
    }
  })

  it('that is deleted is gone', async () => {
    const videoId = await create()
    const stream = await open(one(videoId))
    await stream.until(1)
    await pipeline.videos.step(videoId, 'deleting')
    await stream.ended
    expect(stream.events.slice(1)).toEqual([
      { event: 'gone', id: undefined, data: { videoId } },
      { event: 'done', id: '0', data: {} },
    ])
    expect((await open(one(videoId))).status).toBe(404)
    expect((await open(one(videoId), { lastEventId: '0' })).status).toBe(204)
  })

  it('stops reading when the client goes, and at once', async () => {
    const videoId = await create()
    const client = new AbortController()
    const left = await open(one(videoId), { signal: client.signal })
    const cancelled = await open(one(videoId))
    await Promise.all([left.until(1), cancelled.until(1)])
    client.abort()
    await cancelled.cancel()
    await Promise.race([left.ended, new Promise(resolve => setTimeout(resolve, 100))])
    const before = reads
    await new Promise(resolve => setTimeout(resolve, 200))
    expect(reads).toBe(before)
  })

  it('asked for by HEAD starts nothing', async () => {
    const videoId = await create()
    const answer = await appWith().request(one(videoId), { method: 'HEAD' })
    expect(answer.status).toBe(200)
    const before = reads
    await new Promise(resolve => setTimeout(resolve, 150))
    expect(reads).toBe(before)
  })

  it('looks less and less often while nothing happens', async () => {
    const videoId = await create({ state: 'uploading', attempt: 0 })
    const before = reads
    const timing = { fastSeconds: 0.02, fastForSeconds: 0.2, slowSeconds: 0.4, lifeSeconds: 1.5 }
    const stream = await open(one(videoId), { timing })
    await stream.ended
    expect(reads - before).toBeLessThan(20)
  })
})

describe('many videos', () => {
  it('come on one line, each with a snapshot, and end when all are final', async () => {
    const [first, second, third] = await Promise.all([
      create({ title: 'one' }),
      create({ title: 'two' }),
      create({ title: 'three', state: 'failed' }),
    ])
    const stream = await open(many(first, second, third, first))
    await stream.until(3)
    expect(views(stream).map(({ title }) => title)).toEqual(['one', 'two', 'three'])
    await pipeline.videos.step(second, 'failed')
    await stream.until(4)
    await pipeline.videos.step(first, 'ready', { liveAttempt: 1 })
    await stream.ended
    expect(stream.events.slice(3).map(({ event }) => event)).toEqual(['video', 'video', 'done'])
    const ids = stream.events.map(({ id }) => Number(id))
    expect(ids).toEqual(ids.toSorted((a, b) => a - b))
    const last = String(ids.at(-1))
    const again = await open(many(first, second, third), { lastEventId: last })
    expect(again.status).toBe(204)
  })

  it('a reconnect misses nothing, though another video had a higher version', async () => {
    const busy = await create({ version: 90, state: 'ready', liveAttempt: 1 })
    const quiet = await create({ version: 3 })
    const stream = await open(many(busy, quiet))
    await stream.until(1)
    await stream.cancel()
    const [seen] = stream.events
    await pipeline.videos.step(quiet, 'failed')
    const again = await open(many(busy, quiet), { lastEventId: seen?.id ?? '' })
    await again.ended
    expect(views(again).map(({ state }) => state)).toEqual(['ready', 'failed'])
  })

  it('of which some are unknown: those are gone, the others go on', async () => {
    const known = await create({ state: 'failed' })
    const unknown = newVideoId()
    const stream = await open(many(unknown, known))
    await stream.ended
    expect(stream.events.map(({ event }) => event)).toEqual(['gone', 'video', 'done'])
    const lastEventId = stream.events.at(-1)?.id ?? ''
    expect((await open(many(unknown, known), { lastEventId })).status).toBe(204)
    const older = await open(many(unknown, known), { lastEventId: '99000000000' })
    await older.ended
    expect(views(older)).toHaveLength(1)
  })

  it.each(['', 'videos=', 'videos=v_short', `videos=${Array.from({ length: 51 }, newVideoId)}`])(
    'refuses ?%s',
    async query => {
      expect((await open(`/api/events?${query}`)).status).toBe(400)
    },
  )
})
