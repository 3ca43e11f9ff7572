// A healthy edge, played by a server of this test, and the same with one thing wrong at a time.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { mediaCorsHeaders, securityHeaders } from '#domain/delivery.ts'
import { checkEdge, followFirst } from '../../../tools/doctor/edge-checks.ts'
import { createAskEdge } from '../../../tools/doctor/edge-client.ts'
import { hasFault, list } from '../../../tools/doctor/finding.ts'

const storeOrigin = 'https://store.example'
const videoId = 'v_0123456789abcdefghijAB'
const immutable = 'public, max-age=31536000, immutable'
const media = `/t/good/v/${videoId}/1`

interface Answer {
  status: number
  headers?: Record<string, string>
  body?: string
}

const playlist = (uri: string): Answer => ({
  status: 200,
  headers: {
    ...mediaCorsHeaders,
    'content-type': 'application/vnd.apple.mpegurl',
    'cache-control': immutable,
  },
  body: `#EXTM3U\n#EXT-X-VERSION:7\n${uri}\n`,
})

const healthy: Record<string, Answer> = {
  '/': {
    status: 200,
    headers: {
      ...securityHeaders,
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'content-security-policy': `default-src 'none'; connect-src 'self' ${storeOrigin}`,
    },
    body: '<script type="module" src="/assets/page-1.js"></script>',
  },
  '/assets/page-1.js': { status: 200, headers: { 'cache-control': immutable } },
  '/health': { status: 200 },
  '/api/videos of a stranger': { status: 401, headers: { 'cache-control': 'no-store' } },
  '/api/videos': {
    status: 200,
    headers: { 'cache-control': 'no-store' },
    body: JSON.stringify({ videos: [{ videoId, state: 'ready' }], cursor: null }),
  },
  [`/api/videos/${videoId}/playback`]: {
    status: 200,
    body: JSON.stringify({ url: `${media}/main.m3u8` }),
  },
  [`${media}/main.m3u8`]: playlist('240p.m3u8'),
  [`${media}/240p.m3u8`]: playlist('240p/0.abc.mp4'),
  [`${media}/240p/0.abc.mp4`]: {
    status: 206,
    headers: { ...mediaCorsHeaders, 'content-range': 'bytes 0-99/5000', 'content-length': '100' },
    body: 'x'.repeat(100),
  },
}

async function edgeOf(answers: Record<string, Answer>) {
  const asked: IncomingMessage[] = []
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    asked.push(request)
    const { pathname } = new URL(request.url ?? '/', 'http://edge')
    const known = request.headers.authorization === 'Bearer a-key'
    const found = (known ? undefined : answers[`${pathname} of a stranger`]) ?? answers[pathname]
    const { status, headers = {}, body = '' } = found ?? { status: 403 }
    response.writeHead(status, headers).end(body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  return { ask: createAskEdge('https://d1.cloudfront.net', `http://127.0.0.1:${port}`), asked }
}

const faults = async (answers: Record<string, Answer>) => {
  const { ask } = await edgeOf(answers)
  const findings = await checkEdge(ask, storeOrigin, 'a-key')
  return findings.filter(({ level }) => level === 'fault').map(({ check }) => check)
}
/** With another answer at a path, or other headers of it. */
const but = (path: string, change: Partial<Answer>): Record<string, Answer> => {
  const before = healthy[path] ?? { status: 200 }
  const headers = { ...before.headers, ...change.headers }
  return { ...healthy, [path]: { ...before, ...change, headers } }
}

describe('checkEdge', () => {
  it('finds a healthy edge without a fault, asked by its own name', async () => {
    const { ask, asked } = await edgeOf(healthy)
    const findings = await checkEdge(ask, storeOrigin, 'a-key')
    expect(findings.filter(({ level }) => level !== 'ok')).toEqual([])
    expect(hasFault(findings)).toBe(false)
    expect(new Set(asked.map(({ headers }) => headers.host))).toEqual(
      new Set(['d1.cloudfront.net']),
    )
  })

  it.each<[string, Record<string, Answer>, string[]]>([
    ['no page', but('/', { status: 403 }), ['portal']],
    [
      'a page that is kept',
      but('/', { headers: { 'cache-control': immutable } }),
      ['portal-caching'],
    ],
    [
      'a policy without the store',
      but('/', { headers: { 'content-security-policy': "default-src 'none'" } }),
      ['portal-security'],
    ],
    [
      'a page without a header',
      but('/', { headers: { 'x-frame-options': '' } }),
      ['portal-security'],
    ],
    [
      'assets that are not kept',
      but('/assets/page-1.js', { headers: { 'cache-control': 'no-cache' } }),
      ['asset-caching'],
    ],
    ['an API that lets anybody in', but('/api/videos of a stranger', { status: 200 }), ['api']],
    ['an API that fails', but('/health', { status: 502 }), ['api']],
    [
      'an API that is kept',
      but('/api/videos of a stranger', { headers: { 'cache-control': 'max-age=60' } }),
      ['api-caching'],
    ],
    [
      'media without a gate',
      { ...healthy, '/v/v_0000000000000000000000/1/main.m3u8': { status: 404 } },
      ['gate-bare'],
    ],
    [
      'a token for every video',
      { ...healthy, '/t/good/v/v_0000000000000000000000/1/main.m3u8': { status: 404 } },
      ['gate-other-video'],
    ],
    [
      'playlists that are not kept',
      but(`${media}/main.m3u8`, { headers: { 'cache-control': 'no-cache' } }),
      ['playlist'],
    ],
    [
      'playlists of another type',
      but(`${media}/main.m3u8`, { headers: { 'content-type': 'text/plain' } }),
      ['playlist'],
    ],
    [
      'media for one site',
      but(`${media}/240p/0.abc.mp4`, {
        headers: { 'access-control-allow-origin': 'https://one.example' },
      }),
      ['media-cors'],
    ],
    ['media without ranges', but(`${media}/240p/0.abc.mp4`, { status: 200 }), ['media-range']],
  ])('tells of %s', async (_, answers, expected) => {
    expect(await faults(answers)).toEqual(expected)
  })

  it('skips media where no video is ready', async () => {
    const body = JSON.stringify({ videos: [], cursor: null })
    const { ask } = await edgeOf(but('/api/videos', { body }))
    const findings = await checkEdge(ask, storeOrigin, 'a-key')
    expect(hasFault(findings)).toBe(false)
    expect(findings.filter(({ level }) => level === 'skipped').length).toBe(5)
  })

  it('goes on where nobody answers', async () => {
    const ask = createAskEdge('https://d1.cloudfront.net', 'http://127.0.0.1:9')
    const findings = await checkEdge(ask, storeOrigin, 'a-key')
    expect(findings.map(({ check }) => check)).toEqual(['portal', 'api', 'gate', 'media'])
    expect(hasFault(findings)).toBe(true)
  })
})

describe('followFirst', () => {
  it.each([
    ['/t/a/v/b/1/main.m3u8', '#EXTM3U\n#EXT-X-STREAM-INF\n240p.m3u8\n', '/t/a/v/b/1/240p.m3u8'],
    ['/t/a/p/b/1/2/main.m3u8', '#EXTM3U\n../../../../v/b/1/x.mp4', '/t/a/v/b/1/x.mp4'],
    ['/t/a/v/b/1/main.m3u8', '<Error/>', null],
    ['/t/a/v/b/1/main.m3u8', '#EXTM3U\n', null],
  ])('from %s', (path, text, expected) => {
    expect(followFirst(path, text)).toBe(expected)
  })
})

describe('list', () => {
  it('is a line a finding, what to do below it, and a sum', () => {
    const text = list([
      { check: 'api', level: 'ok', says: 'answers' },
      { check: 'gate-bare', level: 'fault', says: 'open', fix: 'close it' },
      { check: 'playlist', level: 'skipped', says: 'no video' },
    ])
    expect(text.split('\n')).toEqual([
      '✓ api        answers',
      '✗ gate-bare  open',
      '             → close it',
      '- playlist   no video',
      '1 ok, 1 faults, 1 skipped',
    ])
  })
})
