// The laws of S3 multipart upload and the division of a file into parts. Read by the upload function and by the portal:
// plain values, no schema.

const mebibyte = 1024 * 1024

/** S3: «Part numbers can be any number from 1 to 10,000, inclusive». */
export const maxPartNumber = 10_000
/** S3: every part but the last has at least 5 MiB. */
export const minPartBytes = 5 * mebibyte
/** Below the 100 MB body caps of common reverse proxies for files up to 900 GB. */
export const usualPartBytes = 8 * mebibyte
/** A little under 10,000, so that rounding the size of a part never runs into the limit. */
const wantedParts = 9_500
/** The most part numbers one call may ask to be signed. */
export const maxPartsPerCall = 100
/** Design §2: a larger file is refused when the upload begins. */
export const maxSourceBytes = 60_000_000_000

export interface PartPlan {
  /** Size of every part but the last. All equal: some stores (R2) refuse anything else. */
  partBytes: number
  partCount: number
}

/** The parts of a file of `sizeBytes` (1 or more). */
export function planParts(sizeBytes: number): PartPlan {
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 1) {
    throw new RangeError('a file has at least one byte')
  }
  const needed = Math.ceil(sizeBytes / wantedParts / mebibyte) * mebibyte
  const partBytes = Math.max(usualPartBytes, needed)
  return { partBytes, partCount: Math.ceil(sizeBytes / partBytes) }
}

/** Where part `partNumber` (from 1) lies in the file: `start` inclusive, `end` exclusive. */
export function partRange(
  sizeBytes: number,
  partNumber: number,
  { partBytes, partCount } = planParts(sizeBytes),
): { start: number; end: number } {
  if (!Number.isInteger(partNumber) || partNumber < 1 || partNumber > partCount) {
    throw new RangeError(`part ${partNumber} is not one of 1..${partCount}`)
  }
  const start = (partNumber - 1) * partBytes
  return { start, end: Math.min(start + partBytes, sizeBytes) }
}

/** What identifies «the same file again» on one machine: name, size and time of the last change. Never content. */
export function fileFingerprint(file: {
  name: string
  size: number
  lastModified: number
}): string {
  return `${file.size}-${file.lastModified}-${file.name}`.slice(0, 400)
}
