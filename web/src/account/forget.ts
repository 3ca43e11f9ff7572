// Forgets what this browser keeps of a person, before somebody else uses it: reminders of uploads, places in films, posters. What the
// browser keeps of itself (looks, language, its line) stays.
import { browserStore, remember } from '../memory.ts'

const personal = ['unfinished', 'places']
const posters = 'millrace-posters'

/** A store that is out of order has kept nothing. */
async function forgetPosters(): Promise<void> {
  const names = (await globalThis.caches?.keys()) ?? []
  const kept = names.filter(name => name.startsWith(posters))
  await Promise.all(kept.map(name => caches.delete(name)))
}

export async function forget(forgetHandles: () => Promise<unknown>): Promise<void> {
  for (const key of personal) remember(browserStore(), key, null)
  await Promise.allSettled([forgetPosters(), forgetHandles()])
}
