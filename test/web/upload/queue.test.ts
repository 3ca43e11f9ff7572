// The queue of uploads: a person's steps, what they make the engine do, and what the screen is told.
import { effect } from '@preact/signals'
import { describe, expect, test } from 'vitest'
import { Problem } from '../../../web/src/api/problem.ts'
import type { UploadJob } from '../../../web/src/upload/job.ts'
import { createQueue, type QueueDeps } from '../../../web/src/upload/queue.ts'
import { createUnfinishedList } from '../../../web/src/upload/unfinished.ts'
import { createWorld, fakeFile, refusal, until } from './fakes.ts'

function open(more: Partial<QueueDeps> = {}) {
  const { world, deps } = createWorld()
  const stored = new Map<string, string>()
  const storage = {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
  }
  const unfinished = createUnfinishedList(storage, Date.now)
  const uploaded: string[] = []
  const failed: string[] = []
  const queue = createQueue({
    ...deps,
    unfinished,
    claim: async () => () => {},
    nowMs: () => performance.now(),
    inspect: async () => null,
    readFacts: async () => null,
    onUploaded: view => uploaded.push(view.videoId),
    onFailed: ({ name }, { code }) => failed.push(`${name}: ${code}`),
    ...more,
  })
  const jobs = () => queue.jobs.value
  const job = (at = 0): UploadJob => {
    const found = jobs()[at]
    if (!found) throw new Error(`no job ${at}`)
    return found
  }
  const stage = (at = 0) => jobs()[at]?.view.value.stage
  return { world, queue, unfinished, uploaded, failed, jobs, job, stage }
}

const aborts = (calls: string[]) => calls.filter(call => call.startsWith('DELETE'))

describe('the queue', () => {
  test('takes a file up, tells its progress, and hands the video over', async () => {
    const { queue, uploaded, stage, job, unfinished, world } = open()
    queue.add([fakeFile(95)])
    await until(() => stage() === 'uploaded')
    expect(uploaded).toEqual([world.videoId])
    expect(job().view.value).toMatchObject({ sentBytes: 95, videoId: world.videoId })
    expect(unfinished.list.value).toEqual([])
    expect(queue.runningCount.value).toBe(0)
  })

  test('two files at a time; the third waits for its turn', async () => {
    const { queue, world, jobs, stage } = open()
    const { promise, resolve } = Promise.withResolvers<void>()
    world.hold = promise
    queue.add([1, 2, 3].map(n => fakeFile(30, { name: `${n}.mp4` })))
    await until(() => world.inFlight === 4)
    expect(jobs().map((_, at) => stage(at))).toEqual(['sending', 'sending', 'waiting'])
    world.hold = null
    resolve()
    await until(() => stage(2) !== 'waiting')
  })

  test('one that was moved up starts before the others; those that have begun stay', async () => {
    const { queue, world, jobs, stage, job } = open()
    const { promise, resolve } = Promise.withResolvers<void>()
    world.hold = promise
    queue.add([1, 2, 3, 4].map(n => fakeFile(30, { name: `${n}.mp4` })))
    await until(() => stage(1) === 'sending')
    queue.move(job(3), 0)
    expect(jobs().map(({ file }) => file.name)).toEqual(['1.mp4', '2.mp4', '4.mp4', '3.mp4'])
    expect(queue.total.value).toMatchObject({ count: 4, done: 0 })
    queue.pause(job(0))
    await until(() => stage(2) !== 'waiting')
    expect(stage(3)).toBe('waiting')
    world.hold = null
    resolve()
  })

  describe('a file that is no video', () => {
    const refuse = async () => new Problem('source-not-media')

    test('is refused before a byte is sent; the others go', async () => {
      const { queue, world, stage } = open({
        inspect: async file => (file.name === 'fake.mp4' ? refuse() : null),
      })
      queue.add([fakeFile(30, { name: 'fake.mp4' }), fakeFile(30)])
      await until(() => stage(1) === 'uploaded')
      expect(stage(0)).toBe('failed')
      expect(world.puts).toHaveLength(3)
    })

    test('goes when the person says so', async () => {
      const { queue, job, stage } = open({ inspect: refuse })
      queue.add([fakeFile(30)])
      await until(() => stage() === 'failed')
      queue.resume(job())
      expect(stage()).toBe('failed')
      queue.sendAnyway(job())
      await until(() => stage() === 'uploaded')
    })

    test('of two hundred at once each gets its word, the list changes once', async () => {
      const { queue, jobs, stage, world } = open({ inspect: refuse })
      let changes = 0
      effect(() => {
        void queue.jobs.value
        changes += 1
      })
      queue.add(Array.from({ length: 200 }, (_, n) => fakeFile(30, { name: `${n}.mp4` })))
      await until(() => jobs().every((_, at) => stage(at) === 'failed'))
      expect(changes).toBe(2)
      expect(world.calls).toEqual([])
    })
  })

  test('what the browser can read of a file is shown', async () => {
    const media = { durationSeconds: 12, width: 640, height: 360 }
    const { queue, job } = open({ readFacts: async () => media })
    queue.add([fakeFile(30)])
    await until(() => job().view.value.media !== null)
    expect(job().view.value.media).toEqual(media)
  })

  test('a pause keeps what was sent, a resume sends the rest', async () => {
    const { queue, world, job, stage, unfinished } = open()
    queue.add([fakeFile(95)])
    await until(() => world.held.size >= 2)
    queue.pause(job())
    expect(stage()).toBe('paused')
    await until(() => world.inFlight === 0)
    const sent = world.puts.length
    expect(queue.runningCount.value).toBe(0)
    expect(unfinished.list.value).toHaveLength(1)

    queue.resume(job())
    await until(() => stage() === 'uploaded')
    expect(world.puts.length - sent).toBeLessThan(10)
    expect(aborts(world.calls)).toEqual([])
    expect(world.completed).toBe(true)
  })

  test('paused and resumed in one breath, it still runs once', async () => {
    const { queue, world, job, stage } = open()
    world.hold = new Promise(() => {})
    queue.add([fakeFile(95)])
    await until(() => world.inFlight === 4)
    queue.pause(job())
    queue.resume(job())
    await until(() => world.puts.length === 8)
    queue.pause(job())
    await until(() => world.inFlight === 0)
    world.hold = null
    queue.resume(job())
    await until(() => stage() === 'uploaded')
    expect(world.calls.filter(call => call.endsWith('/complete'))).toHaveLength(1)
  })

  test('only a cancel throws away what the store holds', async () => {
    const { queue, world, job, jobs, unfinished } = open()
    world.hold = new Promise(() => {})
    queue.add([fakeFile(95)])
    await until(() => world.inFlight === 4)
    await queue.cancel(job())
    expect(aborts(world.calls)).toEqual([`DELETE /api/uploads/${world.videoId}`])
    expect(jobs()).toEqual([])
    expect(unfinished.list.value).toEqual([])
  })

  test('a cancel while the upload is being begun still finds and removes it', async () => {
    const { queue, world, job } = open()
    world.onCall = call => {
      if (call === 'POST /api/uploads') void queue.cancel(job())
      return null
    }
    queue.add([fakeFile(95)])
    await until(() => aborts(world.calls).length === 1)
    expect(world.puts).toEqual([])
  })

  test('a failure says why, keeps the upload, and can be tried again', async () => {
    const { queue, world, job, stage, unfinished, failed } = open()
    world.onPut = () => new Problem('store-refused', { status: 503 })
    queue.add([fakeFile(30)])
    await until(() => stage() === 'failed')
    expect(job().view.value.problem?.code).toBe('store-refused')
    expect(failed).toEqual(['lake.mp4: store-refused'])
    expect(unfinished.list.value).toHaveLength(1)
    world.onPut = () => null
    queue.resume(job())
    await until(() => stage() === 'uploaded')
  })

  test('an upload that is gone begins anew at the next try', async () => {
    const { queue, world, job, stage, unfinished } = open()
    world.onPut = () => new Problem('store-refused', { status: 404 })
    queue.add([fakeFile(30)])
    await until(() => stage() === 'failed')
    expect(unfinished.list.value).toEqual([])
    expect(job().view.value.sentBytes).toBe(0)
    world.onPut = () => null
    world.begun = false
    queue.resume(job())
    await until(() => stage() === 'uploaded')
    expect(world.calls.filter(call => call === 'POST /api/uploads')).toHaveLength(2)
  })

  test('the same file again goes on where it is, and is no second upload', async () => {
    const { queue, world, job, jobs, stage } = open()
    queue.add([fakeFile(95)])
    await until(() => world.inFlight > 0)
    queue.add([fakeFile(95)])
    expect(jobs()).toHaveLength(1)
    queue.pause(job())
    queue.add([fakeFile(95)])
    await until(() => stage() === 'uploaded')
    expect(jobs()).toHaveLength(1)
  })

  test('a file the server refuses for good may be replaced, not retried', async () => {
    const { queue, world, job, stage, jobs } = open()
    world.onCall = () => refusal(413, 'source-too-large')
    queue.add([fakeFile(30)])
    await until(() => stage() === 'failed')
    queue.resume(job())
    expect(stage()).toBe('failed')
    world.onCall = () => null
    queue.add([fakeFile(30)])
    await until(() => stage() === 'uploaded')
    expect(jobs()).toHaveLength(1)
  })

  test('a file another tab is sending is left to it', async () => {
    const { queue, world, job, stage } = open({ claim: async () => null })
    queue.add([fakeFile(30)])
    await until(() => stage() === 'failed')
    expect(job().view.value.problem?.code).toBe('in-other-tab')
    expect(world.calls).toEqual([])
  })

  test('the bytes on the screen never go back, whatever has to be sent again', async () => {
    let now = 0
    // A second a look, so that the screen is told everything.
    const { queue, world, job, stage } = open({ nowMs: () => (now += 1000) })
    let broken = 12
    world.onPut = () => (broken-- > 0 ? new Problem('store-refused', { status: 500 }) : null)
    queue.add([fakeFile(200)])
    const shown: number[] = []
    effect(() => void shown.push(job().view.value.sentBytes))
    await until(() => stage() === 'uploaded')
    expect(shown).toEqual(shown.toSorted((a, b) => a - b))
    expect(shown.at(-1)).toBe(200)
  })
})
