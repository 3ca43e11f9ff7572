// Records a server-sent event stream by the letter of the HTML standard: blocks, fields, comments, and when each came.
export interface Recorded {
  event: string
  id: string | undefined
  data: unknown
}

export interface Recording {
  status: number
  headers: Headers
  events: Recorded[]
  comments: string[]
  retry: number | undefined
  /** Fulfilled when the stream has ended. */
  ended: Promise<void>
  /** Until at least so many events have come, or the stream has ended. */
  until(count: number): Promise<void>
  cancel(): Promise<void>
}

export function record(answer: Response): Recording {
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
  const waiting = new Set<() => void>()
  let over = false
  const recording: Recording = {
    status: answer.status,
    headers: answer.headers,
    events: [],
    comments: [],
    retry: undefined,
    ended: Promise.resolve(),
    async until(count) {
      while (!over && recording.events.length < count) {
        await new Promise<void>(resolve => waiting.add(resolve))
      }
    },
    cancel: async () => reader?.cancel(),
  }

  function readBlock(block: string) {
    const fields = new Map<string, string>()
    for (const line of block.split('\n')) {
      const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? []
      if (name === '') recording.comments.push(value)
      else fields.set(name, value)
    }
    const retry = fields.get('retry')
    if (retry !== undefined) recording.retry = Number(retry)
    const data = fields.get('data')
    if (data === undefined) return
    recording.events.push({
      event: fields.get('event') ?? 'message',
      id: fields.get('id'),
      data: JSON.parse(data),
    })
  }

  async function readAll() {
    let text = ''
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined }
      if (done) return
      text += value
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        readBlock(text.slice(0, end))
        text = text.slice(end + 2)
      }
      for (const wake of waiting) wake()
    }
  }

  recording.ended = readAll()
    .catch(() => {})
    .finally(() => {
      over = true
      for (const wake of waiting) wake()
    })
  return recording
}
