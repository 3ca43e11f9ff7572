// Whether there is a network, as far as the browser knows.
import { signal } from '@preact/signals'

/** False only when there is certainly none: `true` promises nothing. */
export const online = signal(navigator.onLine)

export function listenToNetwork() {
  for (const type of ['online', 'offline']) {
    addEventListener(type, () => {
      online.value = navigator.onLine
    })
  }
}
