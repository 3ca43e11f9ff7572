// Goes from one page to another without loading anything.
import { computed, signal } from '@preact/signals'
import { readRoute } from './route.ts'

const path = signal(location.pathname)
export const route = computed(() => readRoute(path.value))

export function navigate(to: string) {
  if (to === location.pathname) return
  history.pushState(null, '', to)
  path.value = location.pathname
  scrollTo(0, 0)
}

/** Makes every plain click on a link of this site, and the browser's back and forward, change the page in place. */
export function listen() {
  addEventListener('popstate', () => {
    path.value = location.pathname
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
    navigate(link.pathname)
  })
}
