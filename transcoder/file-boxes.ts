// Reads the boxes of a file of many fragments one after the other, by its heads alone: of hundreds of megabytes a few are read.
import { type FileHandle, open } from 'node:fs/promises'
import { Bytes, boxHead, damaged, headBytes } from './boxes.ts'

export interface FileBytes {
  readonly length: number
  /** Valid until the next call. @throws MillraceError `check-failed` beyond the end */
  read(at: number, bytes: number): Promise<Bytes>
}

/** What a fragment of seconds begins with: its moof and the first units of its picture. */
const windowBytes = 16 * 1024

export async function withFileBytes<T>(
  path: string,
  use: (file: FileBytes) => Promise<T>,
): Promise<T> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    return await use(createFileBytes(file, size))
  } finally {
    await file.close()
  }
}

function createFileBytes(file: FileHandle, length: number): FileBytes {
  let window: Buffer = Buffer.allocUnsafe(windowBytes)
  let from = 0
  let filled = 0
  return {
    length,
    async read(at, bytes) {
      if (at + bytes > length) throw damaged('object ends inside a box')
      if (at < from || at + bytes > from + filled) {
        if (bytes > window.byteLength) window = Buffer.allocUnsafe(bytes)
        from = at
        filled = (await file.read(window, 0, window.byteLength, at)).bytesRead
        if (filled < bytes) throw damaged('object ends inside a box')
      }
      return new Bytes(window.subarray(at - from, at - from + bytes), 'object')
    },
  }
}

/** A box by its header: where it begins, its body, and its end. */
export interface FileBox {
  type: string
  start: number
  body: number
  end: number
}

export async function* fileBoxes(file: FileBytes): AsyncGenerator<FileBox> {
  let start = 0
  while (start < file.length) {
    const length = headBytes((await file.read(start, 8)).u32(0))
    const { type, size, header } = boxHead(await file.read(start, length))
    const end = start + size
    if (end > file.length) throw damaged('object ends inside a box')
    yield { type, start, body: start + header, end }
    start = end
  }
}
