// Following videos: one stream for all, polling where streams do not come through, and back.
import { beforeEach, describe, expect, test } from 'vitest'
import type { VideoView } from '../../../domain/video.ts'
import { createLive, type EventStream } from '../../../web/src/progress/live.ts'
import { otherId, someId, someVideo } from './views.ts'

class FakeStream implements EventStream {
  readyState = 0
  readonly url: string
  closed = false
  private readonly listeners = new Map<string, ((event: MessageEvent<string>) => void)[]>()
  constructor(url: string) {
    this.url = url
  }
  addEventListener(type: string, listener: (event: MessageEvent<string>) => void) {
    this.listeners.set(type, [...(this.listeners.get(type) ?? []), listener])
  }
  say(type: string, data: unknown = null) {
    this.sayText(type, JSON.stringify(data))
  }
  sayText(type: string, data: string) {
    const event = new MessageEvent(type, { data })
    for (const listener of this.listeners.get(type) ?? []) listener(event)
  }
  /** A failed request: the browser does not reconnect by itself. */
  die() {
    this.readyState = 2
    this.say('error')
  }
  close() {
    this.closed = true
  }
}

let streams: FakeStream[]
let timers: { ms: number; action: () => void; off: boolean }[]
let seen: VideoView[]
let gone: string[]
let asked: { path: string; etag: string | null }[]
let answer: (path: string) => Response

function open() {
  return createLive({
    request: async (path, init) => {
      asked.push({ path, etag: new Headers(init?.headers).get('if-none-match') })
      return answer(path)
    },
    openStream: url => {
      const stream = new FakeStream(url)
      streams.push(stream)
      return stream
    },
    later(ms, action) {
      const timer = { ms, action, off: false }
      timers.push(timer)
      return () => {
        timer.off = true
      }
    },
    onVideo: view => seen.push(view),
    onGone: videoId => gone.push(videoId),
  })
}

/** Runs the timers that are due after so long, once. */
async function after(ms: number) {
  const due = timers.filter(timer => timer.ms === ms && !timer.off)
  timers = timers.filter(timer => !due.includes(timer))
  for (const { action } of due) action()
  await new Promise(resolve => setTimeout(resolve, 0))
}
const last = () => streams.at(-1) as FakeStream

beforeEach(() => {
  streams = []
  timers = []
  seen = []
  gone = []
  asked = []
  answer = () => Response.json(someVideo(), { headers: { etag: '"5"' } })
})

describe('the stream', () => {
  test('is one for all videos, and tells what it hears', async () => {
    open().follow([someId, otherId])
    await after(150)
    expect(streams.map(stream => stream.url)).toEqual([`/api/events?videos=${someId},${otherId}`])
    last().say('video', someVideo({ version: 6 }))
    last().say('gone', { videoId: otherId })
    expect(seen.map(view => view.version)).toEqual([6])
    expect(gone).toEqual([otherId])
  })

  test('passes over what is no news of a video', async () => {
    open().follow([someId])
    await after(150)
    for (const said of [null, 'ready', { videoId: someId }, someVideo({ state: 'new' as never })])
      last().say('video', said)
    last().say('gone', { video: someId })
    last().sayText('video', '<html>')
    last().say('video', someVideo({ version: 6 }))
    expect(seen.map(view => view.version)).toEqual([6])
    expect(gone).toEqual([])
  })

  test('stays open when one of its videos is done, is opened anew for a new one', async () => {
    const live = open()
    live.follow([someId, otherId])
    await after(150)
    live.follow([someId])
    await after(150)
    expect(streams).toHaveLength(1)
    live.follow([someId, 'v_third'])
    await after(150)
    expect(streams).toHaveLength(2)
    expect(streams[0]?.closed).toBe(true)
  })

  test('closes with the last video, and after «done»', async () => {
    const live = open()
    live.follow([someId])
    await after(150)
    last().say('done')
    expect(last().closed).toBe(true)
    live.follow([])
    await after(150)
    expect(streams).toHaveLength(1)
    expect(asked).toEqual([])
  })

  test('that ends cleanly each minute is no failure', async () => {
    open().follow([someId])
    await after(150)
    for (let minute = 0; minute < 5; minute++) {
      last().say('open')
      last().say('error')
    }
    expect(asked).toEqual([])
    expect(last().closed).toBe(false)
  })
})

describe('sixty videos', () => {
  const ids = Array.from({ length: 60 }, (_, n) => `v_${n}`)
  const polled = () => asked.map(({ path }) => path.split('/').at(-1))

  test('share one stream as far as it goes; the others are asked for, a few at a time', async () => {
    open().follow(ids)
    await after(150)
    expect(last().url.split(',')).toHaveLength(50)
    await after(2000)
    expect(polled()).toEqual(ids.slice(50))
    await after(2000)
    expect(asked).toHaveLength(20)
    expect(streams).toHaveLength(1)
  })

  test('take the places that come free, without a new connection for each', async () => {
    const live = open()
    live.follow(ids)
    await after(150)
    live.follow(ids.slice(3))
    await after(150)
    expect(streams).toHaveLength(1)
    live.follow(ids.slice(10))
    await after(150)
    expect(streams).toHaveLength(2)
    expect(last().url).toContain('v_59')
    const before = asked.length
    await after(2000)
    expect(asked).toHaveLength(before)
  })

  test('all have their turn where streams do not come through', async () => {
    open().follow(ids)
    await after(150)
    last().die()
    await after(1000)
    last().die()
    await after(0)
    for (let round = 0; round < 4; round++) await after(2000)
    expect(new Set(polled()).size).toBe(60)
    expect(asked).toHaveLength(60)
  })
})

describe('polling', () => {
  async function fail() {
    const live = open()
    live.follow([someId])
    await after(150)
    last().die()
    await after(1000)
    last().die()
    await after(0)
    return live
  }

  test('takes over after two failures in a row, with ETags', async () => {
    await fail()
    expect(streams).toHaveLength(2)
    expect(asked).toEqual([{ path: `/api/videos/${someId}`, etag: null }])
    answer = () => new Response(null, { status: 304 })
    await after(2000)
    expect(asked.at(-1)).toEqual({ path: `/api/videos/${someId}`, etag: '"5"' })
    expect(seen).toHaveLength(1)
  })

  test('one failure alone does not: the stream gets a second chance', async () => {
    open().follow([someId])
    await after(150)
    last().die()
    await after(1000)
    last().say('open')
    expect(asked).toEqual([])
    expect(streams).toHaveLength(2)
  })

  test('a video that is gone is said to be, and a lost answer is passed over', async () => {
    await fail()
    answer = () => new Response(null, { status: 404 })
    await after(2000)
    expect(gone).toEqual([someId])
    answer = () => {
      throw new TypeError('Failed to fetch')
    }
    await after(2000)
    answer = () => Response.json(someVideo({ version: 9 }))
    await after(2000)
    expect(seen.at(-1)?.version).toBe(9)
  })

  test('gives the stream another try after a minute, and stops with the last video', async () => {
    const live = await fail()
    await after(60_000)
    expect(streams).toHaveLength(3)
    last().say('open')
    const before = asked.length
    await after(2000)
    expect(asked).toHaveLength(before)
    live.follow([])
    expect(last().closed).toBe(true)
  })
})
