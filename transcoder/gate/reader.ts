// How the gate reads objects: by range, from wherever they are. The heads of objects are kept, so that an init section and the
// fragment behind it cost one request.

export interface Reader {
  /** Null: it is not there. */
  text(url: string): Promise<string | null>
  /** Bytes of the object; null: it is not there. */
  size(url: string): Promise<number | null>
  /** As many as there are of `bytes` from `start` on. */
  read(url: string, start: number, bytes: number): Promise<Uint8Array>
}

/** An init section of two kilobytes, and a moof of some hundred samples. */
export const headBytes = 8192

/** The same reader, that asks for each object's size and head once; where no request is needed it answers from those. */
export function keepHeads(reader: Reader): Reader {
  const sizes = new Map<string, Promise<number | null>>()
  const heads = new Map<string, Promise<Uint8Array>>()
  const once = <T>(kept: Map<string, Promise<T>>, url: string, ask: () => Promise<T>) => {
    const known = kept.get(url) ?? ask()
    kept.set(url, known)
    return known
  }
  return {
    text: reader.text,
    size: url => once(sizes, url, () => reader.size(url)),
    async read(url, start, bytes) {
      if (start + bytes > headBytes) {
        const kept = start < headBytes ? heads.get(url) : undefined
        const head = await kept
        if (!head || start + bytes > head.byteLength) return reader.read(url, start, bytes)
        return head.subarray(start, start + bytes)
      }
      const head = await once(heads, url, () => reader.read(url, 0, headBytes))
      return head.subarray(start, start + bytes)
    },
  }
}

/** Runs over all items, a few at a time, in their order. */
export async function eachOf<T>(
  items: readonly T[],
  atOnce: number,
  run: (item: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0
  const worker = async () => {
    for (let at = next++; at < items.length; at = next++) await run(items[at] as T, at)
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker))
}
