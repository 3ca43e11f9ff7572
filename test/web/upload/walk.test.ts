// Walking what was dropped: every batch, every level, in a person's order, past what cannot be read.
import { describe, expect, test } from 'vitest'
import { sayLeftOut, sortOut } from '../../../web/src/upload/media-names.ts'
import { type DroppedItem, walkItems } from '../../../web/src/upload/walk.ts'

type Tree = { [name: string]: Tree | 'file' | 'unreadable' }

/** What Firefox and Safari give: at most `batch` entries at a time. */
function entryOf(name: string, node: Tree[string], batch: number): FileSystemEntry {
  if (typeof node === 'string') {
    return {
      name,
      isFile: true,
      isDirectory: false,
      file: (done: (file: File) => void, fail: (error: Error) => void) =>
        node === 'file' ? done(new File([''], name)) : fail(new Error('NotReadableError')),
    } as unknown as FileSystemEntry
  }
  return {
    name,
    isFile: false,
    isDirectory: true,
    createReader() {
      const left = Object.entries(node)
      return {
        readEntries: (done: (entries: FileSystemEntry[]) => void) =>
          done(left.splice(0, batch).map(([child, below]) => entryOf(child, below, batch))),
      }
    },
  } as unknown as FileSystemEntry
}

/** What Chromium gives. */
function handleOf(name: string, node: Tree[string]): FileSystemHandle {
  if (typeof node === 'string') {
    const getFile = async () => {
      if (node === 'unreadable') throw new DOMException('', 'NotReadableError')
      return new File([''], name)
    }
    return { name, kind: 'file', getFile } as unknown as FileSystemHandle
  }
  async function* values() {
    for (const [child, below] of Object.entries(node as Tree)) yield handleOf(child, below)
  }
  return { name, kind: 'directory', values } as unknown as FileSystemHandle
}

const tree: Tree = {
  'take 10.mp4': 'file',
  'take 2.mp4': 'file',
  day: { 'a.mov': 'file', 'locked.mov': 'unreadable', night: { deep: { 'b.mkv': 'file' } } },
  'notes.txt': 'file',
}
const names = ['a.mov', 'b.mkv', 'notes.txt', 'take 2.mp4', 'take 10.mp4']

const byEntry = (node: Tree, batch = 2): DroppedItem => ({
  kind: 'file',
  getAsFile: () => null,
  webkitGetAsEntry: () => entryOf('top', node, batch),
})
const byHandle = (node: Tree): DroppedItem => ({
  kind: 'file',
  getAsFile: () => null,
  getAsFileSystemHandle: async () => handleOf('top', node),
})

describe('a dropped folder', () => {
  test.each([
    ['by entries', byEntry(tree)],
    ['by handles', byHandle(tree)],
  ])('%s: all levels, numbers in their order, unreadable files counted', async (_, item) => {
    const { files, unreadable } = await walkItems([item])
    expect(files.map(({ file }) => file.name)).toEqual(names)
    expect(files.every(({ inFolder }) => inFolder)).toBe(true)
    expect(unreadable).toBe(1)
  })

  test('is counted though it is empty, so that somebody can say so', async () => {
    expect(await walkItems([byEntry({}), byHandle({})])).toEqual({
      ...{ files: [], folders: 2, unreadable: 0 },
    })
  })

  test('of 250 files gives 250, though a reader gives a hundred at a time', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 250 }, (_, n) => [`${n}.mp4`, 'file' as const]),
    )
    const { files } = await walkItems([byEntry(many, 100)])
    expect(files).toHaveLength(250)
  })

  test('gives handles with its files where the browser has them, so that they can be reopened', async () => {
    const { files } = await walkItems([byHandle({ 'a.mp4': 'file' })])
    expect(files[0]?.handle?.name).toBe('a.mp4')
  })
})

test('a file dropped beside a folder is told from those inside; text is no file', async () => {
  const file = new File(['x'], 'single.mp4')
  const items: DroppedItem[] = [
    { kind: 'string', getAsFile: () => null },
    { kind: 'file', getAsFile: () => file, webkitGetAsEntry: () => null },
    byEntry({ 'inside.mp4': 'file' }),
  ]
  const { files } = await walkItems(items)
  expect(files.map(({ file, inFolder }) => [file.name, inFolder])).toEqual([
    ['single.mp4', false],
    ['inside.mp4', true],
  ])
})

describe('what of a folder is sent', () => {
  const named = (name: string, type = '') => ({ name, type })
  test.each([
    ['by its ending, whatever its case', named('A.MKV'), true],
    ['by the type the browser knows', named('recording', 'audio/mpeg'), true],
    ['no picture', named('cover.jpg', 'image/jpeg'), false],
    ['no file without ending or type', named('README'), false],
    ['a transport stream, whose first bytes are looked at later', named('tape.ts'), true],
  ])('%s', (_, file, sent) => {
    const { media, leftOut } = sortOut([file])
    expect([media.length, leftOut.length]).toEqual(sent ? [1, 0] : [0, 1])
  })

  test.each(['.DS_Store', '._clip.mp4', 'Thumbs.db', 'desktop.ini'])(
    '%s is neither sent nor spoken of',
    name => {
      expect(sortOut([named(name)])).toEqual({ media: [], leftOut: [] })
    },
  )

  test('one sentence names what was left out, the most frequent kinds first', () => {
    const leftOut = ['a.txt', 'b.JPG', 'c.jpg', 'd.pdf', 'e.srt', 'f.xml', 'README'].map(name =>
      named(name),
    )
    expect(sayLeftOut(leftOut)).toBe(
      '7 files were left out (.jpg, .pdf, .srt, .txt and others): neither video nor sound.',
    )
    expect(sayLeftOut([named('README')])).toBe('1 file was left out: neither video nor sound.')
    expect(sayLeftOut([])).toBeNull()
  })
})
