// The upload engine against a faked network: what it sends, again, not at all, and when it stops.
import { describe, expect, test } from 'vitest'
import { Problem } from '../../../web/src/api/problem.ts'
import { type EngineStep, type UploadMemory, uploadFile } from '../../../web/src/upload/engine.ts'
import { createGate } from '../../../web/src/upload/gate.ts'
import { createWorld, fakeFile, refusal, until } from './fakes.ts'

function begin(file = fakeFile(95), world = createWorld()) {
  const memory: UploadMemory = { plan: null, etags: new Map() }
  const stop = new AbortController()
  const steps: EngineStep[] = []
  const bytes: number[] = []
  const run = () =>
    uploadFile(
      file,
      memory,
      world.deps,
      { onPlan() {}, onStep: step => steps.push(step), onBytes: sent => bytes.push(sent) },
      stop.signal,
    )
  return { ...world, memory, stop, steps, bytes, run }
}

const completeCalls = (calls: string[]) => calls.filter(call => call.endsWith('/complete'))

describe('a whole upload', () => {
  test('sends every part once, of its exact size, and completes', async () => {
    const { world, run, steps, bytes } = begin()
    const view = await run()
    expect(view.state).toBe('queued')
    expect(world.puts.map(put => put.partNumber).sort((a, b) => a - b)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    ])
    expect(world.puts.find(put => put.partNumber === 10)?.bytes).toBe(5)
    expect(steps).toEqual(['starting', 'sending', 'completing'])
    expect(bytes.at(-1)).toBe(95)
    expect(world.calls).not.toContain(`GET /api/uploads/${world.videoId}/parts`)
  })

  test('never has more than four parts in flight, over all files together', async () => {
    const shared = createWorld()
    const first = begin(fakeFile(400), shared)
    const second = begin(fakeFile(300, { name: 'hill.mp4' }), shared)
    await Promise.allSettled([first.run(), second.run()])
    expect(shared.world.mostInFlight).toBe(4)
  })

  test('signs a few parts ahead, never more than a hundred a call, none twice', async () => {
    const { world, run } = begin(fakeFile(2000))
    await run()
    expect(Math.max(...world.signedAsked.map(asked => asked.length))).toBeLessThanOrEqual(100)
    const all = world.signedAsked.flat()
    expect(new Set(all).size).toBe(all.length)
    expect(all).toHaveLength(200)
    expect(world.signedAsked[0]?.length).toBeLessThan(40)
  })

  test('asks for addresses while it still has some: no part waits for one', async () => {
    const { world, run } = begin(fakeFile(2000))
    const inStock: number[] = []
    world.onCall = call => {
      if (call.endsWith('/parts')) inStock.push(world.signedAsked.flat().length - world.puts.length)
      return null
    }
    await run()
    expect(inStock.shift()).toBe(0)
    expect(inStock.length).toBeGreaterThan(5)
    expect(Math.min(...inStock)).toBeGreaterThan(2)
  })

  test('an empty file is refused before anything is asked', async () => {
    const { world, run } = begin(fakeFile(0))
    await expect(run()).rejects.toMatchObject({ code: 'source-empty' })
    expect(world.calls).toEqual([])
  })
})

describe('going on', () => {
  test('sends only what the store does not hold, and a part of another size again', async () => {
    const { world, run, bytes } = begin()
    world.begun = true
    world.held.set(1, { size: 10, etag: '"1-0"' })
    world.held.set(2, { size: 10, etag: '"2-0"' })
    world.held.set(3, { size: 4, etag: '"3-0"' })
    world.held.set(10, { size: 5, etag: '"10-0"' })
    await run()
    expect(world.puts.map(put => put.partNumber).sort((a, b) => a - b)).toEqual([
      3, 4, 5, 6, 7, 8, 9,
    ])
    expect(bytes[0]).toBe(25)
    expect(world.completed).toBe(true)
  })

  test('a pause aborts what is in flight and keeps the upload; the next run finishes it', async () => {
    const { world, run, stop, deps, memory, steps } = begin()
    world.hold = new Promise(() => {})
    const running = run()
    await until(() => world.inFlight === 4)
    stop.abort()
    await expect(running).rejects.toThrow()
    expect(world.inFlight).toBe(0)
    expect(world.calls.some(call => call.startsWith('DELETE'))).toBe(false)

    world.hold = null
    const events = { onPlan() {}, onStep: (step: EngineStep) => steps.push(step), onBytes() {} }
    const again = new AbortController().signal
    await uploadFile(fakeFile(95), memory, deps, events, again)
    expect(world.completed).toBe(true)
  })

  test('with all parts sent, another try goes straight to complete', async () => {
    const { world, run } = begin()
    world.onCall = call => (call.endsWith('/complete') ? refusal(503, 'store-unavailable') : null)
    await expect(run()).rejects.toMatchObject({ code: 'store-unavailable' })
    expect(completeCalls(world.calls).length).toBeGreaterThan(1)

    world.onCall = () => null
    world.calls.length = 0
    world.puts.length = 0
    await run()
    expect(world.calls).toEqual([`POST /api/uploads/${world.videoId}/complete`])
    expect(world.puts).toEqual([])
  })
})

describe('what goes wrong', () => {
  test('a refused signature is asked for again, at once', async () => {
    const { world, run } = begin()
    world.onPut = ({ partNumber, signature }) =>
      partNumber === 3 && signature === 1 ? new Problem('store-refused', { status: 403 }) : null
    await run()
    const third = world.puts.filter(put => put.partNumber === 3)
    expect(third).toHaveLength(2)
    expect(third[1]?.signature).toBeGreaterThan(1)
    expect(world.waits).toEqual([])
  })

  test('a refused signature again and again is no storm: pauses come between', async () => {
    const { world, run } = begin(fakeFile(10))
    world.onPut = () => new Problem('store-refused', { status: 403 })
    await expect(run()).rejects.toMatchObject({ code: 'store-refused' })
    expect(world.puts).toHaveLength(8)
    expect(world.waits).toHaveLength(6)
  })

  test('a part is tried eight times with growing waits, then the upload stops and says why', async () => {
    const { world, run } = begin(fakeFile(10))
    world.onPut = () => new Problem('store-refused', { status: 503 })
    await expect(run()).rejects.toMatchObject({ code: 'store-refused' })
    expect(world.puts).toHaveLength(8)
    expect(world.waits).toEqual([600, 1200, 2400, 4800, 9600, 19_200, 20_000])
    expect(world.calls.some(call => call.startsWith('DELETE'))).toBe(false)
  })

  test('without a network it waits as long as it takes and loses no try', async () => {
    const { world, run, steps } = begin(fakeFile(20))
    world.online = false
    const running = run()
    await until(() => steps.includes('offline'))
    expect(world.waits).toEqual([])
    world.online = true
    world.whenOnline.resolve()
    await running
    expect(steps.filter(step => step === 'offline')).toHaveLength(1)
    expect(steps.at(-1)).toBe('completing')
  })

  test('a server that is gone is waited out like a network, and costs no try', async () => {
    const { world, run, steps } = begin(fakeFile(95))
    let gone = true
    world.reachable = false
    world.onCall = call => (gone && call.endsWith('/parts') ? 'dead' : null)
    const running = run()
    await until(() => steps.includes('unreachable'))
    expect(world.waits).toEqual([])
    gone = false
    world.reachable = true
    world.whenReachable.resolve()
    await running
    expect(world.completed).toBe(true)
    expect(steps.at(-1)).toBe('completing')
  })

  test('a gateway that speaks for a server that is gone is waited out too', async () => {
    const { world, run, steps } = begin(fakeFile(10))
    world.reachable = false
    let once = true
    world.onCall = call => {
      if (!call.endsWith('/complete') || !once) return null
      once = false
      return new Response('<html>Bad gateway</html>', { status: 502 })
    }
    const running = run()
    await until(() => steps.includes('unreachable'))
    world.whenReachable.resolve()
    await running
    expect(world.waits).toEqual([])
  })

  test('what a cut has lost goes again as the line allows since then, one at a time', async () => {
    const made = createWorld()
    const gate = createGate(4)
    made.deps.gate = gate
    const { world, run } = begin(fakeFile(200), made)
    let lost = 4
    world.onPut = () => {
      if (lost <= 0) return null
      lost -= 1
      gate.resize(1)
      world.mostInFlight = 0
      return new Problem('network')
    }
    await run()
    expect(world.mostInFlight).toBe(1)
  })

  test('a store that is full is said at once', async () => {
    const { world, run } = begin(fakeFile(10))
    world.onPut = () => new Problem('store-full', { status: 507 })
    await expect(run()).rejects.toMatchObject({ code: 'store-full' })
    expect(world.puts).toHaveLength(1)
  })

  test.each([
    ['NotReadableError', 'file-changed'],
    ['NotFoundError', 'file-gone'],
  ])('a file that gives %s is said in words, without eight tries', async (name, code) => {
    const unreadable = { arrayBuffer: () => Promise.reject(new DOMException('', name)) }
    const slice = () => Object.assign(new Blob([new Uint8Array(10)]), unreadable)
    const { world, run } = begin(fakeFile(10, { slice }))
    world.onPut = () => new Problem('network')
    await expect(run()).rejects.toMatchObject({ code })
    expect(world.puts).toHaveLength(1)
  })

  test('a plan that does not fit the file is refused: the file has changed', async () => {
    const { world, run } = begin()
    world.onCall = call =>
      call === 'POST /api/uploads'
        ? Response.json({ videoId: world.videoId, partSize: 10, partCount: 3 })
        : null
    await expect(run()).rejects.toMatchObject({ code: 'file-changed' })
    expect(world.puts).toEqual([])
  })

  test('an upload the store no longer knows is over at once', async () => {
    const { world, run } = begin()
    world.onPut = () => new Problem('store-refused', { status: 404 })
    await expect(run()).rejects.toMatchObject({ code: 'upload-not-found' })
    expect(world.puts.length).toBeLessThanOrEqual(4)
  })

  test('a refusal of the server reaches the person in its own words, untried again', async () => {
    const { world, run } = begin()
    world.onCall = () => refusal(413, 'source-too-large', 'At most 60 GB.')
    await expect(run()).rejects.toMatchObject({
      code: 'source-too-large',
      message: 'At most 60 GB.',
    })
    expect(world.calls).toHaveLength(1)
  })

  test('a lost answer to complete is asked for again', async () => {
    const { world, run } = begin()
    let lost = 2
    world.onCall = call => (call.endsWith('/complete') && lost-- > 0 ? 'dead' : null)
    await run()
    expect(completeCalls(world.calls)).toHaveLength(3)
  })

  test('an outage may come as often as it likes', async () => {
    const { world, run } = begin(fakeFile(10))
    world.online = false
    world.whenOnline.resolve()
    const running = run()
    await until(() => world.puts.length > 12)
    world.online = true
    await running
    expect(world.waits).toEqual([])
    expect(world.completed).toBe(true)
  })

  test.each(['upload-incomplete', 'part-wrong-size'])(
    'a part that vanished is sent again when complete says %s',
    async code => {
      const { world, run } = begin()
      let once = true
      world.onCall = call => {
        if (!call.endsWith('/complete') || !once) return null
        once = false
        world.held.delete(4)
        return refusal(409, code)
      }
      await run()
      expect(world.puts.filter(put => put.partNumber === 4)).toHaveLength(2)
      expect(world.completed).toBe(true)
    },
  )

  test('a store that hides ETags is asked for them through the server', async () => {
    const { world, run } = begin()
    world.hidesEtags = true
    await run()
    expect(world.calls).toContain(`GET /api/uploads/${world.videoId}/parts`)
    expect(world.completed).toBe(true)
  })
})

describe('a session that ends in the middle of it', () => {
  test('is waited out: the upload goes on when the person has signed in again, and nothing is sent twice', async () => {
    const { world, deps, run, steps } = begin(fakeFile(400))
    const signedIn = Promise.withResolvers<void>()
    let ended = false
    deps.patience.whenSignedIn = () => (ended ? signedIn.promise : null)
    let signings = 0
    world.onCall = call => {
      if (call !== `POST /api/uploads/${world.videoId}/parts`) return null
      signings += 1
      if (signings === 2) ended = true
      return ended ? refusal(401, 'not-signed-in') : null
    }
    const done = run()
    await until(() => steps.includes('signed-out'))
    ended = false
    signedIn.resolve()
    expect((await done).state).toBe('queued')
    expect(new Set(world.puts.map(put => put.partNumber)).size).toBe(world.puts.length)
    expect(world.puts).toHaveLength(40)
    expect(steps.at(-1)).toBe('completing')
  })

  test('is no wait for who never had one', async () => {
    const { world, run } = begin()
    world.onCall = () => refusal(401, 'not-signed-in')
    await expect(run()).rejects.toMatchObject({ code: 'not-signed-in' })
  })
})
