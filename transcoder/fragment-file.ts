// Reads what FFmpeg has written in fragments by the heads of those, and holds no more: of hundreds of megabytes a few kilobytes; the
// pictures stay in the file.
import { damaged } from './boxes.ts'
import { type FileBox, type FileBytes, fileBoxes, withFileBytes } from './file-boxes.ts'
import { type FragmentFacts, type InitFacts, readFragmentHead, readInit } from './fragments.ts'

/** Kinds of NAL units (ITU-T H.264 table 7-1). */
export const nalUnit = { slice: 1, idr: 5, sps: 7 }

export interface FragmentFile {
  /** Of the init section. */
  section: Uint8Array
  init: InitFacts
  fragments: FragmentInFile[]
}

export interface FragmentInFile {
  start: number
  facts: FragmentFacts
  /** The kinds of its units up to the first of a picture. */
  entryUnits: ReadonlySet<number>
}

/** @throws MillraceError `check-failed` when it is not what FFmpeg writes. */
export const readFragmentFile = (path: string): Promise<FragmentFile> =>
  withFileBytes(path, readAll)

async function readAll(file: FileBytes): Promise<FragmentFile> {
  let head: { section: Uint8Array; init: InitFacts } | null = null
  const fragments: FragmentInFile[] = []
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
      fragments.push(await readFragmentAt(file, { start, moof, mdat: box }, head.init))
      start = box.end
      moof = null
    }
  }
  if (!head) throw damaged('object has no moov')
  if (start !== file.length) throw damaged('object goes on after its last fragment')
  return { ...head, fragments }
}

async function readFragmentAt(
  file: FileBytes,
  { start, moof, mdat }: { start: number; moof: FileBox; mdat: FileBox },
  init: InitFacts,
): Promise<FragmentInFile> {
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
