// A file of several copied chunks as an object each: where the bytes of each lie in it, with the facts of its record. Reads the
// heads of the fragments and holds no more; the pictures stay where FFmpeg has written them.
import { createReadStream, createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { damaged } from './boxes.ts'
import { type FileBox, type FileBytes, fileBoxes, withFileBytes } from './file-boxes.ts'
import { type FragmentFacts, type InitFacts, readFragmentHead, readInit } from './fragments.ts'
import { type Packed, recordOf } from './pack.ts'

/** Kinds of NAL units (ITU-T H.264 table 7-1). */
export const nalUnit = { slice: 1, idr: 5, sps: 7 }

export interface CopiedPart {
  packed: Packed
  /** Of each fragment: the kinds of its units up to the first of a picture. */
  entryUnits: ReadonlySet<number>[]
}

interface CopiedFragment {
  start: number
  facts: FragmentFacts
  entryUnits: ReadonlySet<number>
}

/**
 * @param fragments of each chunk; what is too many stays with the last one, whose check will tell
 * @throws MillraceError `check-failed` when it is not what FFmpeg writes.
 */
export async function packParts(path: string, fragments: readonly number[]): Promise<CopiedPart[]> {
  const { section, init, copied } = await withFileBytes(path, readCopied)
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

async function readCopied(file: FileBytes) {
  let head: { section: Uint8Array; init: InitFacts } | null = null
  const copied: CopiedFragment[] = []
  let start = 0
  let moof: FileBox | null = null
  for await (const box of fileBoxes(file)) {
    if (box.type === 'moov' && !head) {
      const section = Uint8Array.from((await file.read(0, box.end)).data)
      head = { section, init: readInit(section) }
      start = box.end
    } else if (box.type === 'moof') {
      moof ??= box
    } else if (box.type === 'mdat' && head) {
      if (!moof) throw damaged('fragment is not moof and mdat')
      copied.push(await readCopiedFragment(file, { start, moof, mdat: box }, head.init))
      start = box.end
      moof = null
    }
  }
  if (!head) throw damaged('object has no moov')
  if (start !== file.length) throw damaged('object goes on after its last fragment')
  return { ...head, copied }
}

async function readCopiedFragment(
  file: FileBytes,
  { start, moof, mdat }: { start: number; moof: FileBox; mdat: FileBox },
  init: InitFacts,
): Promise<CopiedFragment> {
  const facts = readFragmentHead(
    {
      moof: await file.read(moof.body, moof.end - moof.body),
      ...{ moofStart: moof.start - start, dataStart: mdat.body - start, end: mdat.end - start },
    },
    init,
  )
  return { start, facts, entryUnits: await readEntryUnits(file, mdat) }
}

/** Damage has thousands that are empty. */
const mostEntryUnits = 4096

/** Units have four bytes of length before each. */
async function readEntryUnits(file: FileBytes, mdat: FileBox): Promise<ReadonlySet<number>> {
  const seen = new Set<number>()
  let at = mdat.body
  for (let units = 0; units < mostEntryUnits && at + 5 <= mdat.end; units++) {
    if (seen.has(nalUnit.idr) || seen.has(nalUnit.slice)) break
    const unit = await file.read(at, 5)
    seen.add(unit.u8(4) & 0x1f)
    at += 4 + unit.u32(0)
  }
  return seen
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
