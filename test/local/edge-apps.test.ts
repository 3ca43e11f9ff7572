// The edge before the apps: growing playlists, the API, streams of events.
import { describe, expect, it } from 'vitest'
import type { App } from '../../local/origins.ts'
import { testEdge, video } from './edge-origins.ts'

const text = (value: string) => new TextEncoder().encode(value)

describe('growing playlists', () => {
  const asked: Request[] = []
  const lists: App = request => {
    asked.push(request)
    return new Response(`#EXTM3U\n#${asked.length}\n`, {
      headers: { 'content-type': 'application/vnd.apple.mpegurl' },
    })
  }

  it('are kept for a second under their own parameters and nothing else', async () => {
    asked.length = 0
    const edge = await testEdge({ apps: { playlist: lists } })
    const read = async (query: string) => (await edge.growing(`1/1/720p.m3u8${query}`)).text()
    const first = await read('?_HLS_part=1&_HLS_msn=7&tracking=x')
    expect(new URL(asked[0]?.url ?? '').search).toBe('?_HLS_msn=7&_HLS_part=1')
    expect(new URL(asked[0]?.url ?? '').pathname).toBe(`/p/${video}/1/1/720p.m3u8`)
    expect(await read('?_HLS_msn=7&_HLS_part=1')).toBe(first)
    expect(await read('?_HLS_msn=8')).not.toBe(first)
    edge.clock.ms += 1000
    expect(await read('?_HLS_msn=7&_HLS_part=1')).not.toBe(first)
    expect(asked).toHaveLength(3)
  })

  it('come with the caching of the behaviour, whatever the app said', async () => {
    const edge = await testEdge({ apps: { playlist: lists } })
    const response = await edge.growing('1/1/main.m3u8')
    expect(response.headers.get('cache-control')).toBe('public, max-age=1')
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
  })

  it('one held question for all who wait; it ends when the last one leaves', async () => {
    const answer = Promise.withResolvers<Response>()
    const signals: AbortSignal[] = []
    const edge = await testEdge({
      apps: {
        playlist: request => {
          signals.push(request.signal)
          return answer.promise
        },
      },
    })
    const leavers = [new AbortController(), new AbortController()]
    const asking = leavers.map(({ signal }) => edge.growing('1/1/240p.m3u8?_HLS_msn=1', { signal }))
    await expect.poll(() => signals.length).toBe(1)
    leavers[0]?.abort()
    await asking[0]
    expect(signals[0]?.aborted).toBe(false)
    const third = edge.growing('1/1/240p.m3u8?_HLS_msn=1')
    answer.resolve(new Response('#EXTM3U'))
    expect(await (await third).text()).toBe('#EXTM3U')
    expect(await (await asking[1])?.text()).toBe('#EXTM3U')
    expect(signals).toHaveLength(1)
  })

  it('what the app forbids to keep is not kept', async () => {
    let count = 0
    const edge = await testEdge({
      apps: {
        playlist: () => new Response(String(++count), { headers: { 'cache-control': 'no-store' } }),
      },
    })
    await edge.growing('1/1/main.m3u8')
    expect(await (await edge.growing('1/1/main.m3u8')).text()).toBe('2')
  })

  it('two versions of one length without a tag are never mixed', async () => {
    let count = 0
    const edge = await testEdge({
      apps: {
        playlist: () =>
          new Response(`${++count}`.repeat(2000), { headers: { 'content-type': 'text/plain' } }),
      },
    })
    for (const expected of ['1', '2', '3']) {
      const response = await edge.growing('1/1/a.m3u8', { headers: { 'accept-encoding': 'gzip' } })
      const plain = response.body?.pipeThrough(new DecompressionStream('gzip'))
      expect((await new Response(plain).text())[0]).toBe(expected)
      expect((await (await edge.growing('1/1/a.m3u8')).text())[0]).toBe(expected)
      edge.clock.ms += 1500
    }
  })

  it('errors of the app go on as they are, for a second', async () => {
    let count = 0
    const edge = await testEdge({
      apps: {
        playlist: () => {
          count++
          return Response.json({ code: 'video-not-found' }, { status: 404 })
        },
      },
    })
    for (const _time of [1, 2]) {
      const response = await edge.growing('1/1/main.m3u8')
      expect([response.status, await response.json()]).toEqual([404, { code: 'video-not-found' }])
      expect(response.headers.get('cache-control')).toBe('no-store')
    }
    expect(count).toBe(1)
  })
})

describe('the API', () => {
  it('gets method, body, query and headers, and nothing of who asked under which name', async () => {
    let seen: Request | undefined
    const edge = await testEdge({
      apps: {
        api: async request => {
          seen = request.clone()
          return Response.json({ sent: await request.text() }, { status: 201 })
        },
      },
    })
    const response = await edge.get('/api/uploads?a=1&a=2', {
      method: 'POST',
      body: '{"name":"x"}',
      headers: {
        'content-type': 'application/json',
        cookie: 'session=1',
        'x-forwarded-host': 'evil',
        'x-forwarded-for': '1.2.3.4',
        forwarded: 'host=evil',
        'true-client-ip': '1.2.3.4',
      },
    })
    expect([response.status, await response.json()]).toEqual([201, { sent: '{"name":"x"}' }])
    expect(seen?.url).toBe('http://edge.internal/api/uploads?a=1&a=2')
    expect(Object.fromEntries(seen?.headers ?? [])).toEqual({
      'content-type': 'application/json',
      cookie: 'session=1',
      'true-client-ip': '127.0.0.1',
    })
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.get('x-cache')).toBe(null)
  })

  it('shows, runs and frames nothing, unless a page of its own says what', async () => {
    const own = "default-src 'none'; style-src 'unsafe-inline'"
    const edge = await testEdge({
      apps: {
        api: ({ url }) =>
          new Response('x', {
            headers: url.includes('/docs') ? { 'content-security-policy': own } : {},
          }),
      },
    })
    const policyOf = async (path: string) =>
      (await edge.get(path)).headers.get('content-security-policy')
    expect(await policyOf('/api/videos')).toContain("default-src 'none'; ")
    expect(await policyOf('/api/docs')).toBe(own)
  })

  it('is never kept', async () => {
    let count = 0
    const edge = await testEdge({
      apps: {
        api: () => new Response(`${++count}`, { headers: { 'cache-control': 'max-age=60' } }),
      },
    })
    for (const path of ['/api/videos', '/health', '/status', '/api/videos']) await edge.get(path)
    expect(count).toBe(4)
  })

  it('passes its own headers and 304s', async () => {
    const edge = await testEdge({
      apps: {
        api: request =>
          new Response(null, {
            status: 304,
            headers: { etag: request.headers.get('if-none-match') ?? '' },
          }),
      },
    })
    const response = await edge.get('/api/videos/x', { headers: { 'if-none-match': '"7"' } })
    expect([response.status, response.headers.get('etag')]).toEqual([304, '"7"'])
  })

  it('an app that throws is a plain 500', async () => {
    const edge = await testEdge({
      apps: {
        api: () => {
          throw new Error('inner detail')
        },
      },
    })
    const response = await edge.get('/api/videos')
    expect([response.status, await response.json()]).toEqual([
      500,
      expect.objectContaining({ code: 'internal' }),
    ])
  })
})

describe('events', () => {
  it('come one by one, and the app hears when the viewer leaves', async () => {
    let signal: AbortSignal | undefined
    const next: ((value: string) => void)[] = []
    const edge = await testEdge({
      apps: {
        stream: request => {
          signal = request.signal
          const stream = new ReadableStream<Uint8Array>({
            start: controller => {
              next.push(value => controller.enqueue(text(value)))
            },
          })
          return new Response(stream, { headers: { 'content-type': 'text/event-stream' } })
        },
      },
    })
    const leaving = new AbortController()
    for (const path of ['/api/events?videos=a', `/api/videos/${video}/events`]) {
      const response = await edge.get(path, {
        signal: leaving.signal,
        headers: { 'accept-encoding': 'gzip', 'last-event-id': '4' },
      })
      expect(response.headers.get('content-encoding')).toBe(null)
      const reader = response.body?.getReader()
      for (const word of ['one', 'two']) {
        next.at(-1)?.(word)
        expect(new TextDecoder().decode((await reader?.read())?.value)).toBe(word)
      }
    }
    expect(signal?.aborted).toBe(false)
    leaving.abort()
    expect(signal?.aborted).toBe(true)
  })

  it('take GET only', async () => {
    const edge = await testEdge({})
    expect((await edge.get('/api/events', { method: 'POST' })).status).toBe(405)
  })
})
