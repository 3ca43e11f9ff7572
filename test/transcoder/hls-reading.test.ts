// Playlists of another maker are read by RFC 8216's rules; whatever points out of their folder is refused.
import { describe, expect, it } from 'vitest'
import { moveUris, readMedia, readMultivariant } from '../../transcoder/hls-reading.ts'

const main = `#EXTM3U
#EXT-X-VERSION:6
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MEDIA:TYPE=AUDIO,LANGUAGE="eng",AUTOSELECT=YES,DEFAULT=YES,CHANNELS="2",NAME="Ton, laut",GROUP-ID="audio",URI="main_audio0.m3u8"
#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="cc",NAME="CC",INSTREAM-ID="CC1"
#EXT-X-STREAM-INF:BANDWIDTH=428000,AVERAGE-BANDWIDTH=300000,CODECS="avc1.64000D,mp4a.40.2",RESOLUTION=426x240,FRAME-RATE=24.000,AUDIO="audio"
main_240p.m3u8
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=90000,CODECS="avc1.64000D",RESOLUTION=426x240,URI="main_240p_I-Frame.m3u8"

#EXT-X-STREAM-INF:RESOLUTION=640x360,BANDWIDTH=800000
main_360p.m3u8
`

const media = `#EXTM3U
#EXT-X-VERSION:6
#EXT-X-TARGETDURATION:2
#EXT-X-MEDIA-SEQUENCE:1
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-MAP:URI="main_240p.cmfv",BYTERANGE="800@0"
#EXTINF:2.0,
#EXT-X-BYTERANGE:1000@800
main_240p.cmfv
#EXT-X-BYTERANGE:900
#EXTINF:2.002000,
main_240p.cmfv
#EXTINF:.5,
#EXT-X-BYTERANGE:100@2700
main_240p.cmfv
#EXT-X-ENDLIST
`

const refusal = (detail: string) => expect.objectContaining({ code: 'check-failed', detail })

describe('a multivariant playlist', () => {
  it('names variants, sound and I-frame lists', () => {
    const read = {
      variants: [
        { uri: 'main_240p.m3u8', width: 426, height: 240 },
        { uri: 'main_360p.m3u8', width: 640, height: 360 },
      ],
      audio: ['main_audio0.m3u8'],
      iframes: ['main_240p_I-Frame.m3u8'],
    }
    expect(readMultivariant(main)).toEqual(read)
    expect(readMultivariant(main.replaceAll('\n', '\r\n'))).toEqual(read)
  })

  it('is moved above what it names, and says the same there', () => {
    const moved = moveUris(main, 'mediaconvert/n1/')
    const paths = [...moved.matchAll(/^[^#\n].*$|URI="[^"]*"/gm)].map(([found]) => found)
    expect(paths).toEqual([
      'URI="mediaconvert/n1/main_audio0.m3u8"',
      'mediaconvert/n1/main_240p.m3u8',
      'URI="mediaconvert/n1/main_240p_I-Frame.m3u8"',
      'mediaconvert/n1/main_360p.m3u8',
    ])
    expect(moved.replaceAll('mediaconvert/n1/', '')).toBe(main.replace('\n\n', '\n'))
  })

  it.each(['../main.m3u8', '/v/main.m3u8', 'https://example.test/main.m3u8', 'a%2fb.m3u8', '..'])(
    'that names %s is refused',
    uri => {
      const refused = refusal(`a playlist names "${uri}"`)
      expect(() => readMultivariant(main.replace('main_360p.m3u8', uri))).toThrow(refused)
      expect(() => readMultivariant(main.replace('main_audio0.m3u8', uri))).toThrow(refused)
      expect(() => readMedia(media.replace('main_240p.cmfv', uri))).toThrow(refused)
    },
  )
})

describe('a media playlist', () => {
  it('says where every byte is: with an offset, or after the range before it', () => {
    const uri = 'main_240p.cmfv'
    expect(readMedia(media)).toEqual({
      init: true,
      seconds: 4.502,
      ranges: [
        { uri, start: 0, bytes: 800 },
        { uri, start: 800, bytes: 1000 },
        { uri, start: 1800, bytes: 900 },
        { uri, start: 2700, bytes: 100 },
      ],
    })
  })

  it('may have an object a segment', () => {
    const lines = ['#EXT-X-MAP:URI="init.cmfv"', '#EXTINF:6,', 'a.cmfv', '#EXTINF:6,', 'b.cmfv']
    const text = ['#EXTM3U', ...lines, '#EXT-X-ENDLIST'].join('\n')
    const whole = { start: null, bytes: null }
    expect(readMedia(text)).toEqual({
      init: true,
      seconds: 12,
      ranges: ['init.cmfv', 'a.cmfv', 'b.cmfv'].map(uri => ({ uri, ...whole })),
    })
  })

  it.each([
    ['without an end', media.replace('#EXT-X-ENDLIST', ''), 'a playlist without an end'],
    ['without a beginning', media.slice(1), 'a playlist does not begin as one'],
    ['with a duration too few', media.replace('#EXTINF:.5,', ''), '2 durations, 3 segments'],
    ['of nothing', '#EXTM3U\n#EXT-X-ENDLIST', '0 durations, 0 segments'],
    [
      'with a range that is none',
      media.replace('1000@800', '1000-1800'),
      'main_240p.cmfv: a byte range "1000-1800"',
    ],
    [
      'with two init sections',
      media.replace('#EXT-X-ENDLIST', '#EXT-X-MAP:URI="x.cmfv"\n#EXT-X-ENDLIST'),
      'a second init section',
    ],
  ])('%s is refused', (_, text, detail) => {
    expect(() => readMedia(text)).toThrow(refusal(detail))
  })
})
