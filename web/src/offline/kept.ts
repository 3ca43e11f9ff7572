// A store of answers that stays within bounds, over the browser's Cache. Its order of use lies in the store itself, for a service
// worker is ended and begun anew at any time.
import { type Recent, use } from './recent.ts'

const orderKey = '/-/order'
const settleMs = 100

export type Kept = ReturnType<typeof createKept>

export function createKept(caches: CacheStorage, name: string, most: number) {
  let waiting: string[] = []
  let noting: Promise<void> = Promise.resolve()

  async function readOrder(cache: Cache): Promise<Recent> {
    const answer = await cache.match(orderKey)
    const order: unknown = await answer?.json().catch(() => null)
    return Array.isArray(order) ? order.filter(key => typeof key === 'string') : []
  }

  async function noteAll(): Promise<void> {
    await new Promise(resolve => setTimeout(resolve, settleMs))
    const keys = waiting
    waiting = []
    const cache = await caches.open(name)
    let order = await readOrder(cache)
    for (const key of keys) {
      const { recent, gone } = use(order, key, most)
      order = recent
      await Promise.all(gone.map(old => cache.delete(old)))
    }
    await cache.put(orderKey, Response.json(order))
  }

  /** A page of posters at once, and one after the other: two at once would each forget what the other noted. */
  function note(key: string): Promise<void> {
    waiting.push(key)
    if (waiting.length === 1) noting = noting.then(noteAll, noteAll)
    return noting
  }

  return {
    /** Undefined where the browser's store is out of order, too: the network may have it. */
    async read(key: string): Promise<Response | undefined> {
      try {
        return await (await caches.open(name)).match(key)
      } catch {
        return undefined
      }
    },
    /** Resolves once it is within its bounds again. */
    async keep(key: string, answer: Response): Promise<void> {
      await (await caches.open(name)).put(key, answer)
      await note(key)
    },
    note,
  }
}
