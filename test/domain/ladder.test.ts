// The ladder: sizes of known pictures in a table; for any picture even sizes, never upscaled, in its own shape; levels.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { h264Codec, h264Level, planLadder, rungFacts } from '#domain/ladder.ts'
import { rational } from '#domain/rational.ts'
import { rates } from './generators.ts'

const sizesOf = (width: number, height: number) =>
  planLadder(width, height, rational(30)).map(rung => `${rung.pictureWidth}x${rung.pictureHeight}`)

describe('the rungs of a picture', () => {
  it.each([
    [1280, 720, '426x240 640x360 854x480 1280x720'],
    [1920, 1080, '426x240 640x360 854x480 1280x720 1920x1080'],
    [720, 1280, '240x426 360x640 480x854 720x1280'],
    [3840, 2160, '426x240 640x360 854x480 1280x720 1920x1080 2560x1440 3840x2160'],
    [854, 480, '428x240 640x360 854x480'],
    [853, 480, '426x240 640x360 852x480'],
    [641, 481, '320x240 480x360 640x480'],
    [320, 180, '320x180'],
    [200, 150, '200x150'],
    [180, 320, '180x320'],
    [151, 201, '150x200'],
    [4096, 1716, '572x240 860x360 1146x480 1718x720 2578x1080 3438x1440'],
    [1080, 1080, '240x240 360x360 480x480 720x720 1080x1080'],
    [1281, 721, '426x240 640x360 852x480 1280x720'],
    [1281, 720, '428x240 640x360 854x480 1280x720'],
    [721, 1281, '240x426 360x640 480x852 720x1280'],
    [1920, 239, '1912x238'],
    [1920, 1036, '444x240 668x360 890x480 1334x720 1920x1036'],
    [1036, 1920, '240x444 360x668 480x890 720x1334 1036x1920'],
    [1920, 1088, '424x240 636x360 848x480 1270x720 1920x1088'],
    [1920, 800, '576x240 864x360 1152x480 1920x800'],
    [1440, 900, '384x240 576x360 768x480 1152x720'],
    [400, 260, '400x260'],
  ])('of %i × %i are %s', (width, height, sizes) => {
    expect(sizesOf(width, height).join(' ')).toBe(sizes)
  })

  const sides = fc.integer({ min: 2, max: 8000 })

  it('are even, never larger than the picture, and rise', () => {
    fc.assert(
      fc.property(sides, sides, fc.constantFrom(...rates), (width, height, rate) => {
        const rungs = planLadder(width, height, rate)
        expect(rungs.length).toBeGreaterThan(0)
        for (const rung of rungs) {
          expect(rung.pictureWidth % 2).toBe(0)
          expect(rung.pictureHeight % 2).toBe(0)
          expect(Math.min(rung.pictureWidth, rung.pictureHeight)).toBeGreaterThan(0)
          expect(rung.pictureWidth).toBeLessThanOrEqual(width)
          expect(rung.pictureHeight).toBeLessThanOrEqual(height)
          expect(Math.min(rung.pictureWidth, rung.pictureHeight)).toBe(rung.height)
          expect(rung.track).toBe(`${rung.height}p`)
        }
        const heights = rungs.map(rung => rung.height)
        expect([...new Set(heights)].sort((a, b) => a - b)).toEqual(heights)
      }),
      { numRuns: 500 },
    )
  })

  it('keep the shape of the picture within two pixels, portrait or not', () => {
    fc.assert(
      fc.property(fc.integer({ min: 240, max: 4320 }), sides, (short, more) => {
        const long = Math.min(short + more, 7680)
        fc.pre(long >= short)
        for (const rung of planLadder(long, short, rational(25))) {
          expect(Math.abs(rung.pictureWidth - (long * rung.height) / short)).toBeLessThan(2)
        }
        const upright = planLadder(short, long, rational(25))
        const across = planLadder(long, short, rational(25))
        expect(upright.map(rung => [rung.pictureHeight, rung.pictureWidth])).toEqual(
          across.map(rung => [rung.pictureWidth, rung.pictureHeight]),
        )
      }),
    )
  })

  it('are every standard one up to the short side, and one of its own near a standard one or below the lowest', () => {
    const standard = [240, 360, 480, 720, 1080, 1440, 2160]
    expect(rungFacts.map(({ height }) => height)).toEqual(standard)
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 4320 }), short => {
        const heights = planLadder(short * 2, short, rational(25)).map(rung => rung.height)
        const own = short - (short % 2)
        // In whole numbers: of 400, the rung of 360 is exactly a tenth away, and so the picture's own.
        const near = standard.some(height => 10 * Math.abs(height - short) <= short)
        const earned = standard.filter(height => 10 * (short - height) > short)
        expect(heights).toEqual(near || earned.length === 0 ? [...earned, own] : earned)
      }),
      { examples: [[400], [800], [1200], [1600]] },
    )
  })

  it('cost more, and may use more bits, the higher they are', () => {
    const rising = (values: number[]) => values.every((value, i) => value > (values[i - 1] ?? 0))
    expect(rising(rungFacts.map(({ cost }) => cost))).toBe(true)
    expect(rising(rungFacts.map(({ maxBitsPerSecond }) => maxBitsPerSecond))).toBe(true)
    expect(rungFacts.find(({ height }) => height === 1080)?.cost).toBe(1)
  })
})

describe('the H.264 level', () => {
  it.each([
    [426, 240, 30, 300_000, 21],
    [640, 360, 30, 700_000, 30],
    [854, 480, 30, 1_200_000, 31],
    [1280, 720, 30, 2_800_000, 31],
    [1280, 720, 60, 2_800_000, 32],
    [1920, 1080, 30, 5_000_000, 40],
    [1920, 1080, 60, 5_000_000, 42],
    [1920, 1080, 30, 20_000_000, 42],
    [1080, 1920, 30, 5_000_000, 40],
    [2560, 1440, 30, 9_000_000, 50],
    [2560, 1440, 60, 9_000_000, 51],
    [3840, 2160, 30, 16_000_000, 51],
    [3840, 2160, 60, 16_000_000, 52],
    [3840, 2160, 120, 16_000_000, 60],
    [176, 144, 15, 30_000, 10],
  ])('of %i × %i at %d frames and %i bits a second is %i', (width, height, fps, bits, level) => {
    expect(h264Level(width, height, fps, bits)).toBe(level)
  })

  it('stands on each rung of the ladder for its own size and the film’s rate', () => {
    const levelsAt = (fps: number) =>
      planLadder(3840, 2160, rational(fps)).map(({ level }) => level)
    expect(levelsAt(30)).toEqual([21, 30, 31, 31, 40, 50, 51])
    expect(levelsAt(60)).toEqual([30, 31, 31, 32, 42, 51, 52])
  })

  it('never falls when anything grows', () => {
    const sides = fc.integer({ min: 16, max: 4096 })
    const fps = fc.double({ min: 1, max: 120, noNaN: true })
    const bits = fc.integer({ min: 10_000, max: 40_000_000 })
    fc.assert(
      fc.property(sides, sides, fps, bits, fc.integer({ min: 1, max: 4 }), (w, h, f, b, times) => {
        const level = h264Level(w, h, f, b)
        expect(h264Level(w * times, h, f, b)).toBeGreaterThanOrEqual(level)
        expect(h264Level(w, h, f * times, b)).toBeGreaterThanOrEqual(level)
        expect(h264Level(w, h, f, b * times)).toBeGreaterThanOrEqual(level)
        expect(h264Level(h, w, f, b)).toBe(level)
      }),
    )
  })

  it.each([
    [10, 'avc1.64000A'],
    [31, 'avc1.64001F'],
    [40, 'avc1.640028'],
    [42, 'avc1.64002A'],
    [51, 'avc1.640033'],
  ])('%i is written %s', (level, codec) => {
    expect(h264Codec(level)).toBe(codec)
  })
})
