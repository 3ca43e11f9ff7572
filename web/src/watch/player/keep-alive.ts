// The clock of a viewing: renews its token in time, and looks around when the page comes back from sleep, from hiding, from no network.
import { createRenewal, type RenewalDeps } from './renewal.ts'

const everyMs = 1_000

export function keepAlive(expiresAt: string, deps: Omit<RenewalDeps, 'nowMs'>) {
  const renewal = createRenewal(expiresAt, { ...deps, nowMs: Date.now })
  const look = () => void renewal.tick()
  const timer = setInterval(look, everyMs)
  addEventListener('online', look)
  document.addEventListener('visibilitychange', look)
  return {
    refused: () => void renewal.refused(),
    stop() {
      clearInterval(timer)
      removeEventListener('online', look)
      document.removeEventListener('visibilitychange', look)
    },
  }
}
