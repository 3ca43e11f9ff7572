// One stream of events tells a whole upload: ratios that never fall, no silence while work is done, an end that keeps the client
// away; whoever reconnects misses nothing. The same for many videos on one connection.
import { availableParallelism, loadavg } from 'node:os'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { VideoView } from '#domain/video.ts'
import { fetchOwned } from '../../bench/owner.ts'
import { type Stack, startStack } from '../../bench/stack.ts'
import { upload } from '../../bench/upload.ts'
import { readVideo, untilReady } from '../support/contract.ts'
import { type Recorded, record } from '../support/event-source.ts'
import { makeSource, mediaFolder } from '../support/media.ts'

const folder = mediaFolder()
const film = `${folder.path}/film.mp4`
const clip = `${folder.path}/clip.mp4`
let stack: Stack

beforeAll(async () => {
  await makeSource(film, [
    ...['-f', 'lavfi', '-i', 'testsrc2=s=640x360:r=24:d=12', '-f', 'lavfi', '-i', 'sine=d=12'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '48', '-pix_fmt', 'yuv420p'],
    ...['-c:a', 'aac'],
  ])
  await makeSource(clip, ['-i', film, '-t', '4', '-c', 'copy'])
  stack = await startStack({ LOG_LEVEL: 'warn' })
})

afterAll(async () => {
  await stack?.stop()
  await folder.remove()
})

interface Heard extends Recorded {
  /** Milliseconds, of the read that brought it. */
  at: number
}

interface Told {
  events: Heard[]
  connections: number
  /** Of the answer that ended it. */
  status: number
}

const open = (path: string, lastEventId?: string) =>
  fetchOwned(`${stack.origin}${path}`, {
    headers: lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
  })

/**
 * What an EventSource hears: it connects again with the last id whenever the stream ends, until a 204. `hangUpAfter` ends a
 * connection from this side after so many events, as a network does.
 */
async function listen(path: string, hangUpAfter = Number.POSITIVE_INFINITY): Promise<Told> {
  const told: Told = { events: [], connections: 0, status: 0 }
  let lastId: string | undefined
  for (;;) {
    const answer = await open(path, lastId)
    told.status = answer.status
    if (answer.status !== 200) return told
    told.connections += 1
    const stream = record(answer)
    let heard = 0
    for (let over = false; !over; ) {
      await stream.until(heard + 1)
      over = stream.events.length === heard || stream.events.length >= hangUpAfter
      const at = performance.now()
      for (const event of stream.events.slice(heard)) {
        told.events.push({ ...event, at })
        lastId = event.id ?? lastId
      }
      heard = stream.events.length
    }
    await stream.cancel()
  }
}

const viewsOf = ({ events }: Told, videoId: string) =>
  events.flatMap(event => {
    const view = event.data as VideoView
    return event.event === 'video' && view.videoId === videoId ? [{ ...event, view }] : []
  })

/** Order, honesty and end of what was told of one video. */
function expectWhole(told: Told, videoId: string, final: VideoView): void {
  const heard = viewsOf(told, videoId)
  for (const [n, { view }] of heard.entries()) {
    const before = heard[n - 1]?.view ?? view
    expect(view.ratio).toBeGreaterThanOrEqual(before.ratio)
    expect(view.version).toBeGreaterThanOrEqual(before.version)
    expect(view.ratio).toBeLessThanOrEqual(view.state === 'ready' ? 1 : 0.995)
    expect(view.playable || !before.playable).toBe(true)
    expect(view.posterUrl !== null || before.posterUrl === null).toBe(true)
  }
  const states = heard.map(({ view }) => view.state)
  const steps = states.filter((state, n) => state !== states[n - 1])
  expect(
    ['uploading', 'queued', 'processing', 'ready'].filter(one => steps.includes(one as never)),
  ).toEqual(steps)
  expect(steps.slice(-2)).toEqual(['processing', 'ready'])
  expect(heard.at(-1)?.view).toMatchObject({ state: 'ready', ratio: 1, title: final.title })
  expect(heard.at(-1)?.view.rungs).toEqual(final.rungs)
}

/** The longest silence between two events of work, seconds. */
function longestSilence({ events }: Told): number {
  const gaps = events.slice(1).map(({ at }, n) => (at - (events[n]?.at ?? at)) / 1000)
  return Math.max(0, ...gaps)
}

/** 3 s; where others keep the cores busy, the work stands still as well: more by as much as there is to do. */
const silenceLimit = () => 3 * Math.max(1, (loadavg()[0] ?? 0) / availableParallelism())

it('tells one video from its upload to its end, and whoever hangs up misses nothing', async () => {
  const pathOf = (videoId: string) => `/api/videos/${videoId}/events`
  const listening = Promise.withResolvers<[Told, Told]>()
  const { videoId } = await upload(stack.origin, film, begun => {
    listening.resolve(Promise.all([listen(pathOf(begun)), listen(pathOf(begun), 3)]))
  })
  const path = pathOf(videoId)
  const [whole, torn] = await listening.promise
  const final = await untilReady(stack, videoId)

  expect(viewsOf(whole, videoId)[0]?.view).toMatchObject({ state: 'uploading', ratio: 0 })
  for (const told of [whole, torn]) {
    expectWhole(told, videoId, final)
    expect(told.events.at(-1)?.event).toBe('done')
    expect(told.events.filter(({ event }) => event === 'done')).toHaveLength(1)
    expect(told.status).toBe(204)
    const ids = told.events.map(({ id }) => Number(id))
    expect(ids).toEqual([...ids].sort((a, b) => a - b))
    expect(longestSilence(told)).toBeLessThan(silenceLimit())
  }
  const ratios = new Set(viewsOf(whole, videoId).map(({ view }) => view.ratio))
  expect(ratios.size).toBeGreaterThan(5)
  expect(whole.connections).toBe(1)
  expect(torn.connections).toBeGreaterThan(2)

  expect((await open(path, whole.events.at(-1)?.id)).status).toBe(204)
  // A client that has missed the end is told all of it.
  const before = viewsOf(whole, videoId).findLast(({ view }) => view.state !== 'ready')
  const late = record(await open(path, before?.id))
  await late.ended
  expect(late.events.map(({ event }) => event)).toEqual(['video', 'done'])
  expect(late.events[0]?.data).toMatchObject({ videoId, state: 'ready', ratio: 1 })
})

it('tells two videos on one connection', async () => {
  const ids = [await upload(stack.origin, clip), await upload(stack.origin, clip)].map(
    ({ videoId }) => videoId,
  )
  const path = `/api/events?videos=${ids.join(',')}`
  const [whole, torn] = await Promise.all([listen(path), listen(path, 4)])
  for (const told of [whole, torn]) {
    for (const videoId of ids) expectWhole(told, videoId, await readVideo(stack, videoId))
    expect(told.events.at(-1)?.event).toBe('done')
    expect(told.status).toBe(204)
    expect(longestSilence(told)).toBeLessThan(silenceLimit())
  }
  expect(whole.connections).toBe(1)
  expect((await open(path, whole.events.at(-1)?.id)).status).toBe(204)
})
