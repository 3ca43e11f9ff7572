// The edge's answers for media: conditions, compressed playlists, errors, who may ask and from which site.
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
const playlist = `#EXTM3U\n${'#EXTINF:4,\n#EXT-X-BYTERANGE:1@2\nx.mp4\n'.repeat(60)}`

let origin: MemoryOrigin
let edge: TestEdge

const range = (value: string, more: Record<string, string> = {}) => ({
  headers: { range: value, ...more },
})
const body = async (response: Response) => new Uint8Array(await response.arrayBuffer())

beforeEach(async () => {
  origin = memoryOrigin({
    [path]: { bytes, type: 'video/mp4', etag: '"e1"' },
    [`/v/${video}/1/main.m3u8`]: {
      bytes: new TextEncoder().encode(playlist),
      type: 'application/vnd.apple.mpegurl',
      etag: '"p1"',
    },
  })
  edge = await testEdge({ media: origin })
})

describe('conditions', () => {
  it.each(['"e1"', 'W/"e1"', '"x", "e1"', '*'])('If-None-Match %s is 304', async tag => {
    for (const _time of [1, 2]) {
      const response = await edge.media(chunk, { headers: { 'if-none-match': tag } })
      expect([response.status, response.headers.get('etag')]).toEqual([304, '"e1"'])
      expect(response.headers.get('cache-control')).toContain('immutable')
    }
  })

  it('HEAD tells what GET would, without a body', async () => {
    const response = await edge.media(chunk, { method: 'HEAD', ...range('bytes=0-1') })
    expect([response.status, response.headers.get('content-length')]).toEqual([200, '300000'])
    expect(response.headers.get('content-type')).toBe('video/mp4')
    expect((await body(response)).length).toBe(0)
  })
})

describe('playlists', () => {
  it('are compressed for those who take it, under a weak tag', async () => {
    for (const _time of [1, 2]) {
      const response = await edge.media('1/main.m3u8', {
        headers: { 'accept-encoding': 'br, gzip' },
      })
      expect(response.headers.get('content-encoding')).toBe('gzip')
      expect(response.headers.get('vary')).toBe('Accept-Encoding')
      expect(response.headers.get('etag')).toBe('W/"p1"')
      const packed = await body(response)
      expect(String(packed.length)).toBe(response.headers.get('content-length'))
      const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))
      expect(await new Response(stream).text()).toBe(playlist)
    }
    const held = await edge.media('1/main.m3u8', { headers: { 'if-none-match': 'W/"p1"' } })
    expect(held.status).toBe(304)
    expect(origin.asked).toHaveLength(1)
  })

  it.each([{}, { 'accept-encoding': 'gzip;q=0' }, { 'accept-encoding': 'br' }])(
    'are plain with %j',
    async headers => {
      const response = await edge.media('1/main.m3u8', { headers })
      expect(response.headers.get('content-encoding')).toBe(null)
      expect(await response.text()).toBe(playlist)
    },
  )

  it('media never are', async () => {
    const response = await edge.media(chunk, { headers: { 'accept-encoding': 'gzip' } })
    expect(response.headers.get('content-encoding')).toBe(null)
  })
})

describe('errors', () => {
  it('a missing object is asked for again after a second, not before', async () => {
    for (const _time of [1, 2, 3]) {
      const response = await edge.media('1/none.mp4')
      expect([response.status, response.headers.get('cache-control')]).toEqual([404, 'no-store'])
      expect(response.headers.get('x-cache')).toBe('Error from edge')
      expect(response.headers.get('access-control-allow-origin')).toBe('*')
    }
    expect(origin.asked).toHaveLength(1)
    origin.objects.set(`/v/${video}/1/none.mp4`, { bytes, type: 'video/mp4' })
    edge.clock.ms += 1000
    expect((await edge.media('1/none.mp4')).status).toBe(200)
  })

  it('a store that fails is told in the log alone', async () => {
    const errors: unknown[] = []
    const failure = new Error('secret host 10.0.0.1')
    edge = await testEdge(
      { media: { ...origin, answer: () => Promise.reject(failure) } },
      { onError: thrown => errors.push(thrown) },
    )
    const response = await edge.media(chunk)
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('secret')
    expect(errors).toEqual([failure])
  })
})

describe('who may ask', () => {
  it('nobody without a token, and the origin is not asked', async () => {
    for (const asked of [path, `/t/x.y.z${path}`, `/p/${video}/1/1/main.m3u8`, '/t/', '/t/x']) {
      const response = await edge.get(asked)
      expect([asked, response.status]).toEqual([asked, 403])
      expect(response.headers.get('content-type')).toBe('application/problem+json')
      expect(response.headers.get('cache-control')).toBe('no-store')
    }
    expect(origin.asked).toHaveLength(0)
  })

  it('every site may read, refusals too', async () => {
    const options = await edge.media(chunk, {
      method: 'OPTIONS',
      headers: { origin: 'https://site', 'access-control-request-headers': 'range' },
    })
    expect(options.status).toBe(204)
    for (const response of [options, await edge.media(chunk), await edge.get(`/t/x${path}`)]) {
      expect(response.headers.get('access-control-allow-origin')).toBe('*')
      expect(response.headers.get('access-control-allow-headers')).toContain('Range')
      expect(response.headers.get('access-control-expose-headers')).toContain('Content-Range')
    }
  })

  it.each(['POST', 'PUT', 'DELETE', 'PATCH'])('%s is not for media', async method => {
    const response = await edge.media(chunk, { method })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })

  it('a replaced gate is the one that counts', async () => {
    const { buildGate } = await import('../../infra/edge/build.ts')
    edge.edge.replaceGate(buildGate({ secrets: ['another-secret-of-more-than-thirty-two-bytes'] }))
    expect((await edge.media(chunk)).status).toBe(403)
  })
})
