// The edge of a stage, as viewers meet it: the portal and its caching, the API, the gate, and what is said of media.
import { contentTypes, mediaCorsHeaders, securityHeaders } from '#domain/delivery.ts'
import { mainPlaylistName } from '#domain/keys.ts'
import type { PlaybackView, VideoView } from '#domain/video.ts'
import type { AskEdge, EdgeAnswer } from './edge-client.ts'
import { type Finding, judge, skipped } from './finding.ts'

/** Nobody's video. */
const nobody = 'v_0000000000000000000000'
/** The right form and header, the right video, a far end: only the signature is made up. */
const forged = [
  Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url'),
  Buffer.from(JSON.stringify({ e: 0, exp: 4_000_000_000, v: nobody })).toString('base64url'),
  Buffer.alloc(32, 1).toString('base64url'),
].join('.')
/** «none» as its algorithm: a gate that reads the header would let it pass. */
const unsigned = [
  Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url'),
  Buffer.from(JSON.stringify({ e: 0, exp: 4_000_000_000, v: nobody })).toString('base64url'),
  'AA',
].join('.')

const asked = ({ status, headers }: EdgeAnswer) =>
  `${status}${headers['cache-control'] ? `, ${headers['cache-control']}` : ''}`

const deliver = 'deploy the Delivery stack again'

export function judgeRefused(check: string, what: string, { status }: EdgeAnswer): Finding {
  return judge(check, status === 403, {
    ok: `${what} is refused`,
    fault: `${what} is answered with ${status}, not 403`,
    fix: `${deliver}: the gate does not stand before media`,
  })
}

export function judgePortal(answer: EdgeAnswer, storeOrigin: string): Finding[] {
  const { status, headers } = answer
  const policy = headers['content-security-policy'] ?? ''
  const missing = Object.entries(securityHeaders)
    .filter(([name, value]) => headers[name] !== value)
    .map(([name]) => name)
  return [
    judge('portal', status === 200 && /^text\/html/.test(headers['content-type'] ?? ''), {
      ok: 'the page is there',
      fault: `the page is answered with ${asked(answer)}`,
      fix: `${deliver}: its files come with it`,
    }),
    judge('portal-caching', headers['cache-control'] === 'no-cache', {
      ok: 'a new version is seen at once',
      fault: `the page says ${headers['cache-control'] ?? 'nothing'} of caches, not no-cache`,
      fix: deliver,
    }),
    judge('portal-security', missing.length === 0 && policy.includes(storeOrigin), {
      ok: 'security headers, and a policy that lets parts go to the store',
      fault:
        missing.length > 0
          ? `without ${missing.join(', ')}`
          : `the content policy does not allow ${storeOrigin}: uploads fail in the browser`,
      fix: deliver,
    }),
  ]
}

export const judgeAsset = (answer: EdgeAnswer): Finding =>
  judge(
    'asset-caching',
    answer.status === 200 &&
      /max-age=31536000.*immutable/.test(answer.headers['cache-control'] ?? ''),
    {
      ok: 'kept for a year',
      fault: `an asset of the page is answered with ${asked(answer)}`,
      fix: deliver,
    },
  )

export function judgeCors(check: string, { headers }: EdgeAnswer): Finding {
  const wrong = ['access-control-allow-origin', 'access-control-expose-headers'].filter(
    name => headers[name] !== mediaCorsHeaders[name],
  )
  return judge(check, wrong.length === 0, {
    ok: 'any site may play, and read the range it got',
    fault: `${wrong.join(' and ')} ${wrong.length === 1 ? 'is' : 'are'} missing or other`,
    fix: `${deliver}: the headers come from a policy at the edge, never from the store`,
  })
}

export function judgePlaylist(answer: EdgeAnswer): Finding {
  const { status, headers, body } = answer
  const right =
    status === 200 &&
    body.startsWith('#EXTM3U') &&
    headers['content-type'] === contentTypes['m3u8'] &&
    /max-age=31536000.*immutable/.test(headers['cache-control'] ?? '')
  return judge('playlist', right, {
    ok: 'there, of its type, kept for a year',
    fault: `answered with ${asked(answer)}, ${headers['content-type'] ?? 'without a type'}`,
    fix: 'is the video whole? finish writes its playlists; else the behaviours of the distribution',
  })
}

export function judgeRange(answer: EdgeAnswer, bytes: number): Finding {
  const { status, headers } = answer
  const range = headers['content-range'] ?? ''
  const right =
    status === 206 &&
    /^bytes 0-\d+\/\d+$/.test(range) &&
    headers['content-length'] === String(bytes)
  return judge('media-range', right, {
    ok: `${bytes} bytes when ${bytes} are asked for`,
    fault: `${status}, ${range || 'no content-range'}, ${headers['content-length'] ?? 'no'} bytes: players fetch whole objects or fail`,
    fix: 'media must be uncompressed and ranges may not be dropped on the way',
  })
}

/** The path of the first thing that a playlist names; null for what is no playlist or names nothing. */
export function followFirst(path: string, playlist: string): string | null {
  if (!playlist.startsWith('#EXTM3U')) return null
  const uri = playlist.split('\n').find(line => line !== '' && !line.startsWith('#'))
  return uri ? new URL(uri, new URL(path, 'http://edge')).pathname : null
}

async function checkPortal(ask: AskEdge, storeOrigin: string): Promise<Finding[]> {
  const page = await ask('/')
  const asset = /"(\/assets\/[^"]+\.js)"/.exec(page.body)?.[1]
  return [
    ...judgePortal(page, storeOrigin),
    asset ? judgeAsset(await ask(asset)) : skipped('asset-caching', 'the page names no script'),
  ]
}

async function checkApi(ask: AskEdge): Promise<Finding[]> {
  const health = await ask('/health')
  const list = await ask('/api/videos?limit=1')
  return [
    judge('api', health.status === 200 && list.status === 401, {
      ok: 'answers, and tells strangers to sign in',
      fault: `/health ${health.status}, /api/videos ${list.status}`,
      fix: 'the log of the function says why: docs/runbook.md#function-errors',
    }),
    judge('api-caching', list.headers['cache-control'] === 'no-store', {
      ok: 'is never kept',
      fault: `says ${list.headers['cache-control'] ?? 'nothing'} of caches`,
      fix: deliver,
    }),
  ]
}

async function checkGate(ask: AskEdge): Promise<Finding[]> {
  const media = `v/${nobody}/1/${mainPlaylistName}`
  const through = (token: string) => ask(`/t/${token}/${media}`)
  return [
    judgeRefused('gate-bare', 'media without a token', await ask(`/${media}`)),
    judgeRefused('gate-forged', 'a forged token', await through(forged)),
    judgeRefused('gate-unsigned', 'a token without a signature', await through(unsigned)),
    judgeRefused(
      'gate-growing',
      'a growing playlist with a forged token',
      await ask(`/t/${forged}/p/${nobody}/1/1/${mainPlaylistName}`),
    ),
  ]
}

/** A ready video's own media, if there is one. */
async function checkMedia(ask: AskEdge): Promise<Finding[]> {
  const names = [
    'playlist',
    'playlist-cors',
    'media-cors',
    'media-range',
    'gate-other-video',
  ] as const
  const { body } = await ask('/api/videos?limit=100')
  const videos = readVideos(body)
  const ready = videos.find(({ state }) => state === 'ready')
  if (!ready)
    return names.map(name =>
      skipped(name, 'no video is ready for whoever asks: upload one, and set MILLRACE_KEY'),
    )
  const origin = { origin: 'https://another.example' }
  const opened = await ask(`/api/videos/${ready.videoId}/playback`, { method: 'POST' })
  const { url } = JSON.parse(opened.body) as Pick<PlaybackView, 'url'>
  const main = await ask(url, { headers: origin })
  // The same token, but before another video's name.
  const other = await ask(url.replace(ready.videoId, nobody))
  const findings = [
    judgePlaylist(main),
    judgeCors('playlist-cors', main),
    judgeRefused('gate-other-video', 'a token of another video', other),
  ]
  const trackPath = followFirst(url, main.body)
  const objectPath = trackPath && followFirst(trackPath, (await ask(trackPath)).body)
  if (!objectPath) {
    const says = 'no segment could be found'
    return [...findings, skipped('media-cors', says), skipped('media-range', says)]
  }
  const range = await ask(objectPath, { headers: { ...origin, range: 'bytes=0-99' } })
  return [...findings, judgeCors('media-cors', range), judgeRange(range, 100)]
}

function readVideos(body: string): VideoView[] {
  try {
    return (JSON.parse(body) as { videos?: VideoView[] }).videos ?? []
  } catch {
    return []
  }
}

/**
 * @param storeOrigin where the portal sends parts
 * @param key of an account whose videos may be read
 */
export async function checkEdge(
  stranger: AskEdge,
  storeOrigin: string,
  key?: string,
): Promise<Finding[]> {
  const authorization = key ? { authorization: `Bearer ${key}` } : {}
  const ask: AskEdge = (path, options = {}) =>
    stranger(path, { ...options, headers: { ...authorization, ...options.headers } })
  const groups = [
    { name: 'portal', run: () => checkPortal(stranger, storeOrigin) },
    { name: 'api', run: () => checkApi(stranger) },
    { name: 'gate', run: () => checkGate(stranger) },
    { name: 'media', run: () => checkMedia(ask) },
  ]
  const findings: Finding[] = []
  for (const { name, run } of groups) {
    try {
      findings.push(...(await run()))
    } catch (thrown) {
      const says = thrown instanceof Error ? thrown.message : String(thrown)
      const fix = 'is the address right, and does it resolve?'
      findings.push({ check: name, level: 'fault', says: `no answer: ${says}`, fix })
    }
  }
  return findings
}
