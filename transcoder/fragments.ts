// Reads init sections and fragments of fragmented MP4: the facts a chunk's record is made from and its check looks at. One
// track a file, as the encoder writes it; anything else is refused with `check-failed`. Pure.
import type { Fragment } from '#domain/item.ts'
import { type Box, Bytes, boxAt, boxesOf, damaged, findBox } from './boxes.ts'
import { readSps, type SpsFacts } from './sps.ts'

export interface InitFacts {
  kind: 'video' | 'audio'
  /** RFC 6381: `avc1.64001F`, `mp4a.40.2`. */
  codec: string
  /** Ticks a second of all times of the track. */
  timescale: number
  /** Pixels as the sample entry says; 0 for sound. */
  width: number
  height: number
  /** What the decoder is told; null for sound, and where the init section holds no parameter set. */
  sps: SpsFacts | null
  /** 0 for pictures. */
  channels: number
  sampleRate: number
  /** What the edit list takes off every composition time (reorder delay, priming), ticks. */
  editTicks: number
  /** trex: what fragments leave unsaid. */
  defaults: SampleDefaults
}

interface SampleDefaults {
  duration: number
  size: number
  flags: number
}

export interface FragmentFacts extends Fragment {
  /** tfdt: decode time of the first sample. */
  startTicks: number
  samples: number
  startsWithKeyframe: boolean
  /** Earliest composition time, and the end of the latest, before the edit list. */
  compositionStart: number
  compositionEnd: number
}

export interface SplitObject {
  init: Uint8Array
  /** Each from the first box after the one before to the end of its mdat. */
  fragments: Uint8Array[]
}

/** Divides an object into its init section and fragments. */
export function splitObject(object: Uint8Array): SplitObject {
  const boxes = boxesOf(new Bytes(object, 'object'))
  const moov = boxes.find(({ type }) => type === 'moov')
  if (!moov) throw damaged('object has no moov')
  const fragments: Uint8Array[] = []
  let start = moov.end
  for (const box of boxes) {
    if (box.start < moov.end || box.type !== 'mdat') continue
    fragments.push(object.subarray(start, box.end))
    start = box.end
  }
  if (start !== object.byteLength) throw damaged('object goes on after its last fragment')
  return { init: object.subarray(0, moov.end), fragments }
}

const hex = (byte: number) => byte.toString(16).padStart(2, '0').toUpperCase()

/** @param readEdit what the edit list of a trak takes off; usually the encoder's one entry, or none. */
export function readInit(
  init: Uint8Array,
  readEdit: (trak: Bytes, moov: Bytes) => number = editTicksOf,
): InitFacts {
  const moov = boxAt(new Bytes(init, 'init section'), 'moov')
  const traks = boxesOf(moov).filter(({ type }) => type === 'trak')
  const [trak] = traks
  if (!trak || traks.length !== 1) throw damaged(`init section has ${traks.length} tracks`)
  const handler = boxAt(trak.body, 'mdia', 'hdlr').fourcc(8)
  const mdhd = boxAt(trak.body, 'mdia', 'mdhd')
  const timescale = mdhd.u32(mdhd.u8(0) === 1 ? 20 : 12)
  if (timescale === 0) throw damaged('timescale is 0')
  // stsd: version and flags, number of entries, then the entries as boxes.
  const [entry] = boxesOf(boxAt(trak.body, 'mdia', 'minf', 'stbl', 'stsd'), 8)
  if (!entry) throw damaged('stsd has no entry')
  const common = { timescale, editTicks: readEdit(trak.body, moov), defaults: defaultsOf(moov) }
  if (handler === 'vide') return { kind: 'video', ...common, ...pictureOf(entry) }
  if (handler === 'soun') return { kind: 'audio', ...common, ...soundOf(entry) }
  throw damaged('track is neither picture nor sound')
}

function pictureOf({ type, body }: Box) {
  const avcC = type === 'avc1' ? findBox(body, 'avcC', 78) : undefined
  if (!avcC) throw damaged(`sample entry ${type} is not H.264`)
  const codec = `avc1.${hex(avcC.u8(1))}${hex(avcC.u8(2))}${hex(avcC.u8(3))}`
  const size = { width: body.u16(24), height: body.u16(26) }
  return { codec, ...size, sps: spsOf(avcC), channels: 0, sampleRate: 0 }
}

/** The first set of an avcC (ISO/IEC 14496-15 §5.3.3.1): five bytes, how many sets, the length of each before it. */
function spsOf(avcC: Bytes): SpsFacts | null {
  if (avcC.length < 6 || (avcC.u8(5) & 0x1f) === 0) return null
  return readSps(avcC.slice(8, 8 + avcC.u16(6)).data)
}

function soundOf({ type, body }: Box) {
  const esds = type === 'mp4a' ? findBox(body, 'esds', 28) : undefined
  if (!esds) throw damaged(`sample entry ${type} is not AAC`)
  const { objectType, config } = decoderConfigOf(esds)
  // ISO/IEC 14496-3 §1.6.2.1: the first five bits name the audio object type.
  const codec = `mp4a.${hex(objectType).toLowerCase()}.${config.u8(0) >> 3}`
  const sound = { channels: body.u16(16), sampleRate: body.u32(24) >>> 16 }
  return { codec, width: 0, height: 0, sps: null, ...sound }
}

/** esds → ES_Descriptor (3) → DecoderConfigDescriptor (4) → DecoderSpecificInfo (5): ISO/IEC 14496-1 §7.2.6. */
function decoderConfigOf(esds: Bytes): { objectType: number; config: Bytes } {
  const es = descriptor(esds, 4, 3)
  if (es.u8(2) !== 0) throw damaged('esds has optional fields')
  const decoder = descriptor(es, 3, 4)
  return { objectType: decoder.u8(0), config: descriptor(decoder, 13, 5) }
}

function descriptor(bytes: Bytes, from: number, tag: number): Bytes {
  if (bytes.u8(from) !== tag) throw damaged(`esds has no descriptor ${tag}`)
  let at = from + 1
  let size = 0
  // The size comes in groups of seven bits, at most four of them.
  for (let group = 0; group < 4; group++) {
    const byte = bytes.u8(at++)
    size = size * 128 + (byte & 0x7f)
    if (byte < 0x80) break
  }
  return bytes.slice(at, at + size)
}

/** media_time of the only edit; the encoder writes no pauses (−1) before it. */
function editTicksOf(trak: Bytes): number {
  const edit = editOf(trak)
  if (!edit) return 0
  const mediaTime = edit.i32(4)
  if (mediaTime < 0) throw damaged('edit list is a pause')
  return mediaTime
}

/** The only entry of a short edit list (§8.6.6, version 0): duration, media time, rate. */
function editOf(trak: Bytes): Bytes | undefined {
  const edts = findBox(trak, 'edts')
  const elst = edts && findBox(edts, 'elst')
  if (!elst || elst.u32(4) === 0) return undefined
  if (elst.u8(0) !== 0 || elst.u32(4) !== 1) throw damaged('edit list is not one short entry')
  return elst.slice(8, 20)
}

/** The init section with another media time in its edit list. @throws MillraceError `check-failed` when it has none. */
export function withEditTicks(init: Uint8Array, ticks: number): Uint8Array {
  const changed = Uint8Array.from(init)
  const edit = editOf(boxAt(new Bytes(changed, 'init section'), 'moov', 'trak'))
  if (!edit) throw damaged('init section has no edit list')
  new DataView(edit.data.buffer, edit.data.byteOffset, edit.length).setUint32(4, ticks)
  return changed
}

function defaultsOf(moov: Bytes): SampleDefaults {
  const trex = boxAt(moov, 'mvex', 'trex')
  return { duration: trex.u32(12), size: trex.u32(16), flags: trex.u32(20) }
}

const nonSync = 0x10000
/** A fragment lasts seconds: more samples are a damaged count. */
const maxSamples = 100_000

/** tfhd: defaults of the fragment over those of the init section (§8.8.7). */
function fragmentDefaults(tfhd: Bytes, defaults: SampleDefaults): SampleDefaults {
  const flags = tfhd.u32(0) & 0xffffff
  if (flags & 0x1 || !(flags & 0x20000)) throw damaged('offsets do not count from the moof')
  let at = flags & 0x2 ? 12 : 8
  const next = (bit: number, otherwise: number) => {
    if (!(flags & bit)) return otherwise
    at += 4
    return tfhd.u32(at - 4)
  }
  return {
    duration: next(0x8, defaults.duration),
    size: next(0x10, defaults.size),
    flags: next(0x20, defaults.flags),
  }
}

interface Sample extends SampleDefaults {
  compositionOffset: number
}

/** trun: its samples, and where their data begins, counted from the moof (§8.8.8). */
function readRun(trun: Bytes, defaults: SampleDefaults): { dataOffset: number; samples: Sample[] } {
  const flags = trun.u32(0) & 0xffffff
  const count = trun.u32(4)
  if (count > maxSamples) throw damaged(`trun has ${count} samples`)
  if (!(flags & 0x1)) throw damaged('trun does not say where its data is')
  const dataOffset = trun.i32(8)
  let at = 12
  const take = (bit: number, otherwise: number) => {
    if (!(flags & bit)) return otherwise
    at += 4
    return trun.u32(at - 4)
  }
  const firstFlags = take(0x4, defaults.flags)
  const samples: Sample[] = []
  for (let index = 0; index < count; index++) {
    const duration = take(0x100, defaults.duration)
    const size = take(0x200, defaults.size)
    const sampleFlags = take(0x400, index === 0 ? firstFlags : defaults.flags)
    // Signed in both versions: FFmpeg writes small offsets only, and 2^31 ticks are hours.
    const compositionOffset = take(0x800, 0) | 0
    samples.push({ duration, size, flags: sampleFlags, compositionOffset })
  }
  return { dataOffset, samples }
}

export interface FragmentSamples {
  /** Decode time of the first. */
  startTicks: number
  /** Where their data begins, counted from the moof; each lies behind the one before it. */
  dataStart: number
  samples: Sample[]
}

/** The samples of a moof of one track whose data is in one piece. */
export function readSamples(moof: Bytes, init: Pick<InitFacts, 'defaults'>): FragmentSamples {
  const traf = onlyTrack(moof)
  const defaults = fragmentDefaults(boxAt(traf, 'tfhd'), init.defaults)
  const read: FragmentSamples = { startTicks: startOf(traf), dataStart: 0, samples: [] }
  let dataEnd: number | null = null
  for (const { type, body } of boxesOf(traf)) {
    if (type !== 'trun') continue
    const run = readRun(body, defaults)
    if (dataEnd === null) read.dataStart = run.dataOffset
    else if (run.dataOffset !== dataEnd) throw damaged('samples do not lie one behind the other')
    dataEnd = run.samples.reduce((sum, { size }) => sum + size, run.dataOffset)
    read.samples.push(...run.samples)
  }
  if (read.samples.length === 0) throw damaged('fragment has no samples')
  return read
}

function onlyTrack(moof: Bytes): Bytes {
  const trafs = boxesOf(moof).filter(({ type }) => type === 'traf')
  const traf = trafs[0]?.body
  if (!traf || trafs.length !== 1) throw damaged(`fragment has ${trafs.length} tracks`)
  return traf
}

function startOf(traf: Bytes): number {
  const tfdt = boxAt(traf, 'tfdt')
  return tfdt.u8(0) === 1 ? tfdt.u64(4) : tfdt.u32(4)
}

/** What a moof says; offsets count from its own start. */
export interface MoofFacts extends Omit<FragmentFacts, 'bytes' | 'keyframeBytes'> {
  dataStart: number
  firstSampleEnd: number
  dataEnd: number
}

/** A moof of one track: all that is known of a fragment without its samples. */
export function readMoof(moof: Bytes, init: InitFacts): MoofFacts {
  const traf = onlyTrack(moof)
  const startTicks = startOf(traf)
  const defaults = fragmentDefaults(boxAt(traf, 'tfhd'), init.defaults)
  const facts = {
    startTicks,
    ticks: 0,
    samples: 0,
    startsWithKeyframe: false,
    compositionStart: Number.POSITIVE_INFINITY,
    compositionEnd: Number.NEGATIVE_INFINITY,
    dataStart: Number.POSITIVE_INFINITY,
    firstSampleEnd: 0,
    dataEnd: 0,
  }
  for (const { type, body } of boxesOf(traf)) {
    if (type !== 'trun') continue
    const run = readRun(body, defaults)
    let dataEnd = run.dataOffset
    facts.dataStart = Math.min(facts.dataStart, dataEnd)
    for (const sample of run.samples) {
      dataEnd += sample.size
      if (facts.samples === 0) {
        facts.firstSampleEnd = dataEnd
        facts.startsWithKeyframe = (sample.flags & nonSync) === 0
      }
      const composed = startTicks + facts.ticks + sample.compositionOffset
      facts.compositionStart = Math.min(facts.compositionStart, composed)
      facts.compositionEnd = Math.max(facts.compositionEnd, composed + sample.duration)
      facts.ticks += sample.duration
      facts.samples++
    }
    facts.dataEnd = Math.max(facts.dataEnd, dataEnd)
  }
  if (facts.samples === 0) throw damaged('fragment has no samples')
  return facts
}

/** Where the boxes of a fragment lie, counted from its own start. */
export interface FragmentPlaces {
  /** Behind the header of the moof: its body. */
  moof: Bytes
  moofStart: number
  /** The body of the mdat, which ends the fragment. */
  dataStart: number
  end: number
}

/** One fragment: styp and sidx if any, a moof with one track, its mdat. */
export function readFragment(fragment: Uint8Array, init: InitFacts): FragmentFacts {
  const boxes = boxesOf(new Bytes(fragment, 'fragment'))
  const moof = boxes.find(({ type }) => type === 'moof')
  const mdat = boxes.at(-1)
  if (!moof || mdat?.type !== 'mdat') throw damaged('fragment is not moof and mdat')
  const { start: moofStart, body } = moof
  const dataStart = mdat.end - mdat.body.length
  return readFragmentHead({ moof: body, moofStart, dataStart, end: mdat.end }, init)
}

/** The same where its samples are not at hand. */
export function readFragmentHead(places: FragmentPlaces, init: InitFacts): FragmentFacts {
  const { moof, moofStart, end } = places
  const { dataStart, firstSampleEnd, dataEnd, ...facts } = readMoof(moof, init)
  if (moofStart + dataStart < places.dataStart) throw damaged('samples begin before the mdat')
  if (moofStart + dataEnd > end) throw damaged('samples end after the mdat')
  return { ...facts, bytes: end, keyframeBytes: moofStart + firstSampleEnd }
}
