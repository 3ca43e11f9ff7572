// Stretches of a file put one behind the other, as one body: what an object is made of where it has no file of its own.
import type { FileHandle } from 'node:fs/promises'

/** `end` is the first byte that no longer belongs to it. */
export interface FileRange {
  start: number
  end: number
}

export const bytesOf = (ranges: readonly FileRange[]): number =>
  ranges.reduce((sum, { start, end }) => sum + end - start, 0)

/**
 * Fills `body` with what lies from byte `from` on of the stretches together.
 * @throws Error where the file is shorter than they say
 */
export async function readRanges(
  file: FileHandle,
  ranges: readonly FileRange[],
  { body, from }: { body: Uint8Array; from: number },
): Promise<void> {
  let before = 0
  let filled = 0
  for (const { start, end } of ranges) {
    const skipped = Math.max(0, from + filled - before)
    const length = Math.min(end - start - skipped, body.byteLength - filled)
    before += end - start
    if (length <= 0) continue
    const { bytesRead } = await file.read(body, filled, length, start + skipped)
    if (bytesRead !== length) throw new Error(`the file ends before byte ${end}`)
    filled += length
  }
}
