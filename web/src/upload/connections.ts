// How many parts a line takes at once, and with how many to begin: what the browser knows of its connections.
import type { Connection } from '../connection.ts'

export const leastParts = 2
export const mostParts = 8
/** Browsers open six connections to a host that speaks HTTP/1.1, S3 among them: a seventh part would only wait inside the browser. */
const connectionsToHost = 6
/** Where the store is the page's own host, its calls and its event stream need two of them. */
const ownConnections = 2

/** `protocol`: as Resource Timing names it, empty where the store does not show it (`Timing-Allow-Origin`). */
export function mostAtOnce(protocol: string, sameHost: boolean): number {
  if (/^h[23]/.test(protocol)) return mostParts
  return sameHost ? connectionsToHost - ownConnections : connectionsToHost
}

/** Calls back when the first part has shown what the store speaks. */
export function watchProtocol(tell: (most: number) => void) {
  if (typeof PerformanceObserver === 'undefined') return
  const observer = new PerformanceObserver(list => {
    for (const entry of list.getEntries()) {
      if (!(entry instanceof PerformanceResourceTiming)) continue
      if (entry.initiatorType !== 'xmlhttprequest') continue
      tell(mostAtOnce(entry.nextHopProtocol, new URL(entry.name).host === location.host))
      observer.disconnect()
      return
    }
  })
  observer.observe({ type: 'resource' })
}

export function firstWidth({
  effectiveType,
  saveData,
}: Pick<Connection, 'effectiveType' | 'saveData'>): number {
  return saveData || /2g|3g/.test(effectiveType ?? '') ? leastParts : 4
}
