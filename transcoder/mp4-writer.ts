// Writes an object whose head is known last: room is left for it, the parts behind it are sent as they fill up, and those that
// hold the room at the end. All parts but the last have one length, as some stores require. Never touches the disk.
import type { ObjectUpload } from '#platform/put-parts.ts'

export interface HeadedWriter {
  /** Bytes behind the head, so far. */
  readonly bytes: number
  write(data: Uint8Array): Promise<void>
  /** @param writeHead null: all of it is still here, and the head may be as long as it is; else exactly that many bytes */
  end(writeHead: (room: number | null) => Uint8Array): Promise<void>
  /** Sends nothing more, and forgets what was sent. */
  abort(): Promise<void>
}

export interface HeadedOptions {
  partBytes: number
  /** Left free at the beginning. */
  room: number
  /** Of an object that is larger than a part. */
  begin(): Promise<ObjectUpload>
  /** A smaller one in one piece. */
  put(body: Uint8Array): Promise<unknown>
}

export function createHeadedWriter({ partBytes, room, begin, put }: HeadedOptions): HeadedWriter {
  /** Parts that hold the room; they go last. */
  const held: Buffer[] = []
  /** Sent, and filled again: left to the collector, they would pile up faster than it comes by. */
  const spare: Buffer[] = []
  let upload: ObjectUpload | null = null
  let sending: Promise<unknown> = Promise.resolve()
  let part: Buffer = Buffer.allocUnsafe(partBytes)
  let filled = Math.min(room, partBytes)
  let done = 0
  let bytes = 0

  async function send(number: number, body: Buffer): Promise<void> {
    upload ??= await begin()
    const { part } = upload
    await sending
    sending = part(number, body).then(() => {
      if (body.byteLength === partBytes) spare.push(body)
    })
    sending.catch(() => undefined)
  }

  async function closePart(): Promise<void> {
    done += 1
    if ((done - 1) * partBytes < room) held.push(part)
    else await send(done, part)
    part = spare.pop() ?? Buffer.allocUnsafe(partBytes)
    filled = Math.min(Math.max(0, room - done * partBytes), partBytes)
  }

  return {
    get bytes() {
      return bytes
    },
    async write(data) {
      for (let at = 0; at < data.byteLength; ) {
        if (filled === partBytes) await closePart()
        const taken = Math.min(partBytes - filled, data.byteLength - at)
        part.set(data.subarray(at, at + taken), filled)
        filled += taken
        at += taken
      }
      bytes += data.byteLength
    },
    async end(writeHead) {
      if (done === 0) {
        await put(Buffer.concat([writeHead(null), part.subarray(room, filled)]))
        return
      }
      const last = part.subarray(0, filled)
      const head = writeHead(room)
      // Where the room ends before the last part, nothing of the head is left for it.
      for (const [index, body] of [...held, last].entries()) {
        body.set(head.subarray(index * partBytes, (index + 1) * partBytes))
      }
      for (const [index, body] of held.entries()) await send(index + 1, body)
      await send(done + 1, last)
      await sending
      await upload?.complete()
    },
    async abort() {
      await sending.catch(() => undefined)
      await upload?.abort()
    },
  }
}
