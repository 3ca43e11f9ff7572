// The service worker's store of answers: bounded, and no hindrance where the browser's own store is out of order.
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createKept } from '../../../web/src/offline/kept.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** As much of the browser's Cache as is used. */
function createCaches(): CacheStorage {
  const answers = new Map<string, Response>()
  const cache = {
    match: async (key: string) => answers.get(key)?.clone(),
    put: async (key: string, answer: Response) => void answers.set(key, answer),
    delete: async (key: string) => answers.delete(key),
  }
  return { open: async () => cache } as unknown as CacheStorage
}

it('keeps so many, and lets go of what was used longest ago', async () => {
  const kept = createKept(createCaches(), 'posters', 2)
  const use = async (done: Promise<void>) => {
    await vi.runAllTimersAsync()
    await done
  }
  await use(kept.keep('/a', new Response('a')))
  await use(kept.keep('/b', new Response('b')))
  await use(kept.note('/a'))
  await use(kept.keep('/c', new Response('c')))
  const there = await Promise.all(['/a', '/b', '/c'].map(async key => !!(await kept.read(key))))
  expect(there).toEqual([true, false, true])
})

it('has nothing where the store cannot be opened', async () => {
  const open = () => Promise.reject(new DOMException('out of order', 'UnknownError'))
  const kept = createKept({ open } as unknown as CacheStorage, 'posters', 2)
  expect(await kept.read('/a')).toBeUndefined()
})
