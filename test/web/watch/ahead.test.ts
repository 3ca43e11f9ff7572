// What is fetched before the player asks: read off the playlists, with the right quality, each piece once; and the addresses of moments.
import { describe, expect, test } from 'vitest'
import {
  piecesOf,
  readMultivariant,
  readSegments,
  segmentAt,
} from '../../../web/src/watch/ahead/playlist-reading.ts'
import { createPrefetchCache } from '../../../web/src/watch/ahead/prefetch-cache.ts'
import { chooseStart } from '../../../web/src/watch/ahead/start.ts'
import { readStart } from '../../../web/src/watch/ahead/start-address.ts'
import { renewalAt, withToken } from '../../../web/src/watch/ahead/tokens.ts'

const base = 'https://edge.test/t/token/v/id/1/main.m3u8'
const beside = (name: string) => new URL(name, base).href

describe('playlists', () => {
  const main = [
    '#EXTM3U',
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Kommentar, URI=\'x\'",DEFAULT=NO,URI="audio1.m3u8"',
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="English",DEFAULT=YES,URI="audio0.m3u8"',
    '#EXT-X-STREAM-INF:BANDWIDTH=400000,AVERAGE-BANDWIDTH=300000,CODECS="avc1,mp4a",RESOLUTION=240x426',
    '240p.m3u8',
    '#EXT-X-STREAM-INF:BANDWIDTH=3000000,RESOLUTION=1280x720',
    '720p.m3u8',
    '#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=9,RESOLUTION=426x240,URI="240p.iframes.m3u8"',
  ]

  test.each(['\n', '\r\n'])(
    'the qualities by their short side, and the sound that is heard',
    newline => {
      expect(readMultivariant(main.join(newline), base)).toEqual({
        variants: [
          { url: beside('240p.m3u8'), height: 240, bitsPerSecond: 400_000 },
          { url: beside('720p.m3u8'), height: 720, bitsPerSecond: 3_000_000 },
        ],
        audioUrl: beside('audio0.m3u8'),
      })
    },
  )

  const track = [
    '#EXTM3U',
    '#EXT-X-MAP:URI="240p/0.mp4",BYTERANGE="800@0"',
    '#EXTINF:2.000000,',
    '#EXT-X-BYTERANGE:5000@800',
    '240p/0.mp4',
    '#EXTINF:2.000000,',
    '#EXT-X-BYTERANGE:6000',
    '240p/0.mp4',
    '#EXTINF:1.5,',
    '240p/1.mp4',
    '#EXT-X-ENDLIST',
  ]

  test('a beginning is one piece where settings and picture lie side by side', () => {
    const segments = readSegments(track.join('\n'), base)
    expect(segments.map(({ startSeconds, endSeconds }) => [startSeconds, endSeconds])).toEqual([
      [0, 2],
      [2, 4],
      [4, 5.5],
    ])
    const piecesAt = (seconds: number) =>
      segments.slice(segmentAt(segments, seconds)).slice(0, 1).flatMap(piecesOf)
    expect(piecesAt(0)).toEqual([{ url: beside('240p/0.mp4'), from: 0, to: 5800 }])
    expect(piecesAt(3)).toEqual([
      { url: beside('240p/0.mp4'), from: 0, to: 800 },
      { url: beside('240p/0.mp4'), from: 5800, to: 11_800 },
    ])
    expect(piecesAt(99).at(-1)).toEqual({
      ...{ url: beside('240p/1.mp4'), from: 0, to: null },
    })
  })

  test('a list that is empty, or none at all, gives nothing to fetch', () => {
    expect(segmentAt(readSegments('#EXTM3U\n', base), 0)).toBe(-1)
    expect(readMultivariant('<html>', base)).toEqual({ variants: [], audioUrl: null })
  })
})

describe('the first quality', () => {
  const ladder = [
    { height: 240, bitsPerSecond: 400_000 },
    { height: 480, bitsPerSecond: 1_500_000 },
    { height: 720, bitsPerSecond: 3_000_000 },
    { height: 1080, bitsPerSecond: 6_000_000 },
  ]
  test.each([
    ['nobody knows the line', null, null, null, 240],
    ['a fast line', 50e6, null, null, 1080],
    ['just enough, with room to spare', 5e6, null, null, 720],
    ['slower than the lowest', 100e3, null, null, 240],
    ['a fast line and a limit', 50e6, 480, null, 480],
    ['a limit below the lowest', 50e6, 144, null, 240],
    ['what the viewer chose', null, null, 720, 720],
    ['chosen in a film that had more', 100e3, 480, 2160, 1080],
    ['chosen where this one has only neighbours', null, null, 900, 720],
  ])('%s', (_, bitsPerSecond, maxHeight, chosenHeight, height) => {
    const start = chooseStart(ladder, { bitsPerSecond, maxHeight, chosenHeight })
    expect(ladder[start]?.height).toBe(height)
  })

  test('of nothing there is none', () => {
    const wishes = { bitsPerSecond: 1e6, maxHeight: null, chosenHeight: null }
    expect(chooseStart([], wishes)).toBe(-1)
  })
})

describe('the prefetch cache', () => {
  const film = Uint8Array.from({ length: 100 }, (_, at) => at)
  const { signal } = new AbortController()

  function open(answer = 206) {
    const asked: (string | null)[] = []
    let nowMs = 0
    const prefetched = createPrefetchCache({
      async request(_, init) {
        const range = new Headers(init.headers).get('range')
        asked.push(range)
        if (answer >= 400) return new Response('', { status: answer })
        const [from = 0, to = 99] = (/(\d+)-(\d+)/.exec(range ?? '') ?? []).slice(1).map(Number)
        return new Response(answer === 200 ? film : film.slice(from, to + 1), { status: answer })
      },
      nowMs: () => nowMs,
    })
    return {
      prefetched,
      asked,
      pass(ms: number) {
        nowMs += ms
      },
    }
  }
  const bytesOf = async (taken: ReturnType<ReturnType<typeof createPrefetchCache>['take']>) =>
    taken && [...new Uint8Array((await taken).bytes)]

  test.each([206, 200])(
    'fetches a piece once and gives out its parts (answered %i)',
    async status => {
      const { prefetched, asked } = open(status)
      const piece = { url: 'u', from: 10, to: 20 }
      await Promise.all([prefetched.fetch(piece, signal), prefetched.fetch(piece, signal)])
      expect(asked).toEqual(['bytes=10-19'])
      expect(await bytesOf(prefetched.take('u', 10, 13))).toEqual([10, 11, 12])
      expect(await bytesOf(prefetched.take('u', 18, 20))).toEqual([18, 19])
      expect(prefetched.take('u', 9, 12)).toBeNull()
      expect(prefetched.take('u', 10, 21)).toBeNull()
      expect(prefetched.take('u', 10, null)).toBeNull()
      expect(prefetched.take('other', 10, 13)).toBeNull()
    },
  )

  test('what grows is soon out of date', async () => {
    const { prefetched, pass } = open(200)
    await prefetched.fetch({ url: 'u', from: 0, to: null }, signal, 1000)
    expect(await bytesOf(prefetched.take('u', 0, null))).toHaveLength(100)
    pass(1001)
    expect(prefetched.take('u', 0, null)).toBeNull()
  })

  test('what did not come is asked for again', async () => {
    const { prefetched, asked } = open(503)
    const piece = { url: 'u', from: 0, to: 5 }
    await expect(prefetched.fetch(piece, signal)).rejects.toThrow()
    expect(prefetched.take('u', 0, 5)).toBeNull()
    await expect(prefetched.fetch(piece, signal)).rejects.toThrow()
    expect(asked).toHaveLength(2)
  })

  test('holds a few pieces, the newest', async () => {
    const { prefetched } = open()
    for (let at = 0; at < 40; at++)
      await prefetched.fetch({ url: `u${at}`, from: 0, to: 9 }, signal)
    expect(prefetched.take('u0', 0, 9)).toBeNull()
    expect(prefetched.take('u39', 0, 9)).not.toBeNull()
  })
})

describe('the moment in an address', () => {
  test.each([
    ['?t=83', '', 83],
    ['', '#t=83', 83],
    ['?t=83s', '', 83],
    ['?t=1m23s', '', 83],
    ['?t=1h2m', '', 3720],
    ['?t=12.5', '#t=3', 12.5],
    ['?t=', '', null],
    ['?t=-4', '', null],
    ['?t=1e9', '', null],
    ['?time=4', '#top', null],
  ])('%s %s', (search, hash, seconds) => {
    expect(readStart({ search, hash })).toBe(seconds)
  })
})

describe('tokens', () => {
  const origin = 'https://edge.test/'
  test('a newer one takes the place of an older one, wherever there is one', () => {
    const fresh = '/t/new/v/id/1/main.m3u8'
    const old = 'https://edge.test/t/old/p/id/1/4/240p.m3u8?_HLS_msn=3'
    expect(withToken(old, fresh, origin)).toBe(
      'https://edge.test/t/new/p/id/1/4/240p.m3u8?_HLS_msn=3',
    )
    expect(withToken('/mark.svg', fresh, origin)).toBe('https://edge.test/mark.svg')
    expect(withToken(old, '/no/token', origin)).toBe(old)
  })

  test.each([
    [
      'ten minutes before the end of a long one',
      '2026-01-01T12:00:00Z',
      '2026-01-01T11:50:00.000Z',
    ],
    ['a fifth before the end of a short one', '2026-01-01T00:00:10Z', '2026-01-01T00:00:08.000Z'],
    ['at once where it has ended', '2025-12-31T00:00:00Z', '2025-12-31T00:00:00.000Z'],
  ])('renewed %s', (_, expiresAt, due) => {
    const at = renewalAt(expiresAt, Date.parse('2026-01-01T00:00:00Z'))
    expect(new Date(at).toISOString()).toBe(due)
  })

  test('never, where no end is said', () => {
    expect(renewalAt('', 0)).toBe(Number.POSITIVE_INFINITY)
  })
})
