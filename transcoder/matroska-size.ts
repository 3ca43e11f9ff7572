// Where a Matroska or WebM file says that it ends: a copy that was cut is not taken for a shorter film. Pure.

const headerId = [0x1a, 0x45, 0xdf, 0xa3]
const segmentId = [0x18, 0x53, 0x80, 0x67]

/** A size in as many bytes as its first byte has leading zeros, and one (RFC 8794 §4); all ones: not known. */
function readSize(bytes: Uint8Array, at: number): { length: number; size: number | null } | null {
  const first = bytes[at] ?? 0
  const length = Math.clz32(first) - 23
  if (first === 0 || at + length > bytes.byteLength) return null
  let size = first & (0xff >> length)
  let isKnown = size !== 0xff >> length
  for (let i = 1; i < length; i++) {
    const byte = bytes[at + i] ?? 0
    isKnown ||= byte !== 0xff
    size = size * 256 + byte
  }
  return { length, size: isKnown ? size : null }
}

/** The byte behind the Segment, by the file's own first bytes; null when it does not say, as in a live recording. */
export function segmentEnd(head: Uint8Array): number | null {
  const isAt = (id: readonly number[], at: number) => id.every((byte, i) => head[at + i] === byte)
  if (!isAt(headerId, 0)) return null
  const header = readSize(head, headerId.length)
  if (!header || header.size === null) return null
  const at = headerId.length + header.length + header.size
  if (!isAt(segmentId, at)) return null
  const segment = readSize(head, at + segmentId.length)
  if (!segment || segment.size === null) return null
  return at + segmentId.length + segment.length + segment.size
}
