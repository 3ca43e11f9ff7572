// Edit lists (ISO/IEC 14496-12 §8.6.6) that show the same film again and again: a few bytes each, and FFmpeg reads all of it for
// every one. Refused from the index alone, in words. Whatever it can't read is left to FFmpeg. Pure.
import { MillraceError } from '#domain/errors.ts'
import { boxesIn, findBox, timescaleOf } from './movie-boxes.ts'

/** More than a film read four times over, and half a million besides: a cut film repeats a GOP for each of its pieces. */
const mostReadings = 4
const packetsBesides = 500_000

const shownAgain =
  'The file shows its video in very many pieces, and almost all of it would have to be read again for each of them. Export it as one film and upload that.'

/** @throws MillraceError `too-long`, `unsupported-source` */
export function refuseEndlessEdits(
  movie: DataView,
  { maxDurationSeconds }: { maxDurationSeconds: number },
): void {
  for (const { type, body } of boxesIn(movie)) {
    const edited = type === 'trak' ? readEdited(movie, body) : null
    if (!edited || edited.pieces < 2) continue
    const { pieces, seconds, packets, samples } = edited
    if (seconds > maxDurationSeconds) {
      throw new MillraceError('too-long', { detail: `${pieces} edits of ${Math.round(seconds)} s` })
    }
    if (packets > mostReadings * samples + packetsBesides) {
      const detail = `${pieces} edits of ${samples} samples: about ${Math.round(packets)} packets`
      throw new MillraceError('unsupported-source', { message: shownAgain, detail })
    }
  }
}

interface Edited {
  pieces: number
  /** What all of them show together. */
  seconds: number
  /** What is read for them, each from a keyframe on. */
  packets: number
  samples: number
}

function readEdited(movie: DataView, track: DataView): Edited | null {
  try {
    const elst = findBox(track, 'edts/elst')
    const table = findBox(track, 'mdia/minf/stbl')
    const timescale = timescaleOf(findBox(track, 'mdia/mdhd'))
    const movieTimescale = timescaleOf(findBox(movie, 'mvhd'))
    if (!elst || !table || !timescale || !movieTimescale) return null
    const samples = findBox(table, 'stsz')?.getUint32(8) ?? 0
    const ticks = lengthOf(findBox(table, 'stts'))
    const gop = longestGop(findBox(table, 'stss'), samples)
    const edited: Edited = { pieces: 0, seconds: 0, packets: 0, samples }
    for (const { duration, mediaTime } of editsOf(elst)) {
      if (mediaTime < 0) continue
      const left = Math.max(0, ticks - mediaTime)
      const shown = duration === 0 ? left : Math.min(left, (duration * timescale) / movieTimescale)
      edited.pieces += 1
      edited.seconds += shown / timescale
      edited.packets += gop + (ticks > 0 ? (shown / ticks) * samples : 0)
    }
    return edited
  } catch (thrown) {
    // A field that points outside its box.
    if (thrown instanceof RangeError) return null
    throw thrown
  }
}

function* editsOf(elst: DataView) {
  const long = elst.getUint8(0) === 1
  const bytes = long ? 20 : 12
  const entries = Math.min(elst.getUint32(4), Math.floor((elst.byteLength - 8) / bytes))
  for (let entry = 0; entry < entries; entry++) {
    const at = 8 + entry * bytes
    yield long
      ? { duration: Number(elst.getBigUint64(at)), mediaTime: Number(elst.getBigInt64(at + 8)) }
      : { duration: elst.getUint32(at), mediaTime: elst.getInt32(at + 4) }
  }
}

/** Ticks of all samples together. */
function lengthOf(stts: DataView | undefined): number {
  let ticks = 0
  for (let entry = 0; entry < (stts?.getUint32(4) ?? 0); entry++) {
    const at = 8 + entry * 8
    ticks += (stts?.getUint32(at) ?? 0) * Math.max(0, stts?.getInt32(at + 4) ?? 0)
  }
  return ticks
}

/** Samples from a keyframe to the next; without a list every sample is one. */
function longestGop(stss: DataView | undefined, samples: number): number {
  if (!stss) return 1
  let longest = 0
  let last = 1
  for (let entry = 0; entry < stss.getUint32(4); entry++) {
    const sample = stss.getUint32(8 + entry * 4)
    longest = Math.max(longest, sample - last)
    last = sample
  }
  return Math.max(longest, samples + 1 - last)
}
