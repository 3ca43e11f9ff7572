// A stream cut into parts and sent a few at a time: memory stays flat, whatever its length. A buffer is filled again only when what
// was in it has arrived, so that a kill costs one part a buffer.

/** The one that is being filled, and those on their way. */
export const partBuffers = 4

export interface PartSender {
  /** Resolves when there is room for more. */
  write(piece: Uint8Array): Promise<void>
  /** Sends what is left. Resolves when all of it has arrived. */
  end(): Promise<void>
  /** Resolves when nothing is on its way any more, however it went. */
  settled(): Promise<void>
}

export function createPartSender(deps: {
  partBytes: number
  /** Number of the first part. */
  first: number
  send(partNumber: number, body: Uint8Array): Promise<void>
}): PartSender {
  const { partBytes, first, send } = deps
  const buffers: Buffer[] = []
  const onWay: Promise<void>[] = []
  let part = 0
  let filled = 0

  const slot = () => part % partBuffers
  /** Made when first needed: most films that are imported are longer, but none should cost more than it has. */
  function buffer(): Buffer {
    const made = buffers[slot()] ?? Buffer.allocUnsafeSlow(partBytes)
    buffers[slot()] = made
    return made
  }

  async function flush(): Promise<void> {
    const sending = send(first + part, buffer().subarray(0, filled))
    // Whoever waits for this buffer, or for the end, is told.
    sending.catch(() => undefined)
    onWay[slot()] = sending
    part += 1
    filled = 0
    await onWay[slot()]
  }

  return {
    async write(piece) {
      for (let at = 0; at < piece.byteLength; ) {
        const some = piece.subarray(at, at + partBytes - filled)
        buffer().set(some, filled)
        filled += some.byteLength
        at += some.byteLength
        if (filled === partBytes) await flush()
      }
    },
    async end() {
      if (filled > 0) await flush()
      await Promise.all(onWay)
    },
    async settled() {
      await Promise.allSettled(onWay)
    },
  }
}
