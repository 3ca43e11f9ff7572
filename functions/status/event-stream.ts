// Server-sent events as an answer: text lines while the client listens, cut off at once when it goes.

export interface SentEvent {
  event: string
  data: unknown
  id?: number
}

export interface Sink {
  send(event: SentEvent): void
  comment(text: string): void
}

/** The client waits this long before it connects again. */
const retryMilliseconds = 2000

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  // no-transform: no proxy may buffer it to compress it. X-Accel-Buffering: nor nginx for any other reason.
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
}

const lineOf = ({ event, data, id }: SentEvent) =>
  `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`

/**
 * `run` begins when somebody reads, so that an answer to HEAD starts nothing; the stream ends when it returns. It is told of the
 * client's end by the signal. What it throws ends the stream: the client connects again.
 */
export function eventStream(
  run: (sink: Sink, signal: AbortSignal) => Promise<void>,
  request: Request,
  onError: (thrown: unknown) => void,
  /** The stream is over, or nobody ever read it. May be called twice. */
  onEnd: () => void = () => {},
): Response {
  const stop = new AbortController()
  const signal = AbortSignal.any([request.signal, stop.signal])
  const encoder = new TextEncoder()
  let begun = false

  function begin(controller: ReadableStreamDefaultController<Uint8Array>) {
    const write = (text: string) => {
      if (!signal.aborted) controller.enqueue(encoder.encode(text))
    }
    write(`retry: ${retryMilliseconds}\n\n`)
    const sink: Sink = {
      send: event => write(lineOf(event)),
      comment: text => write(`: ${text}\n\n`),
    }
    void run(sink, signal)
      .catch(onError)
      .finally(() => {
        if (!stop.signal.aborted) controller.close()
        onEnd()
      })
  }

  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (begun) return
        begun = true
        begin(controller)
      },
      cancel() {
        stop.abort()
        onEnd()
      },
    },
    { highWaterMark: 0 },
  )
  return new Response(body, { headers })
}
