// The sequence parameter set of H.264 (ITU-T H.264 §7.3.2.1.1): the profile, level and picture a decoder really gets, whatever
// the boxes around it say. Pure; cut-off sets end in `check-failed`.
import { damaged } from './boxes.ts'

export interface SpsFacts {
  /** profile_idc, the constraint flags and level_idc: the six digits of an `avc1` codec string. */
  profileLevel: string
  /** Pixels after cropping. */
  width: number
  height: number
  /** Width of a pixel over its height; 1 when the set does not say. */
  pixelAspect: number
}

/** Bits of a NAL unit, without the bytes that only keep start codes from appearing (§7.3.1.1). */
function bitReader(nal: Uint8Array) {
  const bytes = nal.filter((byte, at) => !(byte === 3 && nal[at - 1] === 0 && nal[at - 2] === 0))
  let at = 0
  const bit = () => {
    const byte = bytes[at >> 3]
    if (byte === undefined) throw damaged('SPS is too short')
    const value = (byte >> (7 - (at & 7))) & 1
    at++
    return value
  }
  const bits = (count: number) => {
    let value = 0
    for (let i = 0; i < count; i++) value = value * 2 + bit()
    return value
  }
  /** ue(v), §9.1. */
  const unsigned = () => {
    let zeros = 0
    while (bit() === 0) if (++zeros > 31) throw damaged('SPS holds too large a number')
    return 2 ** zeros - 1 + bits(zeros)
  }
  const signed = () => {
    const code = unsigned()
    return code % 2 === 1 ? (code + 1) / 2 : -code / 2
  }
  return { bits, unsigned, signed }
}

type Bits = ReturnType<typeof bitReader>

/** Profiles whose sets name chroma and bit depth (§7.3.2.1.1). */
const highProfiles = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135])

function skipScalingList({ signed }: Bits, size: number): void {
  let last = 8
  for (let i = 0; i < size && last !== 0; i++) last = (last + signed() + 256) % 256
}

/** chroma_format_idc. */
function readChroma(reader: Bits): number {
  const { bits, unsigned } = reader
  const chroma = unsigned()
  if (chroma === 3) bits(1)
  unsigned()
  unsigned()
  bits(1)
  if (bits(1) === 1) {
    for (let i = 0; i < (chroma === 3 ? 12 : 8); i++) {
      if (bits(1) === 1) skipScalingList(reader, i < 6 ? 16 : 64)
    }
  }
  return chroma
}

/** How pictures are ordered (§8.2.1). */
function skipOrder({ bits, unsigned, signed }: Bits): void {
  const type = unsigned()
  if (type === 0) unsigned()
  if (type !== 1) return
  bits(1)
  signed()
  signed()
  for (let left = Math.min(255, unsigned()); left > 0; left--) signed()
}

/** Table E-1: width and height of a pixel by aspect_ratio_idc, from 1 on. */
const aspects = [
  ...[1, 12 / 11, 10 / 11, 16 / 11, 40 / 33, 24 / 11, 20 / 11, 32 / 11, 80 / 33],
  ...[18 / 11, 15 / 11, 64 / 33, 160 / 99, 4 / 3, 3 / 2, 2],
]

function readAspect({ bits }: Bits): number {
  if (bits(1) === 0 || bits(1) === 0) return 1
  const idc = bits(8)
  if (idc !== 255) return aspects[idc - 1] ?? 1
  const width = bits(16)
  const height = bits(16)
  return width > 0 && height > 0 ? width / height : 1
}

/** @param nal the NAL unit with its one byte of header. @throws MillraceError `check-failed` */
export function readSps(nal: Uint8Array): SpsFacts {
  const reader = bitReader(nal.subarray(1))
  const { bits, unsigned } = reader
  const profile = bits(8)
  const profileLevel = [profile, bits(8), bits(8)]
    .map(byte => byte.toString(16).padStart(2, '0').toUpperCase())
    .join('')
  unsigned()
  const chroma = highProfiles.has(profile) ? readChroma(reader) : 1
  unsigned()
  skipOrder(reader)
  unsigned()
  bits(1)
  const widthInMacroblocks = unsigned() + 1
  const heightInUnits = unsigned() + 1
  const framesOnly = bits(1)
  if (framesOnly === 0) bits(1)
  bits(1)
  const crop = bits(1) === 1 ? [unsigned(), unsigned(), unsigned(), unsigned()] : []
  const [left = 0, right = 0, top = 0, bottom = 0] = crop
  // Table 6-1: samples of luma a unit of cropping stands for.
  const cropX = chroma === 1 || chroma === 2 ? 2 : 1
  const cropY = (chroma === 1 ? 2 : 1) * (2 - framesOnly)
  return {
    profileLevel,
    width: widthInMacroblocks * 16 - (left + right) * cropX,
    height: heightInUnits * 16 * (2 - framesOnly) - (top + bottom) * cropY,
    pixelAspect: readAspect(reader),
  }
}
