// Delivery: which behaviour answers every kind of path, how long its answers are kept, and patterns against a reference.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as delivery from '#domain/delivery.ts'
import * as keys from '#domain/keys.ts'

const id = 'v_0123456789abcdefghijAB'
const finished = (name: string) => keys.finalPath('a.b-c_.d', id, 1, name)
const growing = (name: string) => keys.growingPath('a.b-c_.d', id, 1, 0, name)

const year = 'public, max-age=31536000, immutable'

describe('the behaviour for a path', () => {
  it.each([
    [finished('main.m3u8'), '/t/*/v/*.m3u8', 'media', 31_536_000, true, year],
    [finished('240p.iframes.m3u8'), '/t/*/v/*.m3u8', 'media', 31_536_000, true, year],
    [finished('main.mpd'), '/t/*/v/*.mpd', 'media', 31_536_000, true, year],
    [finished('storyboard.vtt'), '/t/*/v/*.vtt', 'media', 31_536_000, true, year],
    [finished('240p/0.n0nce.mp4'), '/t/*/v/*', 'media', 31_536_000, false, year],
    [finished('audio0/12.n0nce.mp4'), '/t/*/v/*', 'media', 31_536_000, false, year],
    [finished('video.mp4'), '/t/*/v/*', 'media', 31_536_000, false, year],
    [finished('poster.jpg'), '/t/*/v/*', 'media', 31_536_000, false, year],
    [finished('storyboard-3.jpg'), '/t/*/v/*', 'media', 31_536_000, false, year],
    [growing('main.m3u8'), '/t/*/p/*', 'playlist', 1, true, 'public, max-age=1'],
    [growing('1080p.m3u8'), '/t/*/p/*', 'playlist', 1, true, 'public, max-age=1'],
    [growing('native.m3u8'), '/t/*/p/*', 'playlist', 1, true, 'public, max-age=1'],
    ['/api/events', '/api/events', 'stream', null, false, null],
    [`/api/videos/${id}/events`, '/api/videos/*/events', 'stream', null, false, null],
    [`/api/videos/${id}`, '/api/*', 'api', null, false, null],
    [`/api/videos/${id}/playback`, '/api/*', 'api', null, false, null],
    ['/api/videos', '/api/*', 'api', null, false, null],
    ['/api/uploads', '/api/*', 'api', null, false, null],
    [`/api/uploads/${id}/parts`, '/api/*', 'api', null, false, null],
    ['/api/events/more', '/api/*', 'api', null, false, null],
    ['/api/openapi.json', '/api/*', 'api', null, false, null],
    ['/api/docs', '/api/*', 'api', null, false, null],
    ['/health', '/health', 'api', null, false, null],
    ['/status', '/status', 'api', null, false, null],
    ['/assets/app-3f2a.js', '/assets/*', 'portal', 31_536_000, true, year],
    ['/', '/*', 'portal', 0, true, 'no-cache'],
    ['/index.html', '/*', 'portal', 0, true, 'no-cache'],
    [`/watch/${id}`, '/*', 'portal', 0, true, 'no-cache'],
    ['/api', '/*', 'portal', 0, true, 'no-cache'],
    ['/healthy', '/*', 'portal', 0, true, 'no-cache'],
    ['/T/a/v/b', '/*', 'portal', 0, true, 'no-cache'],
    [`/c/v/${id}/1/main.m3u8`, '/c/v/*.m3u8', 'media', 31_536_000, true, 'private, no-cache'],
    [`/c/v/${id}/1/720p/1.a.mp4`, '/c/v/*', 'media', 31_536_000, false, 'private, no-cache'],
    [`/c/p/${id}/1/1/main.m3u8`, '/c/p/*', 'playlist', 1, true, 'private, no-cache'],
    // A bare key is no door to the media bucket.
    [`/v/${id}/1/main.m3u8`, '/*', 'portal', 0, true, 'no-cache'],
    [`/t/v/${id}/1/main.m3u8`, '/*', 'portal', 0, true, 'no-cache'],
  ] as const)(
    '%s is %s, from %s',
    (path, pattern, origin, cacheSeconds, compress, cacheControl) => {
      expect(delivery.behaviourFor(path)).toMatchObject({
        path: pattern,
        origin,
        cacheSeconds,
        compress,
        cacheControl,
      })
    },
  )

  it('stands behind the gate exactly where media and growing playlists come from', () => {
    for (const { origin, viewerRequest, cors, path } of delivery.behaviours) {
      const guarded = origin === 'media' || origin === 'playlist'
      expect([path, viewerRequest === 'gate']).toEqual([path, guarded])
      expect([path, /^\/[tc]\//.test(path)]).toEqual([path, guarded])
      // What a cookie opens is nothing for pages of other sites.
      expect([path, cors]).toEqual([path, path.startsWith('/t/')])
    }
  })

  it('tells every function that asks who somebody is from where the request comes', () => {
    for (const { viewerRequest, path } of delivery.behaviours) {
      const asks = path.startsWith('/api/') || path === '/metrics'
      expect([path, viewerRequest === 'viewer']).toEqual([path, asks])
    }
  })

  it('lets only the API change anything', () => {
    const changing = delivery.behaviours.filter(({ methods }) => methods === 'all')
    expect(changing.map(({ path }) => path)).toEqual(['/api/*'])
  })

  it('keeps growing playlists apart by what a blocking reload asks, nothing else by any query', () => {
    const keyed = delivery.behaviours.filter(({ queryKey }) => queryKey.length > 0)
    expect(keyed.map(({ path, queryKey }) => [path, queryKey])).toEqual([
      ['/t/*/p/*', ['_HLS_msn', '_HLS_part', '_HLS_skip']],
      ['/c/p/*', ['_HLS_msn', '_HLS_part', '_HLS_skip']],
    ])
  })

  it('exists for every path', () => {
    fc.assert(
      fc.property(fc.webPath(), path => {
        expect(delivery.behaviours).toContain(delivery.behaviourFor(`/${path}`))
      }),
    )
    expect(() => delivery.behaviourFor('no-slash')).toThrow(RangeError)
  })
})

describe('a path pattern', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', '.'), maxLength: 8 })
  const patterns = fc.string({ unit: fc.constantFrom('a', '.', '*'), maxLength: 8 })

  it('matches what the same regular expression matches', () => {
    fc.assert(
      fc.property(patterns, letters, (pattern, path) => {
        const expression = pattern.replaceAll('.', '\\.').replaceAll('*', '[^]*')
        expect(delivery.pathMatches(pattern, path)).toBe(new RegExp(`^${expression}$`).test(path))
      }),
      { numRuns: 2000 },
    )
  })

  it('matches whatever stands for its stars', () => {
    fc.assert(
      fc.property(patterns, letters, (pattern, anything) => {
        const path = pattern.replaceAll('*', () => anything)
        expect(delivery.pathMatches(pattern, path)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    ['/a/*/a', '/a/a', false],
    ['/aa*aa', '/aaa', false],
    ['/aa*aa', '/aaaa', true],
    ['/a*b*b', '/ab', false],
    ['/a*b*b', '/abb', true],
    ['*', '', true],
    ['/t/*/v/*', '/t//v/', true],
    ['/health', '/health/', false],
    ['/health', '/Health', false],
    ['/a?b', '/axb', false],
  ])('%s and %s: %s', (pattern, path, matches) => {
    expect(delivery.pathMatches(pattern, path)).toBe(matches)
  })
})

describe('media objects', () => {
  it.each([
    ['main.m3u8', 'application/vnd.apple.mpegurl'],
    ['main.mpd', 'application/dash+xml'],
    ['storyboard.vtt', 'text/vtt; charset=utf-8'],
    ['240p/0.n0nce.mp4', 'video/mp4'],
    ['poster.jpg', 'image/jpeg'],
    ['unknown.bin', 'application/octet-stream'],
    ['noextension', 'application/octet-stream'],
  ])('%s is %s', (name, type) => {
    expect(delivery.contentTypeOf(keys.mediaKey(id, 1, name))).toBe(type)
  })

  it('are stored with the caching their behaviour promises', () => {
    expect(delivery.mediaCacheControl).toBe(year)
    expect(delivery.errorCacheSeconds).toBeLessThanOrEqual(1)
  })

  it('may be read by other sites in ranges', () => {
    const exposed = delivery.mediaCorsHeaders['access-control-expose-headers']?.split(', ')
    expect(exposed).toEqual(
      expect.arrayContaining(['Content-Range', 'Accept-Ranges', 'Content-Length', 'ETag']),
    )
    expect(delivery.mediaCorsHeaders['access-control-allow-headers']).toContain('Range')
    expect(delivery.uploadCors.allowedMethods).toEqual(['PUT'])
    expect(delivery.uploadCors.exposedHeaders).toContain('ETag')
  })
})

describe('the portal’s content security policy', () => {
  it('allows nothing by default, no inline code, and uploads to the store alone', () => {
    const policy = delivery.contentSecurityPolicy('https://store.example:9000')
    const directives = new Map(policy.split('; ').map(line => [line.split(' ')[0], line]))
    expect(directives.get('default-src')).toBe("default-src 'none'")
    expect(directives.get('script-src')).toBe("script-src 'self'")
    expect(directives.get('connect-src')).toBe("connect-src 'self' https://store.example:9000")
    expect(directives.get('media-src')).toBe("media-src 'self' blob:")
    expect(policy).not.toContain('unsafe')
  })

  it('lets any site frame the player’s page, and no other', () => {
    const framed = delivery.behaviours.filter(({ framedByAnyone }) => framedByAnyone)
    expect(framed.map(({ path }) => path)).toEqual(['/embed/*'])
    const of = (path: string) =>
      delivery.contentSecurityPolicy('https://store.example', delivery.behaviourFor(path))
    expect(of('/embed/x')).toContain('frame-ancestors *')
    expect(of('/embed/x')).not.toContain('store.example')
    expect(of('/watch/x')).toContain("frame-ancestors 'self'")
    expect(delivery.securityHeadersOf(delivery.behaviourFor('/embed/x'))).toEqual(
      Object.fromEntries(
        Object.entries(delivery.securityHeaders).filter(([name]) => name !== 'x-frame-options'),
      ),
    )
  })
})
