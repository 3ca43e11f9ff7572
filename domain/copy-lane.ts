// Whether a source is already good: then one rung is its own packets, cut at its own keyframes, and every other rung is cut at
// the same frames. Pure; says no to whatever it does not know exactly, and always says why in one sentence.
import type { Rung } from './ladder.ts'
import { multiplyRational, type Rational, rational, roundRational, toNumber } from './rational.ts'
import { type PacketTable, slotOf, type Timeline } from './timeline.ts'

/** What a file's header says of the picture, in FFmpeg's names; `unknown` where it says nothing. */
export interface PictureFacts {
  codec: string
  /** Of the coded picture, before rotation and pixel shape. */
  width: number
  height: number
  /** Width of a pixel by its height; 1 when the file does not say. */
  pixelAspect: Rational
  /** Counter-clockwise, as ffprobe says. */
  rotationDegrees: number
  /** `progressive`, `tt`, `bb`, `tb`, `bt`, `unknown`. */
  fieldOrder: string
  pixelFormat: string
  /** `tv`, `pc`. */
  range: string
  matrix: string
  transfer: string
  primaries: string
}

/** What the index of the file says of the packets, in the order of the table. */
export interface CopyIndex {
  /** RFC 6381 string of the one parameter set all packets have; null when the file has none, or several. */
  codec: string | null
  /** Bytes of a packet. */
  bytesOf(packet: number): number
}

export interface CopySource {
  /** Off: an operator's word. */
  enabled: boolean
  /** What an earlier attempt found in its packets; null: nothing is known against them. */
  spoiled: string | null
  picture: PictureFacts
  table: PacketTable
  /** Null: the packets were scanned, or lie in fragments. */
  index: CopyIndex | null
  timeline: Timeline
  rungs: readonly Rung[]
}

export type CopyDecision =
  | {
      copied: true
      reason: string
      track: string
      codec: string
      /** Output frames at which segments begin; the first is 0. */
      cuts: number[]
      peakBitsPerSecond: number
      /** Ticks of the source's clock: a frame, and the instant of frame 0. */
      ticksAFrame: number
      zeroTicks: number
      /** How many frames before it is shown a packet is decoded, at least. */
      reorderFrames: number
    }
  | { copied: false; reason: string }

/** Keyframes closer than this share a segment. */
const minSegmentSeconds = 1
/** A player waits for a whole segment: longer ones make starts and switches slow. */
const maxSegmentSeconds = 4

/** The shortest segment of a copied grid, frames: a keyframe nearer to the last cut is none. */
export const minCopiedFrames = (rate: Rational): number =>
  Math.max(1, Math.round(minSegmentSeconds * toNumber(rate)))

const no = (reason: string): CopyDecision => ({ copied: false, reason })

export function decideCopyLane(source: CopySource): CopyDecision {
  const { enabled, spoiled, picture, index, table, timeline, rungs } = source
  if (!enabled) return no('The copy lane is switched off.')
  if (spoiled) return no(spoiled)
  const unfit = pictureFault(picture)
  if (unfit) return no(unfit)
  if (!index) return no('The file has no index that tells the size of every packet.')
  if (timeline.pictureFrames !== undefined) return no('Its sound goes on after its last picture.')
  const { codec } = index
  if (!codec || !copiedProfile.test(codec)) {
    return no(`Its profile (${codec ?? 'unknown'}) is not one that every player decodes.`)
  }
  const rung = rungs.find(
    own => own.pictureWidth === picture.width && own.pictureHeight === picture.height,
  )
  if (!rung) {
    return no(`No rung of the ladder has its size of ${picture.width} × ${picture.height}.`)
  }
  // It would be the first picture, too, and is small: not worth a lane.
  if (rungs.length < 2) return no('It is the only rung of the ladder.')
  const broken = clockFault(table, timeline)
  if (broken) return no(broken)
  const slots = Float64Array.from(table.pts, ticks => slotOf(ticks, table.timebase, timeline))
  const disordered = orderFault(slots, table, timeline)
  if (disordered) return no(disordered)
  const cuts = cutsOf(table, timeline)
  const longest = longestSegment(cuts, timeline)
  if (longest > maxSegmentSeconds + 1e-9) {
    return no(
      `A segment on its keyframes would last ${longest.toFixed(1)} s, more than ${maxSegmentSeconds} s.`,
    )
  }
  const peakBitsPerSecond = Math.round(peakOf(cuts, timeline, index))
  if (peakBitsPerSecond > rung.maxBitsPerSecond) {
    return no(
      `Its peak of ${inMegabits(peakBitsPerSecond)} is above the ${rung.track} cap of ${inMegabits(rung.maxBitsPerSecond)}.`,
    )
  }
  const reason =
    `It is ${codec} at ${picture.width} × ${picture.height} with closed GOPs of at most ` +
    `${maxSegmentSeconds} s and a peak of ${inMegabits(peakBitsPerSecond)}.`
  return {
    copied: true,
    reason,
    track: rung.track,
    codec,
    cuts,
    peakBitsPerSecond,
    ticksAFrame: ticksAFrame(table.timebase, timeline.rate) ?? 0,
    zeroTicks: roundRational(
      multiplyRational(timeline.zero, rational(table.timebase.den, table.timebase.num)),
    ),
    reorderFrames: slots.reduce((most, slot, packet) => Math.max(most, packet - slot), 0),
  }
}

const inMegabits = (bits: number) => `${(bits / 1e6).toFixed(2)} Mb/s`

/** Constrained Baseline (no slice groups), Main, High: RFC 6381 with the profile in its first digits. */
const copiedProfile = /^avc1\.(?:42[4-7C-F]0|4D[0-9A-F]{2}|64[0-9A-F]{2})[0-9A-F]{2}$/

const plainColours = new Set(['bt709', 'unknown'])

/** What the header alone rules out. */
function pictureFault(picture: PictureFacts): string | null {
  const { codec, pixelFormat, fieldOrder, rotationDegrees, pixelAspect, range } = picture
  if (codec !== 'h264') return `It is ${codec}, not H.264.`
  if (pixelFormat !== 'yuv420p') return `Its pixels are ${pixelFormat}, not 8-bit 4:2:0.`
  // `unknown` may hide fields.
  if (fieldOrder !== 'progressive') return `Its field order is ${fieldOrder}, not progressive.`
  if (rotationDegrees !== 0) return `It is rotated by ${rotationDegrees}°.`
  if (pixelAspect.num !== pixelAspect.den) return 'Its pixels are not square.'
  if (range !== 'tv' && range !== 'unknown') return `Its range is ${range}, not limited.`
  const colour = [picture.matrix, picture.transfer, picture.primaries].find(
    name => !plainColours.has(name),
  )
  return colour ? `Its colours are ${colour}, not BT.709.` : null
}

/** As many packets as frames, all on the clock of the output. */
function clockFault({ pts, keyframes, timebase }: PacketTable, timeline: Timeline): string | null {
  if (!timeline.sourceIsConstant) return 'Its rate is not constant.'
  if (ticksAFrame(timebase, timeline.rate) === null) {
    return `Its clock of ${timebase.den} ticks in ${timebase.num} s has no whole number of them a frame.`
  }
  if (keyframes[0] !== 0) return 'It does not begin with a keyframe.'
  if (timeline.frames !== pts.length) {
    return `It has ${pts.length} pictures for ${timeline.frames} frames.`
  }
  return null
}

/**
 * Every packet in a slot of its own, and no picture shown on the other side of a keyframe than it is decoded.
 * @param slots of the packets, in the order of the file
 */
function orderFault(
  slots: Float64Array,
  { keyframes }: PacketTable,
  timeline: Timeline,
): string | null {
  const taken = new Uint8Array(timeline.frames)
  let nextKey = 0
  // Closed: all that is decoded before a keyframe is shown before it, and all after it after it. Then as many pictures lie
  // before it in one order as in the other, so its slot is its place in the file; a leading picture would move it.
  let highest = -1
  let key = -1
  for (const [packet, slot] of slots.entries()) {
    if (slot < 0 || slot >= taken.length || taken[slot] === 1) {
      return `Its picture ${packet} has no frame of its own.`
    }
    taken[slot] = 1
    if (keyframes[nextKey] === packet) {
      nextKey += 1
      key = slot
      if (highest > slot) return openGop(slot, timeline)
    } else if (slot < key) {
      return openGop(key, timeline)
    }
    highest = Math.max(highest, slot)
  }
  return null
}

/** The copied packets keep the clock of the source: null where a frame does not end on a tick of it. */
function ticksAFrame(timebase: Rational, rate: Rational): number | null {
  const ticks = multiplyRational(rational(rate.den, rate.num), rational(timebase.den, timebase.num))
  return ticks.den === 1 ? ticks.num : null
}

const openGop = (slot: number, { rate }: Timeline) =>
  `Its GOP at ${((slot * rate.den) / rate.num).toFixed(2)} s is open: pictures around the keyframe need the GOP before.`

/** The first keyframe that is far enough from the last cut is the next: the rule FFmpeg's muxer has, too. */
function cutsOf({ keyframes }: PacketTable, { rate }: Timeline): number[] {
  const least = minCopiedFrames(rate)
  const cuts: number[] = []
  for (let i = 0; i < keyframes.length; i++) {
    const slot = keyframes[i] ?? 0
    const last = cuts.at(-1)
    if (last === undefined || slot - last >= least) cuts.push(slot)
  }
  return cuts
}

function longestSegment(cuts: readonly number[], { frames, rate }: Timeline): number {
  let longest = 0
  for (const [index, cut] of cuts.entries()) {
    longest = Math.max(longest, (cuts[index + 1] ?? frames) - cut)
  }
  return (longest * rate.den) / rate.num
}

/** Of closed GOPs slots and packets have the same bounds. A short end counts with the segment before it, as players buffer it. */
function peakOf(cuts: readonly number[], { frames, rate }: Timeline, index: CopyIndex): number {
  const starts =
    frames - (cuts.at(-1) ?? 0) < minCopiedFrames(rate) && cuts.length > 1
      ? cuts.slice(0, -1)
      : cuts
  let peak = 0
  for (const [segment, start] of starts.entries()) {
    const end = starts[segment + 1] ?? frames
    let bytes = 0
    for (let packet = start; packet < end; packet++) bytes += index.bytesOf(packet)
    peak = Math.max(peak, (bytes * 8 * rate.num) / ((end - start) * rate.den))
  }
  return peak
}
