// Multivariant playlists: word for word for a small plan; attributes that players refuse are never written; measured rates.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Chunk } from '#domain/item.ts'
import { iframePlaylistName, trackPlaylistName } from '#domain/keys.ts'
import type { Plan } from '#domain/plan.ts'
import { growingMultivariant, multivariantPlaylist, trackRate } from '#domain/playlist.ts'
import { rational } from '#domain/rational.ts'
import { planOf, plans, rates } from './generators.ts'

const film = { rate: rational(24_000, 1001), frames: 200, width: 640, height: 360 }

/** Attributes of a tag by the letter of RFC 8216 §4.2; fails on anything that is not an attribute list. */
function attributesOf(line: string): Record<string, string> {
  const list = line.slice(line.indexOf(':') + 1)
  const pair = /([A-Z0-9-]+)=("[^"\r\n]*"|[^",]+)(?:,|$)/y
  const found: Record<string, string> = {}
  while (pair.lastIndex < list.length) {
    const [, name = '', value = ''] = pair.exec(list) ?? []
    expect([line, name]).not.toEqual([line, ''])
    found[name] = value
  }
  return found
}

const linesOf = (text: string, tag: string) =>
  text.split('\n').filter(line => line.startsWith(`#${tag}:`))

describe('the final multivariant playlist', () => {
  it('is this text, lowest rung first', () => {
    const plan = planOf({ ...film, sounds: [48_000, 44_100], names: ['Original', null] })
    const text = multivariantPlaylist({
      plan,
      rungs: [...plan.video.rungs].reverse(),
      rateOf: track =>
        track.startsWith('audio')
          ? { peak: 130_000, average: 128_000 }
          : { peak: 700_001, average: 400_000 },
      codecOf: track => (track === '360p' ? 'avc1.64001E' : null),
      playlistName: trackPlaylistName,
      iframes: { name: iframePlaylistName, rateOf: () => ({ peak: 90_000, average: 50_000 }) },
    })
    expect(text).toBe(`#EXTM3U
#EXT-X-VERSION:7
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Original",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="audio0.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Audio 2",DEFAULT=NO,AUTOSELECT=YES,CHANNELS="2",URI="audio1.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=830001,AVERAGE-BANDWIDTH=528000,CODECS="avc1.640015,mp4a.40.2",RESOLUTION=426x240,FRAME-RATE=23.976,AUDIO="audio",CLOSED-CAPTIONS=NONE
240p.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=830001,AVERAGE-BANDWIDTH=528000,CODECS="avc1.64001E,mp4a.40.2",RESOLUTION=640x360,FRAME-RATE=23.976,AUDIO="audio",CLOSED-CAPTIONS=NONE
360p.m3u8
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=90000,AVERAGE-BANDWIDTH=50000,CODECS="avc1.640015",RESOLUTION=426x240,URI="240p.iframes.m3u8"
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=90000,AVERAGE-BANDWIDTH=50000,CODECS="avc1.64001E",RESOLUTION=640x360,URI="360p.iframes.m3u8"
`)
  })

  it('without sound has no group of it', () => {
    const text = growingMultivariant(planOf(film))
    expect(text).not.toContain('AUDIO')
    expect(text).not.toContain('mp4a')
  })
})

describe('the growing multivariant playlist', () => {
  it('lists all planned rungs with their caps, never a start or an end', () => {
    fc.assert(
      fc.property(plans, plan => {
        const text = growingMultivariant(plan)
        const streams = linesOf(text, 'EXT-X-STREAM-INF').map(attributesOf)
        const sound = plan.audio.length > 0 ? 128_000 : 0
        expect(streams.map(stream => stream['BANDWIDTH'])).toEqual(
          plan.video.rungs.map(rung => `${2 * (rung.maxBitsPerSecond + sound)}`),
        )
        expect(streams.map(stream => stream['AVERAGE-BANDWIDTH'])).toEqual(
          plan.video.rungs.map(rung => `${rung.maxBitsPerSecond + sound}`),
        )
        expect(linesOf(text, 'EXT-X-MEDIA')).toHaveLength(plan.audio.length)
        expect(text).not.toMatch(/EXT-X-(START|ENDLIST|PLAYLIST-TYPE)/)
        expect(text.split('\n').filter(line => /^[^#]/.test(line))).toEqual(
          plan.video.rungs.map(rung => `${rung.track}.m3u8`),
        )
      }),
      { numRuns: 30 },
    )
  })

  it('may list fewer rungs under other names, for native players', () => {
    const plan = planOf(film)
    const text = growingMultivariant(plan, plan.video.rungs.slice(0, 1), t => `native-${t}.m3u8`)
    expect(text.split('\n').filter(line => /^[^#]/.test(line))).toEqual(['native-240p.m3u8'])
  })

  it('writes frame rates to three decimals', () => {
    const written = rates.map(rate => {
      const [stream = ''] = linesOf(
        growingMultivariant(planOf({ ...film, rate })),
        'EXT-X-STREAM-INF',
      )
      return attributesOf(stream)['FRAME-RATE']
    })
    expect(written).toEqual('24.000 23.976 25.000 30.000 29.970 50.000 59.940 60.000'.split(' '))
  })
})

describe('names of sound', () => {
  const named = (names: (string | null)[], language = 'en') => {
    const plan: Plan = planOf({ ...film, sounds: names.map(() => 48_000), names })
    for (const track of plan.audio) track.language = language
    return growingMultivariant(plan)
  }
  const namesIn = (text: string) =>
    linesOf(text, 'EXT-X-MEDIA').map(line => attributesOf(line)['NAME'])

  it.each([
    ['keep what the file says', ['Français', '日本語'], ['"Français"', '"日本語"']],
    ['lose their quotes', ['the "real" sound'], [`"the 'real' sound"`]],
    ['lose line breaks and control characters', ['\u000fSound\r\nHandler\t'], ['"Sound Handler"']],
    [
      'are told apart when equal',
      ['Stereo', 'Stereo', 'Stereo'],
      ['"Stereo"', '"Stereo 2"', '"Stereo 3"'],
    ],
    ['are told apart when equal once cleaned', ['a"', "a'"], [`"a'"`, `"a' 2"`]],
    ['are told apart from what was counted', ['A', 'A 3', 'A'], ['"A"', '"A 3"', '"A 4"']],
    ['are counted when empty', ['', ' '], ['"Audio 1"', '"Audio 2"']],
  ])('%s', (_, names, written) => {
    expect(namesIn(named(names))).toEqual(written)
  })

  it('never break a line or a list of attributes, and are never the same twice', () => {
    const names = fc.array(fc.string({ unit: 'binary', maxLength: 20 }), {
      minLength: 1,
      maxLength: 4,
    })
    fc.assert(
      fc.property(names, fc.string({ unit: 'binary', maxLength: 8 }), (said, language) => {
        const text = named(said, language)
        expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
        const media = linesOf(text, 'EXT-X-MEDIA').map(attributesOf)
        expect(media).toHaveLength(said.length)
        expect(new Set(media.map(line => line['NAME'])).size).toBe(said.length)
        expect(media.filter(line => line['DEFAULT'] === 'YES')).toHaveLength(1)
        expect(media.map(line => line['URI'])).toEqual(said.map((_, i) => `"audio${i}.m3u8"`))
      }),
      { numRuns: 50 },
    )
  })
})

describe('measured rates', () => {
  type Segment = readonly [seconds: number, bytes: number]
  const chunkOf = (segments: readonly Segment[]): Chunk => ({
    track: '240p',
    index: 0,
    key: 'v/x',
    initBytes: 800,
    initHash: 'a',
    codec: 'avc1.640015',
    timescale: 1000,
    startTicks: 0,
    samples: 0,
    fragments: segments.map(([s, bytes]) => ({ ticks: s * 1000, bytes, keyframeBytes: 0 })),
    createdAt: 0,
  })

  it.each<[string, Segment[][], number, number]>([
    ['one segment', [[[2, 1000]]], 4000, 4000],
    [
      'the largest of equal ones',
      [
        [
          [2, 1000],
          [2, 3000],
        ],
        [[2, 2000]],
      ],
      12_000,
      8000,
    ],
    ['a last frame with the segment before it', [[[2, 1000]], [[0.04, 500]]], 5883, 5883],
    [
      'a last segment long enough alone',
      [
        [
          [2, 1000],
          [1, 1500],
        ],
      ],
      12_000,
      6667,
    ],
    [
      'two short ones together',
      [
        [
          [2, 1000],
          [0.5, 500],
          [0.5, 1500],
        ],
      ],
      16_000,
      8000,
    ],
    [
      'a heavy one that no set of fitting length holds',
      [
        [
          [2.2, 1000],
          [0.9, 9000],
          [2.2, 1000],
        ],
      ],
      16_604,
      16_604,
    ],
    ['a film shorter than half a target', [[[0.4, 100]]], 2000, 2000],
    ['nothing', [], 0, 0],
  ])('of %s', (_, chunks, peak, average) => {
    expect(trackRate(chunks.map(chunkOf))).toEqual({ peak, average })
  })

  it('have a peak between the average and the largest segment, wherever chunks end', () => {
    const segment = fc.tuple(
      fc.integer({ min: 1, max: 40 }).map(n => n / 10),
      fc.nat(1_000_000),
    )
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 40 }), fc.nat(40), (all, cut) => {
        const { peak, average } = trackRate([chunkOf(all)])
        const largest = Math.max(...all.map(([seconds, bytes]) => (bytes * 8) / seconds))
        expect(peak).toBeGreaterThanOrEqual(average)
        expect(peak).toBeLessThanOrEqual(Math.ceil(largest * (1 + 1e-9)))
        expect(trackRate([chunkOf(all.slice(0, cut)), chunkOf(all.slice(cut))])).toEqual({
          peak,
          average,
        })
      }),
    )
  })
})
