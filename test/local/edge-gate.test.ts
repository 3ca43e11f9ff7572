// The gate in its place: with the functions' own tokens, before the cache and before any origin. What is refused has asked nobody.
import { beforeEach, expect, it } from 'vitest'
import { noEpoch } from '#domain/revocation.ts'
import { createPlaybackSigner, type PlaybackGrant } from '#platform/playback-token.ts'
import { buildGate } from '../../infra/edge/build.ts'
import {
  type MemoryOrigin,
  memoryOrigin,
  pattern,
  secret,
  startMs,
  type TestEdge,
  testEdge,
  video,
} from './edge-origins.ts'

const other = 'v_0123456789abcdefghijAC'
const name = '1/main.m3u8'
const expiresAt = startMs / 1000 + 3600
const viewer = { address: '203.0.113.7' }

let media: MemoryOrigin
let edge: TestEdge
let asked: string[]

beforeEach(async () => {
  const object = { bytes: pattern(100), type: 'application/vnd.apple.mpegurl', etag: '"e"' }
  media = memoryOrigin({ [`/v/${video}/${name}`]: object, [`/v/${other}/${name}`]: object })
  asked = []
  const app = (request: Request) => {
    asked.push(request.url)
    return new Response('grown', { headers: { 'cache-control': 'max-age=60' } })
  }
  edge = await testEdge({ media, apps: { playlist: app, stream: app, api: app } })
})

const sign = (grant: Partial<PlaybackGrant> = {}) =>
  createPlaybackSigner(secret).sign({ videoId: video, epoch: 0, expiresAt, ...grant })

const get = async (path: string, headers: Record<string, string> = {}, by = viewer) => {
  const answer = await edge.edge.fetch(new Request(`http://localhost:8080${path}`, { headers }), by)
  await answer.arrayBuffer()
  return answer.status
}
const finalOf = (token: string, videoId = video) => `/t/${token}/v/${videoId}/${name}`
const growingOf = (token: string) => `/t/${token}/p/${video}/1/1/main.m3u8`

/** Nothing is asked for, whatever the edge holds already. */
async function expectRefused(paths: readonly string[], headers = {}, by = viewer) {
  const before = [media.asked.length, asked.length]
  for (const path of paths) expect([path, await get(path, headers, by)]).toEqual([path, 403])
  expect([media.asked.length, asked.length]).toEqual(before)
}

it('opens what a function has signed', async () => {
  const token = await sign()
  expect(await get(finalOf(token))).toBe(200)
  expect(await get(growingOf(token))).toBe(200)
  expect([media.asked.length, asked.length]).toEqual([1, 1])
})

it('refuses every other token, whether the edge holds the object or not', async () => {
  const good = await sign()
  const [head = '', payload = '', signature = ''] = good.split('.')
  const edited = Buffer.from(JSON.stringify({ e: 0, exp: expiresAt, v: other })).toString(
    'base64url',
  )
  const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')
  const tokens = [
    `${none}.${payload}.`,
    `${none}.${payload}.${signature}`,
    `${head}.${edited}.${signature}`,
    `${head}.${payload}.${signature.toLowerCase()}`,
    `${head}.${payload}.`,
    await sign({ expiresAt: startMs / 1000 }),
    await sign({ videoId: other }),
    await createPlaybackSigner('another secret of thirty-two bytes and more').sign({
      ...{ videoId: video, epoch: 0, expiresAt },
    }),
  ]
  const paths = tokens.flatMap(token => [finalOf(token), growingOf(token)])
  await expectRefused([...paths, finalOf(good, other)])
  expect(await get(finalOf(good))).toBe(200)
  expect(await get(growingOf(good))).toBe(200)
  await expectRefused([...paths, finalOf(good, other), `/v/${video}/${name}`])
})

it('asks no origin of media for a path that means something else to somebody', async () => {
  const token = await sign()
  const start = `/t/${token}/v/${video}`
  const tricks = [
    `/${start}/${name}`,
    `${start}//${name}`,
    `${start}/../${other}/${name}`,
    `${start}/%2e%2e/${other}/${name}`,
    `${start}/%252e%252e/${other}/${name}`,
    `${start}/..%2f${other}/${name}`,
    `${start}/..%5c${other}/${name}`,
    `${start};/${name}`,
    `${start}/${name};x.mp4`,
    `${start}/${name}%00`,
    `${start}/${name}/`,
    `/T/${token}/v/${video}/${name}`,
    `/t/${token}/V/${video}/${name}`,
    `/t/${token}/v/${video.toUpperCase()}/${name}`,
    `/%74/${token}/v/${video}/${name}`,
    `${start}/${'a'.repeat(3000)}`,
    `/assets/../v/${video}/${name}`,
    `/api/../v/${video}/${name}`,
  ]
  for (const path of tricks) {
    const status = await get(path)
    // Nothing of the portal's, or refused.
    expect([path, [403, 404].includes(status)]).toEqual([path, true])
  }
  expect([media.asked, asked]).toEqual([[], []])
})

it('shuts epochs and whole videos at once, also for what the edge holds', async () => {
  const [old, fresh] = [await sign(), await sign({ epoch: 3 })]
  const paths = (token: string) => [finalOf(token), growingOf(token)]
  for (const path of [...paths(old), ...paths(fresh)]) expect(await get(path)).toBe(200)
  edge.edge.replaceGate(buildGate({ secrets: [secret], revoked: { [video]: 3 } }))
  await expectRefused(paths(old))
  for (const path of paths(fresh)) expect(await get(path)).toBe(200)
  edge.edge.replaceGate(buildGate({ secrets: [secret], revoked: { [video]: noEpoch } }))
  await expectRefused([...paths(old), ...paths(fresh)])
})

it('opens by a cookie, of whose answers nobody keeps one unasked', async () => {
  const token = await sign()
  const cookie = { cookie: `theme=dark; millrace-playback=${token}` }
  const paths = [`/c/v/${video}/${name}`, `/c/p/${video}/1/1/main.m3u8`]
  for (const path of paths) {
    const request = new Request(`http://localhost:8080${path}`, { headers: cookie })
    const answer = await edge.edge.fetch(request, viewer)
    expect([path, answer.status]).toEqual([path, 200])
    expect(answer.headers.get('cache-control')).toBe('private, no-cache')
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
    await answer.arrayBuffer()
  }
  // The same object as by an address with a token: kept once.
  const before = media.asked.length
  expect(await get(finalOf(token))).toBe(200)
  expect(media.asked.length).toBe(before)
  await expectRefused(paths)
  await expectRefused(paths, { cookie: `millrace-playback=${await sign({ videoId: other })}` })
  await expectRefused([`/c/v/${other}/${name}`], cookie)
  edge.edge.replaceGate(buildGate({ secrets: [secret], revoked: { [video]: 1 } }))
  await expectRefused(paths, cookie)
})

it('opens a bound one where it is bound to alone', async () => {
  const bound = finalOf(await sign({ network: '203.0.113', referrer: 'www.example.com' }))
  const page = { referer: 'https://www.example.com/films' }
  expect(await get(bound, page)).toBe(200)
  await expectRefused([bound])
  await expectRefused([bound], { referer: 'https://evil.example/' })
  await expectRefused([bound], page, { address: '203.0.114.7' })
  await expectRefused(
    [bound],
    { ...page, 'x-forwarded-for': viewer.address },
    { address: '2001:db8::1' },
  )
})
