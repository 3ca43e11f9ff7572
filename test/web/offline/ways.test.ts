// What the service worker touches and what it leaves alone, and how its stores stay within bounds.
import { describe, expect, it } from 'vitest'
import { use } from '../../../web/src/offline/recent.ts'
import { filesOf, wayOf } from '../../../web/src/offline/ways.ts'

const origin = 'https://video.example'
const id = 'v_0123456789abcdefghijAB'

describe('the way of a request', () => {
  it.each([
    ['navigate', '/', 'page'],
    ['navigate', `/watch/${id}?t=4`, 'page'],
    ['navigate', '/no/such/page', 'page'],
    ['navigate', `/embed/${id}`, 'none'],
    ['navigate', '/api/docs', 'none'],
    ['navigate', '/health', 'none'],
    ['navigate', '/status', 'none'],
    ['navigate', `/t/token/v/${id}/1/film.mp4`, 'none'],
    ['navigate', '/robots.txt', 'none'],
    ['no-cors', '/assets/index-abc.js', 'asset'],
    ['no-cors', '/mark.svg', 'file'],
    ['no-cors', '/manifest.webmanifest', 'file'],
    ['no-cors', '/icon-192.png', 'file'],
    ['no-cors', `/t/token/v/${id}/1/poster.jpg`, 'poster'],
    ['no-cors', `/t/token/v/${id}/1/storyboard-0.jpg`, 'none'],
    ['cors', `/t/token/v/${id}/1/240p/0.n.mp4`, 'none'],
    ['cors', `/t/token/p/${id}/1/1/main.m3u8`, 'none'],
    ['cors', '/api/videos', 'none'],
    ['cors', '/api/events?videos=x', 'none'],
    ['cors', '/', 'none'],
  ])('%s %s: %s', (mode, path, way) => {
    expect(wayOf({ method: 'GET', mode, url: origin + path }, origin).way).toBe(way)
    expect(wayOf({ method: 'POST', mode, url: origin + path }, origin).way).toBe('none')
    expect(wayOf({ method: 'GET', mode, url: `https://store.example${path}` }, origin).way).toBe(
      'none',
    )
  })

  it('knows a poster again under another token', () => {
    const of = (token: string) =>
      wayOf(
        { method: 'GET', mode: 'no-cors', url: `${origin}/t/${token}/v/${id}/1/poster.jpg` },
        origin,
      )
    expect(of('one')).toEqual(of('two'))
  })
})

it('reads off a page which files it needs', () => {
  const page = `<link rel="icon" href="/mark.svg"><script type="module" crossorigin src="/assets/a-1.js"></script>
    <link rel="modulepreload" crossorigin href="/assets/b-2.js"><link rel="stylesheet" href="/assets/c-3.css">
    <script src="/assets/a-1.js"></script>`
  expect(filesOf(page)).toEqual([
    '/mark.svg',
    '/assets/a-1.js',
    '/assets/b-2.js',
    '/assets/c-3.css',
  ])
})

describe('what is used', () => {
  it.each([
    [[], 'a', ['a'], []],
    [['a', 'b'], 'a', ['b', 'a'], []],
    [['a', 'b', 'c'], 'd', ['b', 'c', 'd'], ['a']],
    [['a', 'b', 'c'], 'b', ['a', 'c', 'b'], []],
    // Bounds that became narrower.
    [['a', 'b', 'c', 'd', 'e'], 'f', ['d', 'e', 'f'], ['a', 'b', 'c']],
  ])('%j, then %s: %j, without %j', (recent, key, left, gone) => {
    expect(use(recent, key, 3)).toEqual({ recent: left, gone })
  })
})
