// Object keys and playback paths: what is written is read back, what is foreign is refused, relative URIs arrive.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as keys from '#domain/keys.ts'
import { attempts, nonces, tracks, videoIds } from './generators.ts'

const id = 'v_0123456789abcdefghijAB'

/** A valid key with one character put in, taken out or exchanged. */
const nearly = (valid: fc.Arbitrary<string>) =>
  fc
    .tuple(valid, fc.nat(), fc.nat(1), fc.constantFrom('', '0', '1', '/', '.', '-', 'x', '\n', 'é'))
    .map(([key, at, taken, put]) => {
      const position = at % (key.length + 1)
      return key.slice(0, position) + put + key.slice(position + taken)
    })

describe('the source key', () => {
  it('round-trips', () => {
    fc.assert(
      fc.property(videoIds, videoId => {
        expect(keys.parseSourceKey(keys.sourceKey(videoId))).toEqual({ videoId })
      }),
    )
  })

  it.each([
    '',
    'uploads/',
    `uploads/${id}`,
    `uploads/${id}/`,
    `uploads/${id}/source/`,
    `uploads/${id}/source.mp4`,
    `/uploads/${id}/source`,
    `Uploads/${id}/source`,
    `drop/${id}/source`,
    `plans/${id}/source`,
    `uploads/${id}x/source`,
    `uploads/${id.slice(0, -1)}/source`,
    `uploads/${id}\n/source`,
    'uploads/../source',
    'drop/holiday.mov',
  ])('refuses %j', key => {
    expect(keys.parseSourceKey(key)).toBeNull()
  })

  it('reads nothing but keys that are written', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), nearly(videoIds.map(keys.sourceKey))), key => {
        const parsed = keys.parseSourceKey(key)
        if (parsed) expect(keys.sourceKey(parsed.videoId)).toBe(key)
      }),
      { numRuns: 500 },
    )
  })
})

describe('the chunk key', () => {
  const parts = fc.record({
    videoId: videoIds,
    attempt: attempts,
    track: tracks,
    index: fc.nat(100_000),
    nonce: nonces,
  })
  type Parts = NonNullable<ReturnType<typeof keys.parseChunkKey>>
  const written = ({ videoId, attempt, track, index, nonce }: Parts) =>
    keys.chunkKey(videoId, attempt, track, index, nonce)

  it('round-trips', () => {
    fc.assert(
      fc.property(parts, chunk => {
        expect(keys.parseChunkKey(written(chunk))).toEqual(chunk)
      }),
    )
  })

  it.each([
    '',
    'v/',
    `v/${id}/1/240p/0.mp4`,
    `v/${id}/1/240p/0.n0nce.m4s`,
    `v/${id}/1/240p/0.n0nce.mp4.tmp`,
    `v/${id}/1/240p/x.n0nce.mp4`,
    `v/${id}/1/240p/-1.n0nce.mp4`,
    `v/${id}/1/240p/00.n0nce.mp4`,
    `v/${id}/01/240p/0.n0nce.mp4`,
    `v/${id}/1e3/240p/0.n0nce.mp4`,
    `v/${id}/99999999999999999999/240p/0.n0nce.mp4`,
    `v/${id}/1/240P/0.n0nce.mp4`,
    `v/${id}/1/../0.n0nce.mp4`,
    `v/${id}/1/a/b/0.n0nce.mp4`,
    `v/${id}/1/240p/0.n0nce.mp4\n`,
    `v/${id}x/1/240p/0.n0nce.mp4`,
    `/v/${id}/1/240p/0.n0nce.mp4`,
    `t/v/${id}/1/240p/0.n0nce.mp4`,
    keys.mediaKey(id, 1, keys.mp4Name),
    keys.mediaKey(id, 1, keys.mainPlaylistName),
    keys.mediaKey(id, 1, keys.posterName),
  ])('refuses %j', key => {
    expect(keys.parseChunkKey(key)).toBeNull()
  })

  it('reads nothing but keys that are written', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), nearly(parts.map(written))), key => {
        const parsed = keys.parseChunkKey(key)
        if (parsed) expect(written(parsed)).toBe(key)
      }),
      { numRuns: 500 },
    )
  })
})

describe('the folder of a job of MediaConvert', () => {
  const parts = fc.record({ videoId: videoIds, attempt: attempts, folder: nonces })

  it('round-trips by any object in it, and is no chunk', () => {
    fc.assert(
      fc.property(parts, fc.constantFrom('main.m3u8', 'main_240p.cmfv'), (job, name) => {
        const key = `${keys.conversionPrefix(job.videoId, job.attempt, job.folder)}${name}`
        expect(keys.parseConversionKey(key)).toEqual(job)
        expect(keys.parseChunkKey(key)).toBeNull()
        expect(key.startsWith(keys.attemptPrefix(job.videoId, job.attempt))).toBe(true)
      }),
    )
  })

  it.each([
    `v/${id}/1/mediaconvert/n1`,
    `v/${id}/1/mediaconvert/n1/`,
    `v/${id}/1/mediaconvert/../main.m3u8`,
    `v/${id}/01/mediaconvert/n1/main.m3u8`,
    `v/${id}/1/240p/0.n1.mp4`,
    `v/${id}/1/poster.jpg`,
  ])('refuses %j', key => {
    expect(keys.parseConversionKey(key)).toBeNull()
  })
})

describe('what belongs to a video', () => {
  it('stands under the prefixes its deletion removes, and under no other video’s', () => {
    fc.assert(
      fc.property(videoIds, videoIds, attempts, (videoId, other, attempt) => {
        fc.pre(videoId !== other)
        const source = [keys.sourceKey(videoId), keys.planKey(videoId, attempt)]
        const media = keys.chunkKey(videoId, attempt, '240p', 0, 'n')
        for (const key of source) {
          expect(keys.sourcePrefixes(videoId).some(prefix => key.startsWith(prefix))).toBe(true)
          expect(keys.sourcePrefixes(other).some(prefix => key.startsWith(prefix))).toBe(false)
        }
        expect(media.startsWith(keys.attemptPrefix(videoId, attempt))).toBe(true)
        expect(keys.attemptPrefix(videoId, attempt).startsWith(keys.videoPrefix(videoId))).toBe(
          true,
        )
        expect(media.startsWith(keys.videoPrefix(other))).toBe(false)
        expect(media.startsWith(keys.attemptPrefix(videoId, attempt * 10))).toBe(false)
      }),
    )
  })

  it('has one name for every object of an attempt', () => {
    const names = [
      keys.mainPlaylistName,
      keys.nativePlaylistName,
      keys.posterName,
      keys.storyboardName,
      keys.mp4Name,
      ...[0, 1, 12].map(keys.storyboardSheetName),
      ...['240p', '1080p', 'audio0', 'audio11'].flatMap(track => [
        keys.trackPlaylistName(track),
        keys.iframePlaylistName(track),
        keys.nativeTrackPlaylistName(track),
      ]),
    ]
    expect(new Set(names).size).toBe(names.length)
  })

  it('tells sound from picture by the track', () => {
    expect([240, 1080, 2160].map(keys.rungTrack).filter(keys.isAudioTrack)).toEqual([])
    expect([0, 1, 15].map(keys.audioTrack).every(keys.isAudioTrack)).toBe(true)
  })
})

describe('playback paths', () => {
  it('lead from a growing playlist to the finished objects, token and all', () => {
    fc.assert(
      fc.property(videoIds, attempts, fc.nat(), nonces, (videoId, attempt, generation, nonce) => {
        const from = keys.growingPath('a.b-c_.d', videoId, attempt, generation, '240p.m3u8')
        const key = keys.chunkKey(videoId, attempt, '240p', 7, nonce)
        const resolved = new URL(keys.growingToMedia(key), `https://edge.example${from}?_HLS_msn=3`)
        expect(resolved.pathname).toBe(
          keys.finalPath('a.b-c_.d', videoId, attempt, `240p/7.${nonce}.mp4`),
        )
        expect(resolved.pathname).toBe(`/t/a.b-c_.d/${key}`)
        expect(resolved.search).toBe('')
      }),
    )
  })
})
