// Small fragmented MP4 objects written byte by byte, so that tests of their reader know every number in them.
import { box, u16, u32 } from '../../transcoder/box-writing.ts'

const text = (value: string) => Buffer.from(value, 'latin1')
const u8 = (...values: number[]) => Buffer.from(values)

const zeros = (bytes: number) => Buffer.alloc(bytes)
const handler = (type: string) => box('hdlr', u32(0, 0), text(type), zeros(13))
const trex = box('mvex', box('trex', u32(0, 1, 1, 1024, 0, 0)))

function init(timescale: number, handlerType: string, entry: Buffer, editTicks: number): Buffer {
  const stbl = box('stbl', box('stsd', u32(0, 1), entry))
  const mdhd = box('mdhd', u32(0, 0, 0, timescale, 0, 0))
  const mdia = box('mdia', mdhd, handler(handlerType), box('minf', stbl))
  const edits = box('edts', box('elst', u32(0, 1, 0, editTicks, 0x10000)))
  const moov = box('moov', box('trak', box('tkhd', zeros(84)), edits, mdia), trex)
  return Buffer.concat([box('ftyp', text('iso5')), moov])
}

export function videoInit({
  timescale = 12_800,
  editTicks = 1024,
  width = 426,
  height = 240,
  level = 21,
} = {}) {
  const avcC = box('avcC', u8(1, 0x64, 0, level, 0xff))
  const entry = box('avc1', zeros(24), u16(width), u16(height), zeros(50), avcC)
  return init(timescale, 'vide', entry, editTicks)
}

export function audioInit({ timescale = 48_000, editTicks = 1024 } = {}) {
  const specific = u8(5, 2, 0x11, 0x90)
  const decoder = u8(4, 17, 0x40, ...zeros(12), ...specific)
  const esds = box('esds', u32(0), u8(3, 3 + decoder.length), u16(1), u8(0), decoder)
  const entry = box('mp4a', zeros(16), u16(2), u16(16), zeros(4), u32(timescale * 65536), esds)
  return init(timescale, 'soun', entry, editTicks)
}

export interface WrittenFragment {
  startTicks: number
  sampleTicks: number
  /** Bytes of each sample. */
  sizes: number[]
  /** Composition offset of every sample; none when 0. */
  offset?: number
  keyframe?: boolean
}

export function fragment(written: WrittenFragment): Buffer {
  const { startTicks, sampleTicks, sizes, offset = 0, keyframe = true } = written
  const nonSync = 0x1010000
  const write = (dataOffset: number) => {
    const tfhd = box('tfhd', u32(0x020028, 1, sampleTicks, nonSync))
    const tfdt = box('tfdt', u32(0x01000000, 0, startTicks))
    const rows = sizes.map(size => u32(size, offset))
    const head = u32(0xa05, sizes.length, dataOffset, keyframe ? 0x2000000 : nonSync)
    return box('moof', box('mfhd', u32(0, 1)), box('traf', tfhd, tfdt, box('trun', head, ...rows)))
  }
  const moofBytes = write(0).length
  const data = zeros(sizes.reduce((sum, size) => sum + size, 0))
  return Buffer.concat([write(moofBytes + 8), box('mdat', data)])
}
