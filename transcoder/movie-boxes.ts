// Boxes of QuickTime and MP4 files (ISO/IEC 14496-12 §4.2), and the movie box out of a file of any length by a few short
// reads. Whatever is damaged is «not there»: FFmpeg judges the file, this only spares reading all of it.

export interface Box {
  type: string
  /** The box without its header. */
  body: DataView
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

const typeAt = (view: DataView, at: number) =>
  String.fromCharCode(...[0, 1, 2, 3].map(i => view.getUint8(at + 4 + i)))

/** Header length and total length of the box at `at`; `left`: bytes to the end of what holds it. Null when damaged. */
function measure(
  view: DataView,
  at: number,
  left: number,
): { header: number; size: number } | null {
  if (view.byteLength - at < 8) return null
  const short = view.getUint32(at)
  if (short === 0) return { header: 8, size: left }
  if (short !== 1) return short < 8 ? null : { header: 8, size: short }
  if (view.byteLength - at < 16) return null
  const size = Number(view.getBigUint64(at + 8))
  return size < 16 || !Number.isSafeInteger(size) ? null : { header: 16, size }
}

/** The boxes inside `view` from `from` on, up to the first that is damaged. */
export function boxesIn(view: DataView, from = 0): Box[] {
  const boxes: Box[] = []
  for (let at = from; view.byteLength - at >= 8; ) {
    const measured = measure(view, at, view.byteLength - at)
    if (!measured || measured.size > view.byteLength - at) break
    const { header, size } = measured
    const body = new DataView(view.buffer, view.byteOffset + at + header, size - header)
    boxes.push({ type: typeAt(view, at), body })
    at += size
  }
  return boxes
}

/** The first box at a path like `mdia/minf/stbl`. */
export function findBox(view: DataView, path: string): DataView | undefined {
  let found: DataView | undefined = view
  for (const type of path.split('/')) {
    if (found) found = boxesIn(found).find(box => box.type === type)?.body
  }
  return found
}

/** The clock of `mvhd` and `mdhd`: behind two dates whose length the version tells. */
export const timescaleOf = (header: DataView | undefined): number =>
  header?.getUint32(header.getUint8(0) === 1 ? 20 : 12) ?? 0

/** An index of eight hours with 120 frames a second and ten sound tracks is about this large. */
const maxMovieBytes = 256 * 1024 * 1024
/** Files as cameras write them have a handful of boxes before the movie; one with thousands is fragmented. */
const maxBoxesWalked = 64

/** The body of the file's `moov`; null when it is not found in a few steps, too large, or not all there. */
export async function readMovieBox(source: {
  read(start: number, end: number): Promise<Uint8Array>
  sizeBytes: number
}): Promise<DataView | null> {
  const { read, sizeBytes } = source
  let at = 0
  for (let walked = 0; walked < maxBoxesWalked && at + 8 <= sizeBytes; walked++) {
    const head = viewOf(await read(at, Math.min(at + 16, sizeBytes)))
    const measured = measure(head, 0, sizeBytes - at)
    if (!measured) return null
    const { header, size } = measured
    if (typeAt(head, 0) === 'moov') {
      if (size > maxMovieBytes || at + size > sizeBytes) return null
      return viewOf(await read(at + header, at + size))
    }
    at += size
  }
  return null
}
