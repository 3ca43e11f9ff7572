// Goes from one page to another without loading anything, and remembers where each page was left for those who come back.
import { computed, signal } from '@preact/signals'
import { readRoute } from './route.ts'

export interface LeftPlace {
  scrollY: number
  /** `data-place` of what had the focus, or was opened. */
  focus: string | null
}

const path = signal(location.pathname)
/** As `location.search`: «?q=…» or ''. */
export const search = signal(location.search)
export const route = computed(() => readRoute(path.value))

/** The history's entries by number, in the order they were made. */
const entry = signal(readEntry())
let lastEntry = entry.peek()
const left = new Map<number, LeftPlace>()

/** Where this page was left; null for a page that is new. */
export const returnedTo = computed<LeftPlace | null>(() => left.get(entry.value) ?? null)

function readEntry(): number {
  const { entry } = Object(history.state) as { entry?: unknown }
  return typeof entry === 'number' ? entry : 0
}

function leave(opened: Element | null = null) {
  const place = (opened ?? document.activeElement)?.closest<HTMLElement>('[data-place]')
  left.set(entry.peek(), { scrollY, focus: place?.dataset['place'] ?? null })
}

function arrive() {
  entry.value = readEntry()
  search.value = location.search
  path.value = location.pathname
}

const here = () => location.pathname + location.search

/** `opened`: the link, where there is one. */
export function navigate(to: string, opened: Element | null = null) {
  if (to === here()) return
  leave(opened)
  lastEntry += 1
  left.delete(lastEntry)
  history.pushState({ entry: lastEntry }, '', to)
  arrive()
  scrollTo(0, 0)
}

/** Another address for the same page: nothing to go back to in between. */
export function replace(to: string) {
  if (to === here()) return
  history.replaceState(history.state, '', to)
  arrive()
}

/** Makes every plain click on a link of this site, and the browser's back and forward, change the page in place. */
export function listen() {
  // The browser would scroll before the page is there.
  history.scrollRestoration = 'manual'
  addEventListener('popstate', () => {
    leave()
    arrive()
    if (!returnedTo.peek()) scrollTo(0, 0)
  })
  document.addEventListener('click', event => {
    const link = event.target instanceof Element ? event.target.closest('a') : null
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey
    if (!link || !plain || event.altKey || event.defaultPrevented) return
    if (
      link.target ||
      link.hash ||
      link.hasAttribute('download') ||
      link.origin !== location.origin
    )
      return
    if (readRoute(link.pathname).page === 'not-found') return
    event.preventDefault()
    navigate(link.pathname + link.search, link)
  })
}
