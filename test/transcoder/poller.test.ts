// The poller over a queue in memory: how many run at once, who goes first, what is handed back, and how it ends.
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { MillraceError } from '#domain/errors.ts'
import { type QueueName, queueOf, type Task, taskId } from '#domain/task.ts'
import { createLog } from '#platform/log.ts'
import type { TaskMessage, TaskQueue } from '#platform/queue.ts'
import { poll } from '../../transcoder/poller.ts'

const ids = { videoId: 'v_0123456789abcdefghijAB', attempt: 1 }
const lead = (chunk: number): Task => ({ kind: 'encode', ...ids, chunk, lane: 'lead' })
const ladder = (chunk: number): Task => ({ kind: 'encode', ...ids, chunk, lane: 'ladder' })
const inspect = (video: number): Task => ({
  ...{ kind: 'inspect', attempt: 1 },
  videoId: `v_${String(video).padStart(22, '0')}`,
})
const nameOf = ({ task }: Pick<TaskMessage, 'task'>): string => {
  if (task instanceof MillraceError) return 'unreadable'
  const isFirst = task.kind === 'inspect' || task.kind === 'import'
  return isFirst ? `${task.kind}-${Number(task.videoId.slice(2))}` : taskId(task)
}

/** What the next receives of a queue fail with. */
type Faults = Partial<Record<QueueName, MillraceError[]>>

/** A long poll ends with a message or with its signal; what was hidden stays hidden until it is shown again. */
function createMemoryQueue(faults: Faults) {
  const waiting: Record<QueueName, TaskMessage[]> = { fast: [], bulk: [] }
  const askers: Record<QueueName, Set<() => void>> = { fast: new Set(), bulk: new Set() }
  const hidden: { message: TaskMessage; seconds: number }[] = []
  let sent = 0

  function put(message: TaskMessage): void {
    waiting[message.queue].push(message)
    for (const wake of askers[message.queue]) wake()
  }
  const queue: TaskQueue = {
    async send(task) {
      sent += 1
      put({ queue: queueOf(task), receipt: `r${sent}`, receives: 0, task })
    },
    async sendAll(tasks) {
      for (const task of tasks) await queue.send(task)
    },
    async receive(name, { max, signal }) {
      const fault = faults[name]?.shift()
      if (fault) throw fault
      for (;;) {
        signal?.throwIfAborted()
        const messages = waiting[name].splice(0, max)
        if (messages.length > 0) {
          return messages.map(message => ({ ...message, receives: message.receives + 1 }))
        }
        const { promise, resolve } = Promise.withResolvers<void>()
        askers[name].add(resolve)
        signal?.addEventListener('abort', () => resolve(), { once: true })
        await promise
        askers[name].delete(resolve)
      }
    },
    async hide(message, seconds) {
      hidden.push({ message, seconds })
    },
    remove: async () => undefined,
    depth: async name => ({ waiting: waiting[name].length, running: 0 }),
    deadLetters: async () => null,
  }
  return {
    queue,
    put,
    waiting: (name: QueueName) => waiting[name].map(nameOf),
    /** True while a receive waits for a message. */
    asks: (name: QueueName) => askers[name].size > 0,
    hides: () => hidden.map(({ message, seconds }) => [nameOf(message), seconds]),
    /** The time of what was handed back last has come. */
    show() {
      const last = hidden.at(-1)
      if (last) put(last.message)
    },
  }
}

function startPolling(slots: number, faults: Faults = {}) {
  const memory = createMemoryQueue(faults)
  const stopping = new AbortController()
  const lines: string[] = []
  const started: { name: string; fastWaiting: number }[] = []
  const running = new Map<string, { finish(): void; fail(thrown: unknown): void }>()
  let most = 0
  let ended = false
  const polling = poll({
    queue: memory.queue,
    slots,
    stopping: stopping.signal,
    run(message) {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const name = nameOf(message)
      started.push({ name, fastWaiting: memory.waiting('fast').length })
      running.set(name, { finish: resolve, fail: reject })
      most = Math.max(most, running.size)
      return promise.finally(() => running.delete(name))
    },
    log: createLog({
      ...{ source: 'test', level: 'debug', format: 'text', now: () => new Date(0) },
      write: line => lines.push(line),
    }),
  }).then(() => {
    ended = true
  })
  const finishAll = () => {
    for (const { finish } of running.values()) finish()
  }
  onTestFinished(async () => {
    stopping.abort()
    finishAll()
    await polling
  })
  return {
    ...memory,
    polling,
    lines,
    started,
    finishAll,
    stop: () => stopping.abort(),
    hasEnded: () => ended,
    finish: (name: string) => running.get(name)?.finish(),
    fail: (name: string, thrown: unknown) => running.get(name)?.fail(thrown),
    running: () => [...running.keys()],
    most: () => most,
  }
}
type Poller = ReturnType<typeof startPolling>

const eventually = (assertion: () => void) => vi.waitFor(assertion, { interval: 5, timeout: 5000 })
const untilRunning = (poller: Poller, names: readonly string[]) =>
  eventually(() => expect(poller.running().sort()).toEqual([...names].sort()))

describe('slots', () => {
  it('are one a core', async () => {
    const poller = startPolling(3)
    await poller.queue.sendAll([0, 1, 2, 3, 4].map(ladder))
    await untilRunning(poller, ['encode-0', 'encode-1', 'encode-2'])
    expect(poller.asks('bulk')).toBe(false)
    expect(poller.waiting('bulk')).toEqual(['encode-3', 'encode-4'])
    poller.finish('encode-1')
    await untilRunning(poller, ['encode-0', 'encode-2', 'encode-3'])
    poller.finish('encode-0')
    await untilRunning(poller, ['encode-2', 'encode-3', 'encode-4'])
    expect(poller.most()).toBe(3)
  })

  it('are free again after work that throws, and the log says why', async () => {
    const poller = startPolling(1)
    await poller.queue.sendAll([ladder(0), ladder(1)])
    await untilRunning(poller, ['encode-0'])
    poller.fail('encode-0', new MillraceError('table-unavailable', { detail: 'no table' }))
    await untilRunning(poller, ['encode-1'])
    expect(poller.lines.join('')).toContain('code=table-unavailable detail=no table')
  })

  it('go to bulk only when fast has nothing', async () => {
    const poller = startPolling(2)
    const uploads = Array.from({ length: 20 }, (_, video) => inspect(video))
    await poller.queue.sendAll([...[0, 1, 2].map(ladder), ...uploads])
    await eventually(() => {
      poller.finishAll()
      expect(poller.started).toHaveLength(23)
    })
    const bulk = poller.started.slice(20)
    expect(bulk.map(({ name }) => name)).toEqual(['encode-0', 'encode-1', 'encode-2'])
    expect(bulk.every(({ fastWaiting }) => fastWaiting === 0)).toBe(true)
  })
})

describe('imports', () => {
  const importOf = (video: number): Task => ({
    ...{ kind: 'import', attempt: 1, lane: 'fast' },
    videoId: `v_${String(video).padStart(22, '0')}`,
  })

  it('run beside all slots, four at a time; the next is handed back, and takes no slot either', async () => {
    const poller = startPolling(1)
    await poller.queue.sendAll([0, 1, 2, 3].map(importOf))
    await eventually(() => expect(poller.started).toHaveLength(4))
    await poller.queue.send(ladder(0))
    await eventually(() => expect(poller.running()).toContain('encode-0'))
    await poller.queue.send(importOf(4))
    await eventually(() => expect(poller.hides()).toHaveLength(1))
    expect(poller.started).toHaveLength(5)
  })

  it('that were handed back often get a message of their own', async () => {
    const poller = startPolling(1)
    await poller.queue.sendAll([0, 1, 2, 3].map(importOf))
    await eventually(() => expect(poller.started).toHaveLength(4))
    const sent = vi.spyOn(poller.queue, 'send')
    poller.put({ queue: 'fast', receipt: 'old', receives: 9, task: importOf(4) })
    await eventually(() => expect(poller.hides()).toHaveLength(1))
    expect(sent.mock.calls).toEqual([[importOf(4)]])
    expect(poller.hides()[0]?.[1]).toBe(1)
  })
})

describe('with a film in every slot', () => {
  /** Beside the slots: so many for any fast task, and one more for what begins a video. */
  const extraLeads = [2, 3, 4, 5]

  async function busy() {
    const poller = startPolling(2)
    await poller.queue.sendAll([0, 1, 2].map(ladder))
    const films = ['encode-0', 'encode-1']
    await untilRunning(poller, films)
    await poller.queue.sendAll(extraLeads.map(lead))
    const all = [...films, ...extraLeads.map(chunk => `lead-${chunk}`)]
    await untilRunning(poller, all)
    return { poller, all }
  }

  it('some fast tasks run beside it, and the next is handed back for longer each time', async () => {
    const { poller, all } = await busy()
    await poller.queue.send(lead(6))
    for (const times of [1, 2, 3, 4]) {
      await eventually(() => expect(poller.hides()).toHaveLength(times))
      if (times < 4) poller.show()
    }
    const seconds = poller.hides().map(([, seconds]) => Number(seconds))
    expect(poller.hides().every(([name]) => name === 'lead-6')).toBe(true)
    for (const [at, wait] of seconds.entries()) expect(wait).toBeGreaterThan(seconds[at - 1] ?? 0)
    expect(seconds[0]).toBeLessThanOrEqual(2)
    expect(poller.running().sort()).toEqual([...all].sort())

    poller.finish('lead-3')
    const others = all.filter(name => name !== 'lead-3')
    await untilRunning(poller, others)
    poller.show()
    await untilRunning(poller, [...others, 'lead-6'])
  })

  it('nothing is handed back for longer than half a minute', async () => {
    const { poller } = await busy()
    poller.put({ queue: 'fast', receipt: 'old', receives: 40, task: lead(6) })
    await eventually(() => expect(poller.hides()).toEqual([['lead-6', 30]]))
  })

  it.each<[string, Task | MillraceError]>([
    ['lead-1', lead(1)],
    ['inspect-7', inspect(7)],
    ['finish', { kind: 'finish', ...ids }],
    // Whoever has it only writes a line.
    ['unreadable', new MillraceError('message-unreadable')],
  ])('%s runs at once, and nothing more is asked for until a slot is free', async (name, task) => {
    const { poller, all } = await busy()
    poller.put({ queue: 'fast', receipt: 'new', receives: 0, task })
    await untilRunning(poller, [...all, name])
    await poller.queue.send(inspect(8))
    expect(poller.asks('fast')).toBe(false)
    expect(poller.waiting('fast')).toEqual(['inspect-8'])
    expect(poller.hides()).toEqual([])
    expect(poller.waiting('bulk')).toEqual(['encode-2'])
    poller.finish('lead-2')
    const others = all.filter(running => running !== 'lead-2')
    await untilRunning(poller, [...others, name, 'inspect-8'])
  })
})

describe('told to stop', () => {
  it('asks for nothing more and waits for what is running', async () => {
    const poller = startPolling(2)
    await poller.queue.sendAll([ladder(0), lead(0)])
    await untilRunning(poller, ['encode-0', 'lead-0'])
    await eventually(() => expect(poller.asks('fast')).toBe(true))
    poller.stop()
    await eventually(() => expect(poller.asks('fast')).toBe(false))
    await poller.queue.sendAll([ladder(1), inspect(1)])
    poller.finish('encode-0')
    await untilRunning(poller, ['lead-0'])
    expect(poller.hasEnded()).toBe(false)
    poller.finish('lead-0')
    await poller.polling
    expect(poller.waiting('bulk')).toEqual(['encode-1'])
    expect(poller.waiting('fast')).toEqual(['inspect-1'])
    expect(poller.lines).toEqual([])
  })

  it('ends at once when nothing runs, even with a queue that does not answer', async () => {
    const fault = new MillraceError('queue-unavailable', { detail: 'no queue' })
    const poller = startPolling(1, { fast: [fault] })
    await eventually(() => expect(poller.lines).toHaveLength(1))
    poller.stop()
    await poller.polling
    expect(poller.started).toEqual([])
  })
})

it.each<[QueueName, Task, string]>([
  ['fast', lead(0), 'lead-0'],
  ['bulk', ladder(0), 'encode-0'],
])('asks %s again after it did not answer', async (name, task, running) => {
  const fault = new MillraceError('queue-unavailable', { detail: 'no queue' })
  const poller = startPolling(1, { [name]: [fault] })
  await poller.queue.send(task)
  await untilRunning(poller, [running])
  expect(poller.lines).toEqual([
    `[test] WARN a queue did not answer queue=${name} error=no queue\n`,
  ])
})
