// What a page will show is asked for before the code is there that shows it: the answers come while the code does. Each is given out
// once, to whoever asks for the same first.
import type { Request } from './client.ts'

const asked = new Map<string, Promise<Response>>()
const keyOf = (path: string, { method = 'GET' }: RequestInit = {}) => `${method} ${path}`

/** `after`: what it waits for, and is not asked at all when that fails. */
export function askEarly(
  path: string,
  init: RequestInit = {},
  after: Promise<unknown> | null = null,
) {
  const answer = after ? after.then(() => fetch(path, init)) : fetch(path, init)
  // Whoever takes it learns of it.
  answer.catch(() => {})
  asked.set(keyOf(path, init), answer)
  return answer
}

/** As `fetch`. */
export const request: Request = (path, init) => {
  const key = keyOf(path, init)
  const early = asked.get(key)
  if (!early) return fetch(path, init)
  asked.delete(key)
  return init?.signal ? Promise.race([early, untilAborted(init.signal)]) : early
}

/** It went out without the signal of whoever takes it. */
const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
