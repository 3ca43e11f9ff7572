// The service worker: makes the portal open without a network, and posters appear at once. Never keeps an answer of the API or
// anything of a film. A new build is seen at once: pages come from the network whenever it answers.
import { createKept, type Kept } from './kept.ts'
import { filesOf, wayOf } from './ways.ts'

/** What is used of a service worker's scope; the DOM's types know none. */
interface ExtendableEvent extends Event {
  waitUntil(work: Promise<unknown>): void
}
interface FetchEvent extends ExtendableEvent {
  request: Request
  preloadResponse?: Promise<Response | undefined>
  respondWith(answer: Promise<Response>): void
}
interface WorkerScope {
  caches: CacheStorage
  clients: { claim(): Promise<void> }
  location: Location
  registration: { navigationPreload?: { enable(): Promise<void> } }
  skipWaiting(): Promise<void>
  addEventListener(type: 'install' | 'activate', listener: (event: ExtendableEvent) => void): void
  addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void
}
const scope = self as unknown as WorkerScope

const names = { shell: 'millrace-shell-1', posters: 'millrace-posters-1' }
/** A few builds of the portal; the newest is used last and stays. */
const mostShellFiles = 60
const mostPosters = 200
/** A page that has not begun to come by then is drawn from the kept shell. */
const patienceMs = 2_500
const pageKey = '/index.html'

const shell = createKept(scope.caches, names.shell, mostShellFiles)
const posters = createKept(scope.caches, names.posters, mostPosters)

scope.addEventListener('install', event => {
  event.waitUntil(keepShell().then(() => scope.skipWaiting()))
})

scope.addEventListener('activate', event => {
  event.waitUntil(
    Promise.all([
      dropOldStores(),
      // The page is asked for while this worker still starts.
      scope.registration.navigationPreload?.enable(),
      scope.clients.claim(),
    ]),
  )
})

scope.addEventListener('fetch', event => {
  const found = wayOf(event.request, scope.location.origin)
  if (found.way === 'page') event.respondWith(answerPage(event))
  else if (found.way === 'asset') event.respondWith(keptFirst(event, shell, found.key))
  else if (found.way === 'poster') event.respondWith(keptFirst(event, posters, found.key))
  else if (found.way === 'file') event.respondWith(networkFirst(event, found.key))
})

/** The page and every file it names, so that they are there from the first visit on. */
async function keepShell(): Promise<void> {
  const answer = await fetch('/', { cache: 'no-cache' })
  if (!isPage(answer)) return
  await keepPage(answer)
}

async function keepPage(answer: Response): Promise<void> {
  const files = filesOf(await answer.clone().text())
  for (const key of files) {
    if (await shell.read(key)) await shell.note(key)
    else {
      const file = await fetch(key)
      if (file.ok) await shell.keep(key, file)
    }
  }
  // Last: a kept page never names files that are not kept.
  await shell.keep(pageKey, answer)
}

const isPage = (answer: Response) =>
  answer.ok &&
  !answer.redirected &&
  (answer.headers.get('content-type') ?? '').includes('text/html')

async function dropOldStores(): Promise<void> {
  const known = new Set(Object.values(names))
  const old = (await scope.caches.keys()).filter(
    name => name.startsWith('millrace-') && !known.has(name),
  )
  await Promise.all(old.map(name => scope.caches.delete(name)))
}

async function answerPage(event: FetchEvent): Promise<Response> {
  const network = (async () => (await event.preloadResponse) ?? fetch(event.request))()
  event.waitUntil(
    network.then(
      answer => (isPage(answer) ? keepPage(answer.clone()).catch(() => {}) : undefined),
      () => {},
    ),
  )
  const kept = await shell.read(pageKey)
  if (!kept) return network
  const late = new Promise<Response>(resolve => setTimeout(resolve, patienceMs, kept))
  return Promise.race([network.catch(() => kept), late])
}

async function keptFirst(event: FetchEvent, store: Kept, key: string): Promise<Response> {
  const kept = await store.read(key)
  if (kept) {
    event.waitUntil(store.note(key).catch(() => {}))
    return kept
  }
  const answer = await fetch(event.request)
  if (answer.status === 200) event.waitUntil(store.keep(key, answer.clone()).catch(() => {}))
  return answer
}

async function networkFirst(event: FetchEvent, key: string): Promise<Response> {
  try {
    const answer = await fetch(event.request)
    if (answer.ok) event.waitUntil(shell.keep(key, answer.clone()).catch(() => {}))
    return answer
  } catch (thrown) {
    const kept = await shell.read(key)
    if (kept) return kept
    throw thrown
  }
}
