// Progress of tasks side by side: what is new, once, at most once a second, the task's record before the sum.
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { MillraceError } from '#domain/errors.ts'
import type { TaskRecord } from '#domain/item.ts'
import { type Task, taskId } from '#domain/task.ts'
import { createLog } from '#platform/log.ts'
import { createReporter } from '../../transcoder/report.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const film = 'v_0000000000000000000001'
const other = 'v_0000000000000000000002'
const encode = (chunk: number, videoId = film): Task => ({
  ...{ kind: 'encode', lane: 'ladder', attempt: 1 },
  videoId,
  chunk,
})
const recordOf = (task: Task, reported = 0): TaskRecord => ({
  ...{ task, state: 'leased', owner: 'me', tries: 0, claims: 1, reported },
})

interface Faults {
  /** Tasks whose lease is lost. */
  lost?: readonly string[]
  /** So many reports do not reach the table. */
  failures?: number
  /** Tasks whose reports do not reach it. */
  unheard?: readonly string[]
  /** The table takes its time. */
  seconds?: number
}

function createCounter({ lost = [], failures = 0, unheard = [], seconds = 0 }: Faults = {}) {
  const calls: (string | number)[][] = []
  const lines: string[] = []
  const reporter = createReporter({
    tasks: {
      async report(task, owner, reported) {
        calls.push(['report', taskId(task), owner, reported])
        if (seconds > 0) await new Promise(done => setTimeout(done, seconds * 1000))
        failures -= 1
        if (failures >= 0 || unheard.includes(taskId(task)))
          throw new MillraceError('table-unavailable')
        return !lost.includes(taskId(task))
      },
      async addProgress(task, shard, delta) {
        calls.push(['add', task.videoId, shard, delta])
      },
    },
    shard: 's1',
    log: createLog({
      ...{ source: 'test', level: 'debug', format: 'text', now: () => new Date(0) },
      write: line => lines.push(line),
    }),
  })
  return { ...reporter, calls, lines }
}
const second = () => vi.advanceTimersByTimeAsync(1000)

it('is added once a second, the record first', async () => {
  const { start, calls } = createCounter()
  const progress = start(recordOf(encode(0)), 'me', 10)
  for (const done of [1, 2, 3]) progress.at(done)
  await vi.advanceTimersByTimeAsync(900)
  expect(calls).toEqual([])
  await second()
  const first = [
    ['report', 'encode-0', 'me', 3],
    ['add', film, 's1', 3],
  ]
  expect(calls).toEqual(first)
  await second()
  expect(calls).toEqual(first)
  progress.at(5)
  await second()
  expect(calls.slice(2)).toEqual([
    ['report', 'encode-0', 'me', 5],
    ['add', film, 's1', 2],
  ])
})

it('never goes back and never beyond the work', async () => {
  const { start, calls } = createCounter()
  const progress = start(recordOf(encode(0)), 'me', 10)
  for (const done of [4, 2, 0]) progress.at(done)
  await second()
  progress.at(99)
  await second()
  expect(calls.filter(([kind]) => kind === 'add').map(([, , , delta]) => delta)).toEqual([4, 6])
})

it('of a second try counts only beyond the first', async () => {
  const { start, calls } = createCounter()
  const progress = start(recordOf(encode(0), 4), 'me', 10)
  progress.at(4)
  expect(vi.getTimerCount()).toBe(0)
  progress.at(6)
  await second()
  expect(calls).toEqual([
    ['report', 'encode-0', 'me', 6],
    ['add', film, 's1', 2],
  ])
})

it('of one video is one sum, and of two videos two', async () => {
  const { start, calls } = createCounter()
  start(recordOf(encode(0)), 'me', 10).at(1)
  start(recordOf(encode(1)), 'me', 10).at(2)
  start(recordOf(encode(0, other)), 'me', 10).at(4)
  await second()
  expect(calls.filter(([kind]) => kind === 'add')).toEqual([
    ['add', film, 's1', 3],
    ['add', other, 's1', 4],
  ])
})

it('of a lost lease is not added', async () => {
  const { start, calls } = createCounter({ lost: ['encode-0'] })
  start(recordOf(encode(0)), 'me', 10).at(1)
  start(recordOf(encode(1)), 'me', 10).at(2)
  await second()
  expect(calls.filter(([kind]) => kind === 'add')).toEqual([['add', film, 's1', 2]])
})

it('ends with what is left of the work, once', async () => {
  const { start, calls } = createCounter()
  const progress = start(recordOf(encode(0)), 'me', 10)
  progress.at(3)
  await second()
  progress.at(7)
  await progress.finish()
  await progress.finish()
  await second()
  expect(calls).toEqual([
    ['report', 'encode-0', 'me', 3],
    ['add', film, 's1', 3],
    ['add', film, 's1', 7],
  ])
})

it.each([1.5, 3])('counts nothing twice when its table takes %f s', async seconds => {
  const { start, calls } = createCounter({ seconds })
  const progress = start(recordOf(encode(0)), 'me', 10)
  progress.at(3)
  await vi.advanceTimersByTimeAsync(1200)
  progress.at(7)
  await vi.advanceTimersByTimeAsync(1200)
  const finished = progress.finish()
  await vi.advanceTimersByTimeAsync(10_000)
  await finished
  const added = calls.filter(([kind]) => kind === 'add').map(([, , , delta]) => Number(delta))
  expect(added.reduce((sum, delta) => sum + delta, 0)).toBe(10)
})

it('of one task is added also where another could not be reported', async () => {
  const { start, calls } = createCounter({ unheard: ['encode-1'] })
  start(recordOf(encode(0)), 'me', 10).at(3)
  start(recordOf(encode(1)), 'me', 10).at(5)
  await second()
  expect(calls.filter(([kind]) => kind === 'add')).toEqual([['add', film, 's1', 3]])
})

it('ends when it is stopped', async () => {
  const { start, calls } = createCounter()
  const progress = start(recordOf(encode(0)), 'me', 10)
  progress.at(3)
  progress.stop()
  await second()
  expect(calls).toEqual([])
})

it('that could not be reported is a line in the log, and added the next time', async () => {
  const { start, calls, lines } = createCounter({ failures: 1 })
  const progress = start(recordOf(encode(0)), 'me', 10)
  progress.at(3)
  await second()
  expect(lines).toHaveLength(1)
  expect(lines[0]).toContain('WARN progress was not reported')
  progress.at(4)
  await second()
  expect(calls).toEqual([
    ['report', 'encode-0', 'me', 3],
    ['report', 'encode-0', 'me', 4],
    ['add', film, 's1', 4],
  ])
})
