// What a player gets from the deployed distribution: playlists, ranges, headers, and the gate's refusals.
import type { PlaybackView } from '#domain/video.ts'
import type { AskEdge, EdgeAnswer } from '../doctor/edge-client.ts'
import { expectStatus } from './answers.ts'
import { addressIn } from './person.ts'

const origin = 'https://elsewhere.example'

function expectHeader({ headers }: EdgeAnswer, name: string, wanted: string, what: string): void {
  if (headers[name] === wanted) return
  throw new Error(`${what}: ${name} is «${headers[name] ?? ''}», not «${wanted}»`)
}

async function readList(edge: AskEdge, path: string, what: string): Promise<EdgeAnswer> {
  const answer = await edge(path, { headers: { origin } })
  expectStatus(answer, 200, what)
  expectHeader(answer, 'content-type', 'application/vnd.apple.mpegurl', what)
  expectHeader(answer, 'access-control-allow-origin', '*', what)
  return answer
}

const lowest = /^(240p\.m3u8)$/m
const object = /^#EXT-X-MAP:URI="([^"]+)"/m

/** From the multivariant playlist to a range of the first segment. What was read. */
export async function watch(
  edge: AskEdge,
  { url }: PlaybackView,
  cacheControl: string,
): Promise<string> {
  const main = await readList(edge, url, 'the multivariant playlist')
  expectHeader(main, 'cache-control', cacheControl, 'the multivariant playlist')
  const listPath = addressIn(main.body, url, lowest)
  const list = (await readList(edge, listPath, 'a media playlist')).body
  const objectPath = addressIn(list, listPath, object)
  const range = 'bytes=0-99'
  const part = await edge(objectPath, { headers: { range, origin } })
  expectStatus(part, 206, 'a range of a segment')
  expectHeader(part, 'content-length', '100', 'a range of a segment')
  expectHeader(part, 'cache-control', 'public, max-age=31536000, immutable', 'a segment')
  expectHeader(part, 'content-type', 'video/mp4', 'a segment')
  if (part.body.slice(4, 8) !== 'ftyp') throw new Error('a segment without its head')
  return list
}

/** Every way without a right ends before the origin. */
export async function expectRefusals(edge: AskEdge, { url }: PlaybackView): Promise<void> {
  const [, , token = '', ...rest] = url.split('/')
  const path = `/${rest.join('/')}`
  const [header = '', payload = '', signature = ''] = token.split('.')
  const changed = [...signature].reverse().join('')
  const other = (start: string) => (start === 'v_Z' ? 'v_Y' : 'v_Z')
  const refused: Record<string, string> = {
    'no token': path,
    'a changed signature': `/t/${header}.${payload}.${changed}${path}`,
    'the token of another video': `/t/${token}${path.replace(/v_./, other)}`,
    'a step upwards': `/t/${token}${path.replace('/v/', '/v/../v/')}`,
  }
  for (const [what, path] of Object.entries(refused)) {
    expectStatus(await edge(path), 403, what)
  }
}
