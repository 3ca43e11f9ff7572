// Reads one stream once and gives it to any number of readers, each from its first byte, as it arrives. Holds all of it.

export type Bytes = Uint8Array<ArrayBuffer>

export interface SharedBody {
  /** All of it. Rejects when the stream fails or has another length than was said. */
  all: Promise<Bytes>
  /** The bytes from `from` up to `to` (not included). `closed` is called once, when it was read to its end or given up. */
  reader(from: number, to: number, closed: () => void): ReadableStream<Uint8Array>
  /** True when no more is to come. */
  complete(): boolean
}

export function shareBody(
  stream: ReadableStream<Uint8Array> | null,
  { length, maxBytes }: { length: number | null; maxBytes: number },
): SharedBody {
  const chunks: Uint8Array[] = []
  let received = 0
  let failure: unknown = null
  let ended = false
  let news = Promise.withResolvers<void>()

  function tell(): void {
    news.resolve()
    news = Promise.withResolvers()
  }

  async function fill(): Promise<Bytes> {
    try {
      for await (const chunk of stream ?? []) {
        chunks.push(chunk)
        received += chunk.length
        if (received > (length ?? maxBytes))
          throw new RangeError('the body is longer than expected')
        tell()
      }
      if (length !== null && received < length) throw new RangeError('the body ended too early')
      return join(chunks, received)
    } catch (thrown) {
      failure = thrown ?? new Error('the body failed')
      throw thrown
    } finally {
      ended = true
      tell()
    }
  }

  const all = fill()
  // A failure reaches the readers; with none left, there is no one to tell.
  all.catch(() => {})

  function reader(from: number, to: number, closed: () => void): ReadableStream<Uint8Array> {
    let index = 0
    let position = 0
    const next = (): Uint8Array | null => {
      while (index < chunks.length && position < to) {
        const chunk = chunks[index++] ?? new Uint8Array()
        const part = chunk.subarray(Math.max(from - position, 0), Math.max(to - position, 0))
        position += chunk.length
        if (part.length > 0) return part
      }
      return null
    }
    return new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          let part = next()
          while (part === null && position < to && !ended) {
            await news.promise
            part = next()
          }
          if (part !== null) controller.enqueue(part)
          else if (failure !== null) controller.error(failure)
          if (failure === null && (position >= to || part === null)) controller.close()
          if (position >= to || part === null) closed()
        },
        cancel: closed,
      },
      { highWaterMark: 0 },
    )
  }

  return { all, reader, complete: () => ended || received === length }
}

function join(chunks: readonly Uint8Array[], length: number): Bytes {
  const whole = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}
