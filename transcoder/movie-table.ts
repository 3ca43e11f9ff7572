// The packet table of one track out of a movie box: the same packets with the same times as FFmpeg's demuxer gives, from the
// index alone. Says null for every form it does not know exactly (fragments, several edits, …): those are scanned. Pure.
import type { CopyIndex } from '#domain/copy-lane.ts'
import { type Rational, rational } from '#domain/rational.ts'
import type { PacketTable } from '#domain/timeline.ts'
import { boxesIn, findBox, timescaleOf } from './movie-boxes.ts'

export interface MovieTable {
  table: PacketTable
  /** Where the last byte of the track's samples is; beyond the file's size: the file was cut. */
  endBytes: number
  /** Null when an edit leaves packets out: a copy would have them. */
  copyIndex: CopyIndex | null
}

/** @param stream FFmpeg's index of the stream: the order of `trak` boxes. */
export function readMovieTable(movie: DataView, stream: number): MovieTable | null {
  try {
    return readTrack(movie, stream)
  } catch (thrown) {
    // A field that points outside its box.
    if (thrown instanceof RangeError) return null
    throw thrown
  }
}

function readTrack(movie: DataView, stream: number): MovieTable | null {
  const boxes = boxesIn(movie)
  const track = boxes.filter(({ type }) => type === 'trak')[stream]?.body
  const fragmented = boxes.some(({ type }) => type === 'mvex')
  const samples = track && findBox(track, 'mdia/minf/stbl')
  const timescale = track && timescaleOf(findBox(track, 'mdia/mdhd'))
  const movieTimescale = timescaleOf(findBox(movie, 'mvhd'))
  if (!track || !samples || !timescale || !movieTimescale || fragmented) return null
  const stbl = new Map(boxesIn(samples).map(({ type, body }) => [type, body]))
  // Sample groups may mark random access points, stps does: FFmpeg takes both for keyframes.
  const description = stbl.get('stsd')
  if (stbl.has('stps') || marksAccessPoints(samples) || description?.getUint32(4) !== 1) return null

  const sizes = readSizes(stbl.get('stsz'))
  const edit = readEdit(findBox(track, 'edts/elst'), timescale, movieTimescale)
  if (!sizes || !edit) return null
  const times = readTimes(stbl.get('stts'), stbl.get('ctts'), sizes.count)
  const keys = readKeyframes(stbl.get('stss'), sizes.count)
  const endBytes = endOfSamples(stbl.get('stco'), stbl.get('co64'), stbl.get('stsc'), sizes)
  if (!times || !keys || endBytes === null) return null
  const table = applyEdit(times, keys, edit, rational(1, timescale))
  const whole = table.pts.length === sizes.count
  const copyIndex = whole ? { codec: oneCodec(description), bytesOf: sizes.of } : null
  return { table, endBytes, copyIndex }
}

/** The profile and level in the one SPS of an `avc1` entry (ISO/IEC 14496-15 §5.3.3.1): what a decoder gets. */
function oneCodec(description: DataView): string | null {
  const [entry] = boxesIn(description, 8)
  const avcC = entry?.type === 'avc1' && boxesIn(entry.body, 78).find(box => box.type === 'avcC')
  // Five bytes, how many sets, the length of the first, its header.
  if (!avcC || avcC.body.byteLength < 12 || (avcC.body.getUint8(5) & 0x1f) !== 1) return null
  const digits = [9, 10, 11].map(at => avcC.body.getUint8(at).toString(16).padStart(2, '0'))
  return `avc1.${digits.join('').toUpperCase()}`
}

/** `encv` and `enca` (ISO/IEC 23001-7): FFmpeg names the codec inside and then decodes noise. */
export function isEncryptedTrack(movie: DataView, stream: number): boolean {
  const track = boxesIn(movie).filter(({ type }) => type === 'trak')[stream]?.body
  const description = track && findBox(track, 'mdia/minf/stbl/stsd')
  if (!description || description.byteLength < 8) return false
  return boxesIn(description, 8).some(({ type }) => type === 'encv' || type === 'enca')
}

const rapGroup = 0x72617020

const marksAccessPoints = (samples: DataView): boolean =>
  boxesIn(samples).some(({ type, body }) => type === 'sbgp' && body.getUint32(4) === rapGroup)

interface Sizes {
  count: number
  of(sample: number): number
}

function readSizes(stsz: DataView | undefined): Sizes | null {
  if (!stsz) return null
  const same = stsz.getUint32(4)
  const count = stsz.getUint32(8)
  if (same > 0) return { count, of: () => same }
  if (stsz.byteLength < 12 + count * 4) return null
  return { count, of: sample => stsz.getUint32(12 + sample * 4) }
}

interface Times {
  dts: Float64Array
  /** Composition time: decode time plus offset. */
  cts: Float64Array
  durations: Float64Array
}

function readTimes(
  stts: DataView | undefined,
  ctts: DataView | undefined,
  count: number,
): Times | null {
  // A lying count must not take the memory: every sample has at least a place in a table of this size.
  if (!stts || count === 0 || count > maxSamples) return null
  const dts = new Float64Array(count)
  const durations = new Float64Array(count)
  let sample = 0
  let now = 0
  for (let entry = 0; entry < stts.getUint32(4); entry++) {
    const run = stts.getUint32(8 + entry * 8)
    // Old files have negative deltas; FFmpeg corrects them in its own way.
    const delta = stts.getInt32(12 + entry * 8)
    if (delta < 0) return null
    for (const end = Math.min(sample + run, count); sample < end; sample++) {
      dts[sample] = now
      durations[sample] = delta
      now += delta
    }
  }
  if (sample < count) return null
  const cts = dts.slice()
  if (ctts) {
    let shift = 0
    sample = 0
    for (let entry = 0; entry < ctts.getUint32(4); entry++) {
      const run = ctts.getUint32(8 + entry * 8)
      const offset = ctts.getInt32(12 + entry * 8)
      shift = Math.max(shift, -offset)
      for (const end = Math.min(sample + run, count); sample < end; sample++) {
        cts[sample] = (cts[sample] ?? 0) + offset
      }
    }
    if (sample < count) return null
    // Negative offsets: decoding is moved ahead of the earliest picture.
    if (shift > 0) for (let i = 0; i < count; i++) dts[i] = (dts[i] ?? 0) - shift
  }
  return { dts, cts, durations }
}

const maxSamples = 20_000_000

/** Indexes of keyframes; null for a table that is there and empty, which FFmpeg reads from the stream itself. */
function readKeyframes(stss: DataView | undefined, count: number): Uint8Array | null {
  const keys = new Uint8Array(count)
  if (!stss) return keys.fill(1)
  const entries = stss.getUint32(4)
  for (let entry = 0; entry < entries; entry++) {
    const sample = stss.getUint32(8 + entry * 4) - 1
    if (sample < count) keys[sample] = 1
  }
  return entries === 0 ? null : keys
}

/** Chunks of samples in the file: `stsc` says how many samples each has. */
function endOfSamples(
  stco: DataView | undefined,
  co64: DataView | undefined,
  stsc: DataView | undefined,
  sizes: Sizes,
): number | null {
  const offsets = co64 ?? stco
  if (!offsets || !stsc) return null
  const entries = stsc.getUint32(4)
  let end = 0
  let sample = 0
  for (let chunk = 0, entry = 0; chunk < offsets.getUint32(4) && sample < sizes.count; chunk++) {
    while (entry + 1 < entries && stsc.getUint32(8 + (entry + 1) * 12) <= chunk + 1) entry += 1
    let at = co64 ? Number(co64.getBigUint64(8 + chunk * 8)) : offsets.getUint32(8 + chunk * 4)
    const last = Math.min(sample + stsc.getUint32(12 + entry * 12), sizes.count)
    for (; sample < last; sample++) at += sizes.of(sample)
    end = Math.max(end, at)
  }
  return sample < sizes.count ? null : end
}

/** Which part of the media is shown, and how much later than the movie it begins. Ticks of the track. */
interface Edit {
  mediaStart: number
  mediaEnd: number
  delay: number
  listed: boolean
}

function readEdit(
  elst: DataView | undefined,
  timescale: number,
  movieTimescale: number,
): Edit | null {
  const edit: Edit = { mediaStart: 0, mediaEnd: Number.POSITIVE_INFINITY, delay: 0, listed: false }
  if (!elst) return edit
  edit.listed = true
  const long = elst.getUint8(0) === 1
  const entries = elst.getUint32(4)
  // Empty edits delay; behind them exactly one piece of media, at its own speed.
  for (let entry = 0; entry < entries; entry++) {
    const at = 8 + entry * (long ? 20 : 12)
    const duration = long ? Number(elst.getBigUint64(at)) : elst.getUint32(at)
    const mediaTime = long ? Number(elst.getBigInt64(at + 8)) : elst.getInt32(at + 4)
    const rate = elst.getInt32(at + (long ? 16 : 8))
    const ticks = Math.round((duration * timescale) / movieTimescale)
    if (mediaTime === -1) {
      if (entry === entries - 1) return null
      edit.delay += ticks
      continue
    }
    if (entry !== entries - 1 || mediaTime < 0 || rate !== 0x10000) return null
    edit.mediaStart = mediaTime
    if (duration > 0) edit.mediaEnd = mediaTime + ticks
  }
  return edit
}

/** FFmpeg discards what lies outside the edit, and begins the rest where the edit begins; without a list times stay. */
function applyEdit(times: Times, keys: Uint8Array, edit: Edit, timebase: Rational): PacketTable {
  const { dts, cts, durations } = times
  const shown = (sample: number) => {
    const at = cts[sample] ?? 0
    return at >= edit.mediaStart && at < edit.mediaEnd
  }
  let count = 0
  let first = Number.POSITIVE_INFINITY
  for (let i = 0; i < cts.length; i++) {
    if (!shown(i)) continue
    count += 1
    first = Math.min(first, cts[i] ?? first)
  }
  const shift = edit.listed ? edit.delay - first : 0
  const pts = new Float64Array(count)
  const decoding = new Float64Array(count)
  const keyframes: number[] = []
  let lastDuration = 0
  let latest = Number.NEGATIVE_INFINITY
  let packet = 0
  for (let i = 0; i < cts.length; i++) {
    if (!shown(i)) continue
    const at = cts[i] ?? 0
    pts[packet] = at + shift
    decoding[packet] = (dts[i] ?? 0) + shift
    if (keys[i]) keyframes.push(packet)
    if (at >= latest) {
      latest = at
      lastDuration = Math.min(durations[i] ?? 0, edit.mediaEnd - at)
    }
    packet += 1
  }
  return { timebase, pts, dts: decoding, lastDuration, keyframes }
}
