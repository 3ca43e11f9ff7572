// Which of a film's keyframes becomes its poster: the first that is neither black nor flat, or else the one that shows most. Pure.

/** A keyframe as it was looked at: one byte a pixel of its luma, full range, much smaller than the picture. */
export type Look = Uint8Array

/** A tenth of the picture is at least this bright, a quarter of white: below, it is black or still fading in. */
const leastBrightness = 64
/** Of eight bits a pixel. Titles on one colour stay below 0.1, pictures of the world begin at 0.35. */
const leastEntropy = 0.3

interface Measured {
  /** 0 … 1: how much the brightness of a pixel tells. */
  entropy: number
  /** A tenth of the pixels is as bright or brighter. */
  brightness: number
  brightest: number
}

function measure(look: Look): Measured {
  const counts = new Uint32Array(256)
  for (const value of look) counts[value] = (counts[value] ?? 0) + 1
  let bits = 0
  let above = 0
  let brightness = 0
  let brightest = 0
  for (let value = 255; value >= 0; value--) {
    const count = counts[value] ?? 0
    if (count === 0) continue
    const share = count / look.length
    bits -= share * Math.log2(share)
    brightest = Math.max(brightest, value)
    if (above < look.length / 10) brightness = value
    above += count
  }
  return { entropy: bits / 8, brightness, brightest }
}

const isGood = ({ entropy, brightness }: Measured) =>
  entropy >= leastEntropy && brightness >= leastBrightness

/** A look with nothing to mend: no other need be sought. */
export const isPoster = (look: Look): boolean => isGood(measure(look))

/** Index of the poster among looks in their order; 0 where all of them are black. */
export function choosePoster(looks: readonly Look[]): number {
  const measured = looks.map(measure)
  const good = measured.findIndex(isGood)
  if (good >= 0) return good
  // By its light as well: the noise of a dark picture tells much, and shows nothing.
  const shown = measured.map(({ entropy, brightest }) => entropy * brightest)
  return Math.max(0, shown.indexOf(Math.max(...shown)))
}
