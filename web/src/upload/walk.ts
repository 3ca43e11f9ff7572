// Walks dropped, pasted or chosen things down to their files: a folder is opened to its last level. Handles come along where the browser
// gives any, so that an upload goes on with one click after a reload. What cannot be read is counted, never thrown.

export interface FoundFile {
  file: File
  /** Chromium's: where the file lies. */
  handle: FileSystemFileHandle | null
  /** It came out of a folder: nobody pointed at it. */
  inFolder: boolean
}

export interface Found {
  files: FoundFile[]
  /** Folders among what was dropped itself. */
  folders: number
  unreadable: number
}

/** What TypeScript's library does not know of yet. */
export interface DroppedItem extends Pick<DataTransferItem, 'kind' | 'getAsFile'> {
  webkitGetAsEntry?(): FileSystemEntry | null
  getAsFileSystemHandle?(): Promise<FileSystemHandle | null>
}

/** Its collator is made here, not with the page: the first word of `Intl` is a slow one. */
function inOrder<Thing extends { name: string }>(things: Thing[]): Thing[] {
  const byName = new Intl.Collator(undefined, { numeric: true })
  return things.sort((a, b) => byName.compare(a.name, b.name))
}

/** Call it in the event itself: later, the browser has forgotten the items. */
export async function walkItems(items: Iterable<DroppedItem>): Promise<Found> {
  const found: Found = { files: [], folders: 0, unreadable: 0 }
  const tops = [...items]
    .filter(item => item.kind === 'file')
    .map(item => ({
      file: item.getAsFile(),
      entry: item.webkitGetAsEntry?.() ?? null,
      handle: item.getAsFileSystemHandle?.().catch(() => null) ?? Promise.resolve(null),
    }))
  for (const { file, entry, handle: asked } of tops) {
    const handle = await asked
    if (isFolder(handle) || entry?.isDirectory) found.folders += 1
    if (isFolder(handle)) await walkHandle(handle, found)
    else if (entry?.isDirectory) await walkEntry(entry, found)
    else if (file)
      found.files.push({ file, handle: isFile(handle) ? handle : null, inFolder: false })
  }
  return found
}

const isFolder = (handle: FileSystemHandle | null): handle is FileSystemDirectoryHandle =>
  handle?.kind === 'directory'
const isFile = (handle: FileSystemHandle | null): handle is FileSystemFileHandle =>
  handle?.kind === 'file'

async function walkHandle(folder: FileSystemDirectoryHandle, found: Found): Promise<void> {
  const children: FileSystemHandle[] = []
  try {
    for await (const child of folder.values()) children.push(child)
  } catch {
    found.unreadable += 1
  }
  for (const child of inOrder(children)) {
    if (isFolder(child)) await walkHandle(child, found)
    else if (isFile(child)) {
      const file = await child.getFile().catch(() => null)
      if (file) found.files.push({ file, handle: child, inFolder: true })
      else found.unreadable += 1
    }
  }
}

async function walkEntry(entry: FileSystemEntry, found: Found): Promise<void> {
  try {
    if (entry.isFile) {
      const file = await new Promise<File>((resolve, reject) =>
        (entry as FileSystemFileEntry).file(resolve, reject),
      )
      found.files.push({ file, handle: null, inFolder: true })
    } else if (entry.isDirectory) {
      const children = await readFolder((entry as FileSystemDirectoryEntry).createReader())
      for (const child of inOrder(children)) await walkEntry(child, found)
    }
  } catch {
    found.unreadable += 1
  }
}

/** A reader gives a hundred or so at a time; only an empty answer is the end. */
async function readFolder(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  const all: FileSystemEntry[] = []
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    )
    if (batch.length === 0) return all
    all.push(...batch)
  }
}
