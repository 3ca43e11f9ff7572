// Puts the presentation times of our fMP4 where a player that reads no edit list looks for them. hls.js takes a fragment for as
// late as its first composition offset: near the end of a growing list it would fetch the last segment again at every change of
// quality. Bytes change in place, sizes never.

const edits = 'edts'
/** ISO/IEC 14496-12 §8.8.8: «sample-composition-time-offsets-present», and the fields before it in each sample. */
const hasOffsets = 0x800
const sampleFields = [0x100, 0x200, 0x400]
const beforeSamples = [0x1, 0x4]
const bitsOf = (flags: number, fields: readonly number[]) =>
  fields.filter(field => flags & field).length

interface Box {
  type: string
  /** Where its body begins and ends. */
  start: number
  end: number
}

/** Boxes between two offsets; a damaged one ends the walk, and the browser will say what is wrong with it. */
function* boxes(view: DataView, start: number, end: number): Generator<Box> {
  for (let at = start; at + 8 <= end; ) {
    const size = view.getUint32(at)
    if (size < 8 || at + size > end) return
    yield { type: nameAt(view, at + 4), start: at + 8, end: at + size }
    at += size
  }
}

const nameAt = (view: DataView, at: number) =>
  String.fromCharCode(...[0, 1, 2, 3].map(i => view.getUint8(at + i)))

/** All boxes at the end of a path, such as `moof/traf/trun`. */
function* inside(view: DataView, path: readonly string[], within: Box): Generator<Box> {
  const [type, ...rest] = path
  for (const box of boxes(view, within.start, within.end)) {
    if (box.type !== type) continue
    if (rest.length === 0) yield box
    else yield* inside(view, rest, box)
  }
}

/**
 * An init section loses the edit list of its picture, a fragment the offset by which its first picture is shown late. Right for
 * closed GOPs whose first frame is shown first, as every segment of ours is. Sound stays as it is.
 */
export function showFromZero(bytes: ArrayBuffer): void {
  const view = new DataView(bytes)
  const whole = { type: '', start: 0, end: bytes.byteLength }
  for (const track of inside(view, ['moov', 'trak'], whole)) {
    if (isPicture(view, track)) dropEdits(view, track)
  }
  for (const run of inside(view, ['moof', 'traf', 'trun'], whole)) moveSamples(view, run)
}

function isPicture(view: DataView, track: Box): boolean {
  const [handler] = inside(view, ['mdia', 'hdlr'], track)
  if (!handler || handler.start + 12 > handler.end) return false
  return nameAt(view, handler.start + 8) === 'vide'
}

function dropEdits(view: DataView, track: Box): void {
  for (const { start } of inside(view, [edits], track)) {
    for (const [i, letter] of [...'free'].entries())
      view.setUint8(start - 4 + i, letter.charCodeAt(0))
  }
}

function moveSamples(view: DataView, { start, end }: Box): void {
  if (start + 4 > end) return
  const flags = view.getUint32(start) & 0xffffff
  if (!(flags & hasOffsets)) return
  const first = start + 8 + 4 * bitsOf(flags, beforeSamples)
  const ahead = 4 * bitsOf(flags, sampleFields)
  // Flags of each sample come before its offset, nothing after it.
  const step = ahead + 4
  // A run may have no samples (§8.8.8.1).
  if (first + step > end) return
  const late = view.getInt32(first + ahead)
  // Version 1: offsets have a sign.
  view.setUint8(start, 1)
  for (let at = first + ahead; at + 4 <= end; at += step)
    view.setInt32(at, view.getInt32(at) - late)
}
