// An object store in memory whose bodies break off, fail or come late as a test says.
import type { ReadRange } from '../../transcoder/source-fetch.ts'

export const megabyte = 1024 * 1024

/** Repeats with a length that no block shares: a byte from the wrong place shows. */
export const pattern = (length: number, seed = 1) =>
  Buffer.alloc(
    length,
    Uint8Array.from({ length: 65_521 }, (_, i) => i * 31 + (i >> 8) * 7 + seed),
  )

interface Asked {
  key: string
  start: number
  end: number
}

/** Objects in memory; `fault` may throw, or say after how many bytes a body breaks off. */
export function fakeStore(
  objects: Record<string, Buffer>,
  fault: (asked: Asked, count: number) => number | undefined = () => undefined,
) {
  const asked: Asked[] = []
  const readRange: ReadRange = async (key, { start, end, signal }) => {
    asked.push({ key, start, end })
    const cutAfter = fault({ key, start, end }, asked.length)
    const body = objects[key]?.subarray(start, end + 1) ?? Buffer.alloc(0)
    return (async function* () {
      for (let at = 0; at < body.length; at += 65_536) {
        signal?.throwIfAborted()
        await new Promise(resolve => setImmediate(resolve))
        if (cutAfter !== undefined && at >= cutAfter) throw new Error('socket hang up')
        yield body.subarray(at, at + 65_536)
      }
    })()
  }
  return { readRange, asked }
}
