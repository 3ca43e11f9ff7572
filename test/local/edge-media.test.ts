// The edge before the media bucket: ranges from cache and origin, what is kept and for how long, one question for many viewers.
import { beforeEach, describe, expect, it } from 'vitest'
import {
  type MemoryOrigin,
  memoryOrigin,
  pattern,
  type TestEdge,
  testEdge,
  video,
} from './edge-origins.ts'

const bytes = pattern(300_000)
const chunk = '1/720p/0.abc.mp4'
const path = `/v/${video}/${chunk}`

let origin: MemoryOrigin
let edge: TestEdge

const range = (value: string, more: Record<string, string> = {}) => ({
  headers: { range: value, ...more },
})
const body = async (response: Response) => new Uint8Array(await response.arrayBuffer())

beforeEach(async () => {
  origin = memoryOrigin({
    [path]: { bytes, type: 'video/mp4', etag: '"e1"' },
    [`/v/${video}/1/empty.mp4`]: { bytes: new Uint8Array(), type: 'video/mp4', etag: '"e0"' },
  })
  edge = await testEdge({ media: origin })
})

describe('ranges', () => {
  it.each([
    ['bytes=0-0', 206, 'bytes 0-0/300000', 0, 1],
    ['bytes=100000-199999', 206, 'bytes 100000-199999/300000', 100_000, 200_000],
    ['bytes=299999-', 206, 'bytes 299999-299999/300000', 299_999, 300_000],
    ['bytes=-5', 206, 'bytes 299995-299999/300000', 299_995, 300_000],
    ['bytes=0-999999', 206, 'bytes 0-299999/300000', 0, 300_000],
    ['bytes=5-1', 200, null, 0, 300_000],
    ['bytes=0-1,5-6', 200, null, 0, 300_000],
    ['chunks=1-2', 200, null, 0, 300_000],
  ])('%s, first from the origin, then from the cache', async (value, status, header, from, to) => {
    for (const source of ['Miss', 'Hit']) {
      const response = await edge.media(chunk, range(value))
      expect(response.status).toBe(status)
      expect(response.headers.get('content-range')).toBe(header)
      expect(response.headers.get('content-length')).toBe(String(to - from))
      expect(response.headers.get('x-cache')).toBe(`${source} from edge`)
      expect(await body(response)).toEqual(bytes.slice(from, to))
    }
    expect(origin.asked).toHaveLength(1)
  })

  it.each(['bytes=300000-', 'bytes=-0', 'bytes=999999-9999999'])('%s is 416', async value => {
    for (const _time of [1, 2]) {
      const response = await edge.media(chunk, range(value))
      expect(response.status).toBe(416)
      expect(response.headers.get('content-range')).toBe('bytes */300000')
      expect(await response.json()).toMatchObject({ status: 416 })
    }
  })

  it('a whole object in the cache serves every range of it', async () => {
    await body(await edge.media(chunk))
    for (const value of ['bytes=7-9', 'bytes=-1', 'bytes=299000-']) {
      const response = await edge.media(chunk, range(value))
      expect([response.status, response.headers.get('x-cache')]).toEqual([206, 'Hit from edge'])
    }
    expect(origin.asked).toHaveLength(1)
  })

  it('a piece in the cache serves what lies within it', async () => {
    await body(await edge.media(chunk, range('bytes=1000-1999')))
    const within = await edge.media(chunk, range('bytes=1500-1500'))
    expect(within.headers.get('x-cache')).toBe('Hit from edge')
    expect(await body(within)).toEqual(bytes.slice(1500, 1501))
    const across = await edge.media(chunk, range('bytes=1500-2500'))
    expect(across.headers.get('x-cache')).toBe('Miss from edge')
    expect(await body(across)).toEqual(bytes.slice(1500, 2501))
  })

  it('If-Range: the part of the same, the whole of another', async () => {
    const same = await edge.media(chunk, range('bytes=1-2', { 'if-range': '"e1"' }))
    expect([same.status, await body(same)]).toEqual([206, bytes.slice(1, 3)])
    const other = await edge.media(chunk, range('bytes=1-2', { 'if-range': '"e0"' }))
    expect([other.status, (await body(other)).length]).toEqual([200, 300_000])
  })

  it('an empty object', async () => {
    const whole = await edge.media('1/empty.mp4')
    expect([whole.status, whole.headers.get('content-length'), (await body(whole)).length]).toEqual(
      [200, '0', 0],
    )
    const part = await edge.media('1/empty.mp4', range('bytes=0-0'))
    expect([part.status, part.headers.get('content-range')]).toEqual([416, 'bytes */0'])
  })
})

describe('the cache', () => {
  it('says how old a copy is and keeps it for a year', async () => {
    const first = await edge.media(chunk)
    expect([first.headers.get('age'), first.headers.get('cache-control')]).toEqual([
      null,
      'public, max-age=31536000, immutable',
    ])
    await body(first)
    edge.clock.ms += 90_500
    const second = await edge.media(chunk)
    expect([second.headers.get('age'), second.headers.get('x-cache')]).toEqual([
      '90',
      'Hit from edge',
    ])
    edge.clock.ms += 366 * 24 * 3600 * 1000
    const later = await edge.media(chunk)
    expect(later.headers.get('x-cache')).toBe('RefreshHit from edge')
    expect(await body(later)).toEqual(bytes)
    expect(origin.asked.map(one => one.ifNoneMatch)).toEqual([null, '"e1"'])
  })

  it('has one copy for all tokens and queries', async () => {
    await body(await edge.media(`${chunk}?a=1`))
    const second = await edge.media(`${chunk}?b=2`)
    expect(second.headers.get('x-cache')).toBe('Hit from edge')
    expect(origin.asked[0]?.search).toBe('')
  })

  it('asks once for simultaneous viewers, who get it as it comes', async () => {
    const held = Promise.withResolvers<void>()
    origin.hold = held.promise
    const responses = await Promise.all([1, 2, 3].map(() => edge.media(chunk)))
    const readers = responses.map(response => response.body?.getReader())
    // The first chunk is there for everyone while the rest is still held back.
    for (const reader of readers) expect((await reader?.read())?.value?.length).toBe(65_536)
    held.resolve()
    for (const reader of readers) {
      let length = 65_536
      for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
        length += part.value.length
      }
      expect(length).toBe(300_000)
    }
    expect(origin.asked).toHaveLength(1)
    expect((await edge.media(chunk)).headers.get('x-cache')).toBe('Hit from edge')
  })

  it('one viewer who leaves takes nothing from the others; the last one stops the origin', async () => {
    const held = Promise.withResolvers<void>()
    origin.hold = held.promise
    const [first, second] = await Promise.all([edge.media(chunk), edge.media(chunk)])
    await first?.body?.cancel()
    expect(origin.asked[0]?.signal.aborted).toBe(false)
    await second?.body?.cancel()
    expect(origin.asked[0]?.signal.aborted).toBe(true)
  })

  it('a viewer who leaves before the answer stops the origin, too', async () => {
    const leaving = new AbortController()
    const slow = await testEdge({
      media: {
        ...origin,
        answer: request => {
          origin.asked.push(request)
          return new Promise(() => {})
        },
      },
    })
    const asking = slow.media(chunk, { signal: leaving.signal })
    await expect.poll(() => origin.asked.length).toBe(1)
    leaving.abort()
    expect((await asking).status).toBe(503)
    expect(origin.asked[0]?.signal.aborted).toBe(true)
  })

  it('lets long answers through without keeping them, and stops the origin with the viewer', async () => {
    edge = await testEdge({ media: origin }, { entryBytes: 100_000 })
    expect(await body(await edge.media(chunk))).toEqual(bytes)
    const again = await edge.media(chunk)
    expect(again.headers.get('x-cache')).toBe('Miss from edge')
    await again.body?.cancel()
    expect(origin.cancelled).toBe(1)
    const both = await Promise.all([edge.media(chunk), edge.media(chunk)])
    for (const one of both) expect(await body(one)).toEqual(bytes)
    const part = await edge.media(chunk, range('bytes=-10'))
    expect(await body(part)).toEqual(bytes.slice(-10))
    expect(origin.asked.at(-1)?.range).toBe('bytes=299990-299999')
  })

  it('If-Range on a long object unknown so far costs one more question, never the bytes before', async () => {
    edge = await testEdge({ media: origin }, { entryBytes: 100_000 })
    const part = await edge.media(chunk, range('bytes=299000-', { 'if-range': '"e1"' }))
    expect([part.status, await body(part)]).toEqual([206, bytes.slice(299_000)])
    expect(origin.cancelled).toBe(1)
  })

  it('stays within its bounds, the least used going first', async () => {
    edge = await testEdge({ media: origin }, { cacheBytes: 700_000, entryBytes: 400_000 })
    for (const name of ['b', 'c']) {
      origin.objects.set(`/v/${video}/1/${name}.mp4`, {
        bytes,
        type: 'video/mp4',
        etag: `"${name}"`,
      })
    }
    await body(await edge.media(chunk))
    await body(await edge.media('1/b.mp4'))
    await body(await edge.media(chunk))
    await body(await edge.media('1/c.mp4'))
    expect((await edge.media(chunk)).headers.get('x-cache')).toBe('Hit from edge')
    expect((await edge.media('1/b.mp4')).headers.get('x-cache')).toBe('Miss from edge')
  })

  it('forgets a deleted video', async () => {
    await body(await edge.media(chunk))
    origin.objects.clear()
    edge.edge.invalidate(`/v/${video}/`)
    expect((await edge.media(chunk)).status).toBe(404)
  })

  it('a body that breaks off breaks off for the viewer and is not kept', async () => {
    let broken = true
    edge = await testEdge({
      media: {
        ...origin,
        answer: async request => {
          const answer = await origin.answer(request)
          return broken ? { ...answer, body: new Blob([bytes.slice(0, 1000)]).stream() } : answer
        },
      },
    })
    await expect((await edge.media(chunk)).arrayBuffer()).rejects.toThrow()
    broken = false
    expect(await body(await edge.media(chunk))).toEqual(bytes)
  })
})
