// HLS text: small playlists word for word; for any records durations and byte ranges add up by a parser of their own.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Chunk } from '#domain/item.ts'
import { growingToMedia } from '#domain/keys.ts'
import { allEntries, iframePlaylist, mediaPlaylist } from '#domain/playlist.ts'

type Sizes = readonly (readonly [ticks: number, bytes: number, keyframeBytes: number])[]

function chunkOf(index: number, initHash: string, sizes: Sizes, initBytes = 800): Chunk {
  const fragments = sizes.map(([ticks, bytes, keyframeBytes]) => ({ ticks, bytes, keyframeBytes }))
  return {
    track: '240p',
    index,
    key: `v/v_0123456789abcdefghijAB/1/240p/${index}.n.mp4`,
    initBytes,
    initHash,
    codec: 'avc1.640015',
    timescale: 24_000,
    startTicks: 0,
    samples: 0,
    fragments,
    createdAt: 0,
  }
}

const uri = (key: string) => key.split('/').slice(3).join('/')

interface Listed {
  seconds: number
  bytes: number
  offset: number
  uri: string
  map: string
}

/** Reads media playlists by the letter of the RFC, knowing nothing of how they are written here. */
function parse(text: string): { listed: Listed[]; tags: string[] } {
  expect(text.startsWith('#EXTM3U\n')).toBe(true)
  expect(text.endsWith('\n')).toBe(true)
  const listed: Listed[] = []
  const tags: string[] = []
  let seconds = Number.NaN
  let range = ['', '']
  let map = ''
  for (const line of text.slice(0, -1).split('\n')) {
    const [tag = '', value = ''] = /^(#EXT[A-Z0-9-]*):?(.*)$/.exec(line)?.slice(1) ?? []
    if (tag === '#EXTINF') seconds = Number(value.replace(/,$/, ''))
    else if (tag === '#EXT-X-BYTERANGE') range = value.split('@')
    else if (tag === '#EXT-X-MAP') map = value
    else if (tag) tags.push(line)
    else {
      listed.push({ seconds, bytes: Number(range[0]), offset: Number(range[1]), uri: line, map })
      seconds = Number.NaN
    }
  }
  return { listed, tags }
}

const recorded = fc
  .array(
    fc.record({
      initBytes: fc.integer({ min: 500, max: 2000 }),
      initHash: fc.constantFrom('a', 'b'),
      fragments: fc.array(
        fc
          .tuple(
            fc.integer({ min: 1, max: 100_000 }),
            fc.integer({ min: 1, max: 5_000_000 }),
            fc.double({ min: 0, max: 1, noNaN: true }),
          )
          .map(([ticks, bytes, part]) => [ticks, bytes, Math.ceil(part * bytes)] as const),
        { minLength: 1, maxLength: 15 },
      ),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map(all => all.map((c, index) => chunkOf(index, c.initHash, c.fragments, c.initBytes)))

const whole = [
  chunkOf(0, 'a', [
    [48_048, 20_000, 5000],
    [48_048, 30_000, 6000],
  ]),
  chunkOf(1, 'a', [[48_048, 10_000, 4000]]),
  chunkOf(2, 'b', [[1001, 900, 850]], 801),
]

describe('a final media playlist', () => {
  it('is this text', () => {
    const playlist = { targetDuration: 2, entries: allEntries(whole), uri, ended: true }
    expect(mediaPlaylist({ ...playlist, kind: 'vod' })).toBe(`#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:2
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MAP:URI="240p/0.n.mp4",BYTERANGE="800@0"
#EXTINF:2.002000,
#EXT-X-BYTERANGE:20000@800
240p/0.n.mp4
#EXTINF:2.002000,
#EXT-X-BYTERANGE:30000@20800
240p/0.n.mp4
#EXTINF:2.002000,
#EXT-X-BYTERANGE:10000@800
240p/1.n.mp4
#EXT-X-MAP:URI="240p/2.n.mp4",BYTERANGE="801@0"
#EXTINF:0.041708,
#EXT-X-BYTERANGE:900@801
240p/2.n.mp4
#EXT-X-ENDLIST
`)
  })

  it('lists every byte of every object once, in order, behind its own init section', () => {
    fc.assert(
      fc.property(recorded, chunks => {
        const entries = allEntries(chunks)
        const text = mediaPlaylist({ targetDuration: 5, entries, uri, kind: 'vod', ended: true })
        const { listed } = parse(text)
        let position = 0
        for (const chunk of chunks) {
          let end = chunk.initBytes
          for (const { bytes } of chunk.fragments) {
            const segment = listed[position++]
            expect(segment).toMatchObject({ uri: uri(chunk.key), offset: end, bytes })
            end += bytes
            const owner = chunks.find(({ key }) => segment?.map.includes(`URI="${uri(key)}"`))
            expect(owner?.initHash).toBe(chunk.initHash)
            expect(segment?.map).toContain(`BYTERANGE="${owner?.initBytes}@0"`)
          }
          expect(end).toBe(chunk.fragments.reduce((sum, f) => sum + f.bytes, chunk.initBytes))
        }
        expect(position).toBe(listed.length)
      }),
    )
  })

  it('lasts as long as its records, to the microsecond a segment', () => {
    fc.assert(
      fc.property(recorded, chunks => {
        const entries = allEntries(chunks)
        const { listed } = parse(
          mediaPlaylist({ targetDuration: 5, entries, uri, kind: 'vod', ended: true }),
        )
        const ticks = chunks.flatMap(chunk => chunk.fragments.map(part => part.ticks))
        const sum = listed.reduce((total, { seconds }) => total + seconds, 0)
        const exact = ticks.reduce((total, n) => total + n, 0) / 24_000
        expect(Math.abs(sum - exact)).toBeLessThan(1e-6 * listed.length)
      }),
    )
  })

  it('names a new init section exactly where it changes', () => {
    const hashes = ['a', 'a', 'b', 'b', 'a']
    const chunks = hashes.map((hash, index) => chunkOf(index, hash, [[48_048, 100, 50]]))
    const text = mediaPlaylist({
      targetDuration: 2,
      entries: allEntries(chunks),
      uri,
      kind: 'vod',
      ended: true,
    })
    expect(text.match(/EXT-X-MAP:URI="240p\/\d/g)?.map(map => map.at(-1))).toEqual(['0', '2', '4'])
  })

  it('is not written for a fragment that is not there', () => {
    const entries = [{ chunk: chunkOf(0, 'a', [[1, 1, 1]]), fragment: 1 }]
    expect(() =>
      mediaPlaylist({ targetDuration: 2, entries, uri, kind: 'vod', ended: true }),
    ).toThrow(RangeError)
  })
})

describe('a growing media playlist', () => {
  const growing = (count: number, ended: boolean) =>
    mediaPlaylist({
      targetDuration: 2,
      entries: allEntries(whole).slice(0, count),
      uri: growingToMedia,
      kind: 'growing',
      ended,
    })

  it('is an EVENT from the start, lets reloads block, and begins at 0', () => {
    expect(parse(growing(0, false))).toEqual({
      listed: [],
      tags: [
        '#EXTM3U',
        '#EXT-X-VERSION:7',
        '#EXT-X-TARGETDURATION:2',
        '#EXT-X-MEDIA-SEQUENCE:0',
        '#EXT-X-PLAYLIST-TYPE:EVENT',
        '#EXT-X-INDEPENDENT-SEGMENTS',
        '#EXT-X-START:TIME-OFFSET=0,PRECISE=YES',
        '#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES',
      ],
    })
  })

  it('only ever gets lines added, stays EVENT and then ends; nowhere a discontinuity', () => {
    for (let count = 1; count <= 4; count++) {
      expect(growing(count, false).startsWith(growing(count - 1, false))).toBe(true)
    }
    expect(growing(4, true)).toBe(`${growing(4, false)}#EXT-X-ENDLIST\n`)
    expect(growing(4, true)).not.toContain('DISCONTINUITY')
    expect(growing(4, true)).toContain('\n../../../../v/v_0123456789abcdefghijAB/1/240p/0.n.mp4\n')
  })
})

describe('an I-frame playlist', () => {
  it('is this text', () => {
    expect(iframePlaylist(whole.slice(1), 2, uri)).toBe(`#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:2
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-I-FRAMES-ONLY
#EXT-X-MAP:URI="240p/1.n.mp4",BYTERANGE="800@0"
#EXTINF:2.002000,
#EXT-X-BYTERANGE:4000@800
240p/1.n.mp4
#EXT-X-MAP:URI="240p/2.n.mp4",BYTERANGE="801@0"
#EXTINF:0.041708,
#EXT-X-BYTERANGE:850@801
240p/2.n.mp4
#EXT-X-ENDLIST
`)
  })

  it('takes the beginning of each segment and lasts as long', () => {
    fc.assert(
      fc.property(recorded, chunks => {
        const entries = allEntries(chunks)
        const media = parse(
          mediaPlaylist({ targetDuration: 5, entries, uri, kind: 'vod', ended: true }),
        ).listed
        const frames = parse(iframePlaylist(chunks, 5, uri)).listed
        expect(frames.map(({ bytes: _, ...rest }) => rest)).toEqual(
          media.map(({ bytes: _, ...rest }) => rest),
        )
        const keyframes = chunks.flatMap(({ fragments }) => fragments.map(f => f.keyframeBytes))
        expect(frames.map(({ bytes }) => bytes)).toEqual(keyframes)
      }),
    )
  })
})
