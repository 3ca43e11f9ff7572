// The ladder a source earns: which rungs, their sizes, caps, levels and codec strings. By the short side; never upscales.
import { rungTrack } from './keys.ts'
import { type Rational, toNumber } from './rational.ts'

interface RungFacts {
  /** The short side of the picture, pixels. */
  height: number
  /** maxrate of the encoder; its buffer is twice that. */
  maxBitsPerSecond: number
  /** Cost of one second relative to 1080p, measured in CPU seconds: the weight of progress. */
  cost: number
}

export const rungFacts: readonly RungFacts[] = [
  { height: 240, maxBitsPerSecond: 300_000, cost: 0.08 },
  { height: 360, maxBitsPerSecond: 700_000, cost: 0.14 },
  { height: 480, maxBitsPerSecond: 1_200_000, cost: 0.24 },
  { height: 720, maxBitsPerSecond: 2_800_000, cost: 0.48 },
  { height: 1080, maxBitsPerSecond: 5_000_000, cost: 1 },
  { height: 1440, maxBitsPerSecond: 9_000_000, cost: 1.8 },
  { height: 2160, maxBitsPerSecond: 16_000_000, cost: 4 },
]

export interface Rung {
  /** Short side as in «720p». */
  height: number
  track: string
  /** Pixels of the encoded picture, both even. */
  pictureWidth: number
  pictureHeight: number
  maxBitsPerSecond: number
  /** H.264 level × 10, fixed before encoding so that CODECS is known: 31 is level 3.1. */
  level: number
  cost: number
}

/** ITU-T H.264 table A-1: macroblocks a second and a frame, bits a second (High profile: × 1.25), by level × 10. */
const levels: readonly [level: number, maxMbps: number, maxFs: number, maxBits: number][] = [
  [10, 1_485, 99, 80_000],
  [11, 3_000, 396, 240_000],
  [12, 6_000, 396, 480_000],
  [13, 11_880, 396, 960_000],
  [20, 11_880, 396, 2_500_000],
  [21, 19_800, 792, 5_000_000],
  [22, 20_250, 1_620, 5_000_000],
  [30, 40_500, 1_620, 12_500_000],
  [31, 108_000, 3_600, 17_500_000],
  [32, 216_000, 5_120, 25_000_000],
  [40, 245_760, 8_192, 25_000_000],
  [42, 522_240, 8_704, 62_500_000],
  [50, 589_824, 22_080, 168_750_000],
  [51, 983_040, 36_864, 300_000_000],
  [52, 2_073_600, 36_864, 300_000_000],
  [60, 4_177_920, 139_264, 300_000_000],
]

/** The lowest H.264 level for a picture, rate and cap, times 10; x264's reference frames fit into each. */
export function h264Level(
  width: number,
  height: number,
  framesPerSecond: number,
  maxBitsPerSecond: number,
): number {
  const macroblocks = Math.ceil(width / 16) * Math.ceil(height / 16)
  const found = levels.find(
    ([, maxMbps, maxFs, maxBits]) =>
      macroblocks <= maxFs &&
      macroblocks * framesPerSecond <= maxMbps &&
      maxBitsPerSecond * 2 <= maxBits,
  )
  return found?.[0] ?? 62
}

/** RFC 6381 string of H.264 High at a level: `avc1.64001F`. */
export function h264Codec(level: number): string {
  return `avc1.6400${level.toString(16).padStart(2, '0').toUpperCase()}`
}

/** AAC-LC. */
export const aacCodec = 'mp4a.40.2'

/** The nearest even size, but never more than the picture has: an odd side loses a line instead of gaining one. */
const even = (pixels: number, most: number) =>
  Math.max(2, Math.min(Math.round(pixels / 2) * 2, Math.floor(most / 2) * 2))

/**
 * A standard rung so near the picture's own size (one part in so many of it) is made at that size: scaling it would cost
 * sharpness for nothing.
 */
const nearParts = 10

function chooseRungs(short: number): RungFacts[] {
  const own = even(short, short)
  const distance = (facts: RungFacts) => Math.abs(facts.height - short)
  const nearest = rungFacts.reduce((best, next) => (distance(next) < distance(best) ? next : best))
  const lower = rungFacts.filter(facts => facts.height <= short)
  if (nearParts * distance(nearest) <= short) {
    return [...lower.filter(facts => facts.height < nearest.height), { ...nearest, height: own }]
  }
  return lower.length > 0 ? lower : [{ ...(rungFacts[0] as RungFacts), height: own }]
}

/**
 * The rungs for an upright picture with square pixels, lowest first: every standard one up to the short side, the last at the
 * picture's own size where it is within 10 % of it; for a smaller picture one rung of its own size.
 */
export function planLadder(width: number, height: number, rate: Rational): Rung[] {
  const short = Math.min(width, height)
  return chooseRungs(short).map(facts => {
    const scale = facts.height / short
    const pictureWidth = width <= height ? facts.height : even(width * scale, width)
    const pictureHeight = width <= height ? even(height * scale, height) : facts.height
    return {
      height: facts.height,
      track: rungTrack(facts.height),
      pictureWidth,
      pictureHeight,
      maxBitsPerSecond: facts.maxBitsPerSecond,
      level: h264Level(pictureWidth, pictureHeight, toNumber(rate), facts.maxBitsPerSecond),
      cost: facts.cost,
    }
  })
}
