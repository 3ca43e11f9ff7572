// A server that is gone: noticed within seconds, waited out with growing pauses, asked once for all who wait; a store that is full.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Trouble } from '../../../web/src/upload/patience.ts'
import { createReach } from '../../../web/src/upload/reach.ts'
import { readRefusal } from '../../../web/src/upload/send-part.ts'
import { watchStillness } from '../../../web/src/upload/stillness.ts'

const never = new AbortController().signal

describe('waiting for the server', () => {
  function open(answers: boolean[]) {
    const pauses: number[] = []
    let pings = 0
    const ping = async () => {
      pings += 1
      return answers.shift() ?? true
    }
    const wait = async (ms: number) => void pauses.push(ms)
    return { reach: createReach(ping, { wait, random: () => 1 }), pauses, pings: () => pings }
  }

  test('a server that answers keeps nobody waiting', async () => {
    const { reach, pauses } = open([true])
    expect(await reach.untilReached(never, () => expect.unreachable())).toBe(true)
    expect(pauses).toEqual([])
  })

  test('pauses grow to ten seconds, and it is said once', async () => {
    const { reach, pauses } = open(Array.from({ length: 11 }, () => false))
    let said = 0
    const onDown = () => {
      said += 1
    }
    expect(await reach.untilReached(never, onDown)).toBe(false)
    expect(pauses).toEqual([
      ...[600, 600, 1200, 1200, 2400, 2400, 4800, 4800],
      ...[9600, 9600, 10_000],
    ])
    expect(said).toBe(1)
  })

  test('eight parts that fail together ask once', async () => {
    const { reach, pings } = open([true])
    await Promise.all(Array.from({ length: 8 }, () => reach.untilReached(never, () => {})))
    expect(pings()).toBe(1)
  })

  test('a pause of the upload ends the waiting', async () => {
    const stop = new AbortController()
    const wait = async () => stop.abort(new DOMException('paused', 'AbortError'))
    const reach = createReach(async () => false, { wait, random: () => 1 })
    await expect(reach.untilReached(stop.signal, () => {})).rejects.toThrow('paused')
  })
})

describe('an upload that stands still', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  function open(more: { online?: boolean; reached?: boolean } = {}) {
    const said: (Trouble | null)[] = []
    const world = { movedAt: 0, ...more }
    const stop = watchStillness({
      movedAt: () => world.movedAt,
      nowMs: () => performance.now(),
      isOnline: () => world.online ?? true,
      ping: async () => world.reached ?? true,
      tell: trouble => said.at(-1) !== trouble && said.push(trouble),
    })
    world.movedAt = performance.now()
    return { said, world, stop }
  }

  test('says within three seconds that the server is gone, and when it moves again', async () => {
    const { said, world, stop } = open({ reached: false })
    await vi.advanceTimersByTimeAsync(3_000)
    expect(said).toEqual([null, 'unreachable'])
    world.movedAt = performance.now()
    await vi.advanceTimersByTimeAsync(500)
    expect(said).toEqual([null, 'unreachable', null])
    stop()
  })

  test('without a network it asks nobody', async () => {
    const { said, stop } = open({ online: false })
    await vi.advanceTimersByTimeAsync(3_000)
    expect(said).toEqual([null, 'offline'])
    stop()
  })

  test('a slow line to a server that answers is no trouble', async () => {
    const { said, stop } = open()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(said).toEqual([null])
    stop()
  })
})

test.each([
  [507, '', 'store-full', false],
  [503, '<Error><Code>XMinioStorageFull</Code></Error>', 'store-full', false],
  [403, '<Error><Code>QuotaExceeded</Code></Error>', 'store-full', false],
  [503, '<Error><Code>SlowDown</Code></Error>', 'store-refused', true],
  [500, '<Error><Code>InternalError</Code></Error>', 'store-refused', true],
  [403, '<Error><Code>RequestTimeTooSkewed</Code></Error>', 'store-refused', false],
])('a store’s %i %s is %s', (status, body, code, retryable) => {
  expect(readRefusal(status, body)).toMatchObject({ code, status, retryable })
})
