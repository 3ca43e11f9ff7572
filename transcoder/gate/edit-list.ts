// Edit lists of anybody: pauses first, then where the track begins (ISO/IEC 14496-12 §8.6.6). What comes after the first edit
// that plays is left out. Pure.
import { type Bytes, boxAt, findBox } from '../boxes.ts'

/** What the edit list takes off every composition time, on the track's timescale; negative where it begins with a pause. */
export function anyEditTicks(trak: Bytes, moov: Bytes): number {
  const edts = findBox(trak, 'edts')
  const elst = edts && findBox(edts, 'elst')
  if (!elst) return 0
  const isLong = elst.u8(0) === 1
  const count = elst.u32(4)
  let pause = 0
  for (let entry = 0, at = 8; entry < count; entry++, at += isLong ? 20 : 12) {
    const duration = isLong ? elst.u64(at) : elst.u32(at)
    // «If this value is −1, it is an empty edit»: all ones in both widths.
    const high = isLong ? elst.i32(at + 8) : 0
    const low = isLong ? elst.u32(at + 12) : elst.u32(at + 4)
    const isPause = isLong ? high === -1 : low === 0xffffffff
    if (isPause) pause += duration
    else return low - (pause > 0 ? pause * ticksRatio(trak, moov) : 0)
  }
  return 0
}

/** Pauses count on the movie's timescale. */
function ticksRatio(trak: Bytes, moov: Bytes): number {
  const timescaleOf = (header: Bytes) => header.u32(header.u8(0) === 1 ? 20 : 12)
  const movie = timescaleOf(boxAt(moov, 'mvhd'))
  return movie > 0 ? timescaleOf(boxAt(trak, 'mdia', 'mdhd')) / movie : 0
}
