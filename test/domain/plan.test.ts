// Plans: chunks cover the timeline once, spans cover the sound once, segments add up, and no segment outlasts the target.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  framesToSeconds,
  planAudio,
  planAudioSpans,
  planChunks,
  samplesPerPacket,
  segmentFrames,
  segmentPacketsOf,
  targetDuration,
} from '#domain/plan.ts'
import { rational } from '#domain/rational.ts'
import { planOf, plans, rates } from './generators.ts'

const gopsOf = (frames: number, gop: number) => planChunks(frames, gop).map(c => c.frames / gop)

describe('chunks', () => {
  /** Up to two hours in whole GOPs, and a piece of one. */
  const films = fc
    .record({
      gops: fc.oneof(fc.nat(40), fc.nat(3600)),
      gop: fc.integer({ min: 1, max: 240 }),
      piece: fc.nat(239),
    })
    .map(({ gops, gop, piece }) => [Math.max(1, gops * gop + (piece % gop)), gop] as const)

  it('cover the timeline once, in order, each beginning at a GOP', () => {
    fc.assert(
      fc.property(films, ([frames, gop]) => {
        let next = 0
        for (const [position, chunk] of planChunks(frames, gop).entries()) {
          expect(chunk.index).toBe(position)
          expect(chunk.firstFrame).toBe(next)
          expect(chunk.firstFrame % gop).toBe(0)
          next += chunk.frames
        }
        expect(next).toBe(frames)
      }),
    )
  })

  const opening = [1, 1, 2, 4, 8]

  it('are 1, 1, 2, 4 and 8 GOPs, then at most 10 each, with what is left of a GOP in the last', () => {
    fc.assert(
      fc.property(films, ([frames, gop]) => {
        const whole = Math.floor(frames / gop)
        const chunks = planChunks(frames, gop)
        const lengths = chunks.map(chunk => Math.floor(chunk.frames / gop))
        const opened = opening.slice(0, lengths.length)
        expect(lengths.slice(0, 5).slice(0, -1)).toEqual(opened.slice(0, -1))
        if (lengths.length > 5) expect(lengths[4]).toBe(8)
        for (const [index, length] of lengths.entries()) {
          expect(length).toBeLessThanOrEqual(opening[index] ?? 10)
          if (whole > 0) expect(length).toBeGreaterThanOrEqual(1)
        }
        expect(chunks.slice(0, -1).every(chunk => chunk.frames % gop === 0)).toBe(true)
      }),
    )
  })

  const laterGops = (frames: number, gop: number) =>
    planChunks(frames, gop)
      .slice(opening.length)
      .map(chunk => Math.floor(chunk.frames / gop))

  it('after the opening are never longer than the one before, and cover what is left', () => {
    const openingGops = opening.reduce((sum, gops) => sum + gops)
    fc.assert(
      fc.property(films, ([frames, gop]) => {
        const later = laterGops(frames, gop)
        for (const [index, length] of later.entries()) {
          expect(length).toBeGreaterThanOrEqual(1)
          expect(length).toBeLessThanOrEqual(later[index - 1] ?? 10)
        }
        const left = Math.max(0, Math.floor(frames / gop) - openingGops)
        expect(later.reduce((sum, gops) => sum + gops, 0)).toBe(left)
      }),
    )
  })

  it('are of the longest in the first third, and single GOPs in at least a thirtieth', () => {
    const later = laterGops(90_000, 50)
    const gops = later.reduce((sum, length) => sum + length)
    expect(later.slice(0, Math.floor(gops / 30)).every(length => length === 10)).toBe(true)
    expect(later.filter(length => length === 1).length).toBeGreaterThan(gops / 30)
  })

  it('are at most twice as many as the longest would be, and a few', () => {
    fc.assert(
      fc.property(films, ([frames, gop]) => {
        const later = laterGops(frames, gop)
        expect(later.length).toBeLessThanOrEqual((2 * frames) / gop / 10 + 1)
      }),
    )
  })

  /** Where a source has a keyframe each so many frames. */
  const keyframesEach = (distance: number) => (frame: number) => frame % distance

  it('begin at keyframes of the source where those are near', () => {
    const [gop, distance] = [48, 240]
    const chunks = planChunks(90 * 60 * 24, gop, keyframesEach(distance)).slice(opening.length)
    const long = chunks.filter(({ frames }) => frames / gop >= 10)
    expect(long.length).toBeGreaterThan(50)
    // The first begins where the opening ends.
    expect(long.slice(1).filter(({ firstFrame }) => firstFrame % distance !== 0)).toEqual([])
  })

  it('are never longer or shorter by more than a quarter for it', () => {
    fc.assert(
      fc.property(films, fc.integer({ min: 1, max: 10 }), ([frames, gop], gops) => {
        const chunks = planChunks(frames, gop, keyframesEach(gops * gop))
        const later = chunks.slice(opening.length).map(chunk => Math.floor(chunk.frames / gop))
        for (const length of later) expect(length).toBeLessThanOrEqual(12)
        expect(chunks.reduce((sum, chunk) => sum + chunk.frames, 0)).toBe(frames)
      }),
    )
  })

  it('of a film with one keyframe become longer, so that it is decoded but a few times over', () => {
    for (const minutes of [1, 10, 60, 120]) {
      const frames = minutes * 60 * 24
      const chunks = planChunks(frames, 48, frame => frame)
      const passed = chunks.reduce((sum, { firstFrame }) => sum + firstFrame, 0)
      expect(passed / frames, `${minutes} min`).toBeLessThan(9)
      for (const chunk of chunks) expect(chunk.frames / 48).toBeLessThanOrEqual(375)
    }
  })

  it.each([
    [1, [1 / 50]],
    [49, [49 / 50]],
    [50, [1]],
    [51, [51 / 50]],
    [99, [1.98]],
    [100, [1, 1]],
    [149, [1, 1.98]],
    [150, [1, 1, 1]],
    [200, [1, 1, 2]],
    [399, [1, 1, 2, 3.98]],
    [400, [1, 1, 2, 4]],
    [800, [1, 1, 2, 4, 8]],
    [801, [1, 1, 2, 4, 8.02]],
    [850, [1, 1, 2, 4, 8, 1]],
    [1000, [1, 1, 2, 4, 8, 4]],
    [1320, [1, 1, 2, 4, 8, 10.4]],
    [1500, [1, 1, 2, 4, 8, 10, 4]],
    [1550, [1, 1, 2, 4, 8, 10, 5]],
    [2300, [1, 1, 2, 4, 8, 10, 10, 6, 3, 1]],
    [4500, [1, 1, 2, 4, 8, 10, 10, 10, 10, 8, 7, 5, 4, 3, 3, 2, 1, 1]],
  ])('of %i frames in GOPs of 50 are %j GOPs long', (frames, lengths) => {
    expect(gopsOf(frames, 50)).toEqual(lengths)
  })
})

describe('spans of sound', () => {
  const sounds = fc.record({
    packets: fc.oneof(fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 1, max: 1_500_000 })),
    rate: fc.constantFrom(44_100, 48_000),
    firstSeconds: fc.double({ min: 0.02, max: 12, noNaN: true }),
  })

  it('cover the packets once, each but the last in whole segments', () => {
    fc.assert(
      fc.property(sounds, ({ packets, rate, firstSeconds }) => {
        const segment = Math.round((2 * rate) / samplesPerPacket)
        const spans = planAudioSpans(packets, segment, rate, firstSeconds)
        let next = 0
        for (const [position, span] of spans.entries()) {
          expect(span.index).toBe(position)
          expect(span.firstPacket).toBe(next)
          if (position < spans.length - 1) expect(span.packets % segment).toBe(0)
          expect(span.packets).toBeGreaterThanOrEqual(Math.min(segment, packets))
          next += span.packets
        }
        expect(next).toBe(packets)
      }),
    )
  })

  it('last as long as asked at first, then a minute, then five each, up to a segment more', () => {
    fc.assert(
      fc.property(sounds, ({ packets, rate, firstSeconds }) => {
        const segment = Math.round((2 * rate) / samplesPerPacket)
        const spans = planAudioSpans(packets, segment, rate, firstSeconds)
        const segmentSeconds = (segment * samplesPerPacket) / rate
        for (const [position, span] of spans.slice(0, -1).entries()) {
          const wanted = position === 0 ? firstSeconds : position === 1 ? 60 : 300
          const length = (span.packets * samplesPerPacket) / rate
          expect(length).toBeGreaterThan(wanted - 0.03 * segmentSeconds)
          expect(length).toBeLessThan(wanted + 1.001 * segmentSeconds)
        }
      }),
    )
  })

  it('of a track cover the film to the last sample and not a packet more', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2_000_000 }),
        fc.constantFrom(...rates),
        fc.constantFrom(8000, 22_050, 44_100, 48_000, 96_000),
        (frames, rate, sampleRate) => {
          const source = { stream: 1, sampleRate, language: null, name: null }
          const duration = rational(frames * rate.den, rate.num)
          const [track] = planAudio([source], duration, 4)
          if (!track) throw new Error('one source is one track')
          const kept = sampleRate === 44_100 || sampleRate === 48_000 ? sampleRate : 48_000
          expect(track.sampleRate).toBe(kept)
          const samples = BigInt(frames * rate.den) * BigInt(kept)
          const packet = 1024n * BigInt(rate.num)
          // One more than the samples fill: the first packet is the encoder's priming.
          expect(BigInt(track.packets - 1) * packet >= samples).toBe(true)
          expect(BigInt(track.packets - 2) * packet < samples).toBe(true)
        },
      ),
    )
  })

  it.each([
    [48_000, 2, 95, [95]],
    // A remainder shorter than a segment stays with the span before it.
    [48_000, 11, 517, [517]],
    [48_000, 12, 564, [470, 94]],
    [48_000, 90, 4220, [470, 2820, 930]],
    [44_100, 90, 3877, [430, 2666, 781]],
    [48_000, 900, 42_189, [470, 2820, 14_100, 14_100, 10_699]],
  ])(
    'at %i Hz and of %i s are %i packets in spans of %j',
    (sampleRate, seconds, packets, spans) => {
      const source = { stream: 1, sampleRate, language: null, name: null }
      const [track] = planAudio([source], rational(seconds))
      expect(track?.packets).toBe(packets)
      expect(track?.spans.map(span => span.packets)).toEqual(spans)
    },
  )

  it('are named by the file, else counted', () => {
    const named = (names: (string | null)[]) =>
      planOf({ frames: 100, sounds: names.map(() => 48_000), names }).audio.map(({ name }) => name)
    expect(named([null])).toEqual(['Audio'])
    expect(named(['Commentary', null])).toEqual(['Commentary', 'Audio 2'])
  })
})

describe('segments', () => {
  it('are GOPs that add up to their chunk, the last one what is left', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 240 }), (n, gop) => {
        const segments = segmentFrames(n, gop)
        expect(segments.reduce((sum, frames) => sum + frames, 0)).toBe(n)
        expect(segments.slice(0, -1).every(frames => frames === gop)).toBe(true)
        expect(segments.at(-1)).toBeGreaterThan(0)
        expect(segments.at(-1)).toBeLessThanOrEqual(gop)
      }),
    )
  })

  it('of sound may be the longest, by the part of a packet that ends after the picture', () => {
    const film = { rate: rational(120), frames: 179 }
    expect(targetDuration(planOf(film))).toBe(1)
    expect(targetDuration(planOf({ ...film, sounds: [44_100] }))).toBe(2)
  })

  it('never outlast the target duration when rounded, and one comes near it', () => {
    fc.assert(
      fc.property(plans, plan => {
        const { rate, gopFrames } = plan.video.timeline
        const seconds = [
          ...plan.video.chunks.flatMap(chunk =>
            segmentFrames(chunk.frames, gopFrames).map(frames => framesToSeconds(frames, rate)),
          ),
          ...plan.audio.flatMap(track =>
            track.spans.flatMap(span =>
              segmentPacketsOf(span, track.segmentPackets).map(
                packets => (packets * samplesPerPacket) / track.sampleRate,
              ),
            ),
          ),
        ]
        const target = targetDuration(plan)
        const longest = seconds.reduce((a, b) => Math.max(a, b), 0)
        expect(target).toBe(Math.max(1, Math.round(longest)))
      }),
      { numRuns: 50 },
    )
  })
})
