// Which sources are published by their own packets, and what is said of those that are not.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CopyDecision, type CopySource, decideCopyLane } from '#domain/copy-lane.ts'
import { planLadder } from '#domain/ladder.ts'
import { rational } from '#domain/rational.ts'
import { type PacketTable, planTimeline } from '#domain/timeline.ts'
import { type ConstantClip, constantTable, rates, timebases } from './generators.ts'

interface Shape {
  clip?: Partial<ConstantClip>
  table?: Partial<PacketTable>
  picture?: Partial<CopySource['picture']>
  index?: Partial<NonNullable<CopySource['index']>> | null
  enabled?: boolean
  spoiled?: string
  sound?: number
}

const good: ConstantClip = {
  rate: rational(25),
  timebase: rational(1, 12_800),
  frames: 250,
  keyEvery: 50,
  bFrames: 2,
}

/** 1080p25 for ten seconds, a keyframe every two, 1 Mb/s; changed where it matters. */
function decide(shape: Shape = {}): CopyDecision {
  const clip = { ...good, ...shape.clip }
  const table = { ...constantTable(clip), ...shape.table }
  const sound = shape.sound === undefined ? null : rational(Math.round(shape.sound * 1000), 1000)
  const timeline = planTimeline(table, clip.rate, sound)
  const picture = {
    ...{ codec: 'h264', width: 1920, height: 1080, pixelAspect: rational(1), rotationDegrees: 0 },
    ...{ fieldOrder: 'progressive', pixelFormat: 'yuv420p', range: 'tv' },
    ...{ matrix: 'bt709', transfer: 'bt709', primaries: 'bt709' },
    ...shape.picture,
  }
  return decideCopyLane({
    enabled: shape.enabled ?? true,
    spoiled: shape.spoiled ?? null,
    picture,
    table,
    index:
      shape.index === null
        ? null
        : {
            codec: 'avc1.640028',
            bytesOf: () => 5000,
            ...shape.index,
          },
    timeline,
    rungs: planLadder(picture.width, picture.height, timeline.rate),
  })
}

/** A table of frames in decoding order, one tick a frame at 25 a second. */
function inOrder(frames: readonly number[], keyframes: readonly number[]): Partial<PacketTable> {
  const pts = frames.map(frame => frame * 512)
  return { pts, dts: frames.map((_, at) => (at - 2) * 512), keyframes }
}

const upTo = (end: number) => Array.from({ length: end }, (_, frame) => frame)

describe('a source that is already good', () => {
  it('is copied, on its own keyframes', () => {
    const decision = decide()
    expect(decision).toMatchObject({
      ...{ copied: true, track: '1080p', codec: 'avc1.640028' },
      ...{ cuts: [0, 50, 100, 150, 200], peakBitsPerSecond: 1_000_000 },
    })
    expect(decision.reason).toContain('1.00 Mb/s')
  })

  it.each([
    ['colours it says nothing of', { picture: { matrix: 'unknown', range: 'unknown' } }],
    ['Main profile', { index: { codec: 'avc1.4D401F' } }],
    ['Constrained Baseline', { index: { codec: 'avc1.42E01E' } }],
    ['a size near a rung', { picture: { width: 1840, height: 1036 } }],
    ['a portrait picture', { picture: { width: 1080, height: 1920 } }],
    ['sound that comes late', { sound: 0.5 }],
    ['a start of its own', { clip: { startTicks: 64_000 } }],
    ['GOPs of just 4 s', { clip: { keyEvery: 100 } }],
  ] satisfies [string, Shape][])('is copied with %s', (_, shape) => {
    expect(decide(shape)).toMatchObject({ copied: true })
  })

  it('has short GOPs in one segment, and an end of any length', () => {
    const decision = decide({ clip: { keyEvery: 10, frames: 123 } })
    expect(decision).toMatchObject({ copied: true, cuts: [0, 30, 60, 90, 120] })
  })

  it('has cuts that cover the film, on keyframes, none under a second but the last, whatever rate', () => {
    const clips = fc.record({
      ...{ rate: fc.constantFrom(...rates), timebase: fc.constantFrom(...timebases) },
      ...{ frames: fc.integer({ min: 1, max: 900 }), keyEvery: fc.integer({ min: 1, max: 90 }) },
      bFrames: fc.nat(3),
    })
    fc.assert(
      fc.property(clips, clip => {
        const decision = decide({ clip })
        if (!decision.copied) {
          expect(decision.reason).toMatch(/segment|clock/)
          return
        }
        const { cuts } = decision
        expect(cuts[0]).toBe(0)
        for (const [at, cut] of cuts.entries()) {
          expect(cut % clip.keyEvery).toBe(0)
          const length = (cuts[at + 1] ?? clip.frames) - cut
          const seconds = (length * clip.rate.den) / clip.rate.num
          expect(seconds).toBeLessThanOrEqual(4)
          if (at < cuts.length - 1) expect(seconds).toBeGreaterThan(0.97)
        }
      }),
    )
  })
})

describe('a source that is not copied', () => {
  it.each([
    ['the lane is off', { enabled: false }, 'switched off'],
    ['its packets are known not to fit', { spoiled: 'It was tried.' }, 'It was tried.'],
    ['another codec', { picture: { codec: 'hevc' } }, 'hevc'],
    ['10 bits', { picture: { pixelFormat: 'yuv420p10le' } }, 'yuv420p10le'],
    ['4:2:2', { picture: { pixelFormat: 'yuv422p' } }, 'yuv422p'],
    ['fields', { picture: { fieldOrder: 'tt' } }, 'tt'],
    ['fields, perhaps', { picture: { fieldOrder: 'unknown' } }, 'field order'],
    ['rotation', { picture: { rotationDegrees: -90 } }, 'rotated by -90°'],
    ['pixels not square', { picture: { pixelAspect: rational(4, 3) } }, 'square'],
    ['full range', { picture: { range: 'pc' } }, 'pc'],
    ['HDR', { picture: { transfer: 'smpte2084' } }, 'smpte2084'],
    ['BT.601', { picture: { matrix: 'smpte170m' } }, 'smpte170m'],
    ['no index', { index: null }, 'index'],
    ['several parameter sets', { index: { codec: null } }, 'profile'],
    ['Extended profile', { index: { codec: 'avc1.580028' } }, 'avc1.580028'],
    ['Baseline with slice groups', { index: { codec: 'avc1.420028' } }, 'avc1.420028'],
    ['a size between rungs', { picture: { width: 1600, height: 900 } }, '1600 × 900'],
    ['sound before the picture', { sound: -1 }, '250 pictures for 275 frames'],
    ['a GOP over 4 s', { clip: { keyEvery: 101 } }, 'segment'],
    ['one keyframe', { table: { keyframes: [0] } }, '10.0 s'],
    ['no keyframe first', { table: { keyframes: [50] } }, 'begin with a keyframe'],
    ['a peak above the cap', { index: { bytesOf: () => 25_100 } }, '5.02 Mb/s'],
    [
      'a leading picture after its keyframe',
      { table: inOrder([...upTo(49), 50, 49, ...upTo(100).slice(51)], [0, 49]) },
      'at 2.00 s is open',
    ],
    [
      'a picture that is shown after the next keyframe',
      { table: inOrder([...upTo(49), 50, 49, ...upTo(100).slice(51)], [0, 50]) },
      'at 1.96 s is open',
    ],
    [
      'a picture missing',
      { table: inOrder([...upTo(60), ...upTo(100).slice(61)], [0, 50]) },
      'constant',
    ],
    [
      'a clock on which frames are not whole',
      { clip: { rate: rational(24_000, 1001), timebase: rational(1, 90_000) } },
      'clock of 90000',
    ],
    ['two pictures at once', { table: inOrder([...upTo(60), 59], [0, 50]) }, 'constant'],
  ] satisfies [string, Shape, string][])('%s', (_, shape, words) => {
    const decision = decide(shape)
    expect(decision.copied).toBe(false)
    expect(decision.reason).toContain(words)
  })

  it('one loud second is enough', () => {
    const bytesOf = (packet: number) => (packet >= 100 && packet < 150 ? 40_000 : 1000)
    expect(decide({ index: { bytesOf } })).toMatchObject({
      copied: false,
      reason: 'Its peak of 8.00 Mb/s is above the 1080p cap of 5.00 Mb/s.',
    })
  })

  it('a short end is no peak of its own', () => {
    const bytesOf = (packet: number) => (packet < 250 ? 5000 : 60_000)
    expect(decide({ clip: { frames: 252 }, index: { bytesOf } })).toMatchObject({
      copied: true,
      peakBitsPerSecond: Math.round(((50 * 5000 + 2 * 60_000) * 8 * 25) / 52),
    })
  })
})
