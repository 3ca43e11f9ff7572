// Measures the viewer's line by what came over it: pieces of films, without those that the browser had already.

export interface Arrival {
  bytes: number
  /** From its first byte to its last: a long way is not a narrow one, and a server may hold a request. */
  milliseconds: number
}

/** So many pieces are looked back at. */
const window = 8
/** Smaller ones come in one burst, whatever the line. */
const leastBytes = 40_000

export function createLineMeasure() {
  let arrivals: Arrival[] = []
  return {
    add(arrival: Arrival) {
      if (arrival.bytes < leastBytes || !(arrival.milliseconds > 0)) return
      arrivals = [...arrivals, arrival].slice(-window)
    },
    /** Null: nothing came yet. */
    bitsPerSecond(): number | null {
      const bytes = arrivals.reduce((sum, arrival) => sum + arrival.bytes, 0)
      const milliseconds = arrivals.reduce((sum, arrival) => sum + arrival.milliseconds, 0)
      return milliseconds > 0 ? (bytes * 8000) / milliseconds : null
    },
  }
}

const isFilm = /\/t\/[^/]+\/v\/.+\.mp4$/

/** Calls back for each piece of a film that came over the line. */
export function watchArrivals(onArrival: (arrival: Arrival) => void): () => void {
  const observer = new PerformanceObserver(list => {
    for (const entry of list.getEntries()) {
      if (!(entry instanceof PerformanceResourceTiming) || !isFilm.test(entry.name)) continue
      // 0: it came out of the browser's own cache (Resource Timing §4.3).
      if (entry.transferSize === 0) continue
      const { encodedBodySize: bytes, responseStart, responseEnd } = entry
      onArrival({ bytes, milliseconds: responseEnd - responseStart })
    }
  })
  observer.observe({ type: 'resource' })
  return () => observer.disconnect()
}
