// A file of several copied chunks as an object each: where the bytes of each lie in it, with the facts of its record.
import { createReadStream, createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { readFragmentFile } from './fragment-file.ts'
import { type Packed, recordOf } from './pack.ts'

export interface CopiedPart {
  packed: Packed
  /** Of each fragment: the kinds of its units up to the first of a picture. */
  entryUnits: ReadonlySet<number>[]
}

/**
 * @param fragments of each chunk; what is too many stays with the last one, whose check will tell
 * @throws MillraceError `check-failed` when it is not what FFmpeg writes.
 */
export async function packParts(path: string, fragments: readonly number[]): Promise<CopiedPart[]> {
  const { section, init, fragments: copied } = await readFragmentFile(path)
  const parts: CopiedPart[] = []
  let next = 0
  for (const [part, count] of fragments.entries()) {
    const isLast = part === fragments.length - 1
    const own = copied.slice(next, isLast ? undefined : next + count)
    next += count
    const facts = own.map(({ facts }) => facts)
    const start = own[0]?.start ?? 0
    const end = facts.reduce((sum, { bytes }) => sum + bytes, start)
    const ranges = [
      { start: 0, end: section.byteLength },
      { start, end },
    ]
    const packed = recordOf({ path, ranges }, { section, init }, facts)
    parts.push({ packed, entryUnits: own.map(({ entryUnits }) => entryUnits) })
  }
  return parts
}

/** The object in a file of its own. */
export async function cutOut({ path, ranges }: Packed, to: string): Promise<string> {
  for (const [index, { start, end }] of ranges.entries()) {
    const flags = index === 0 ? 'w' : 'a'
    await pipeline(
      createReadStream(path, { start, end: end - 1 }),
      createWriteStream(to, { flags }),
    )
  }
  return to
}
