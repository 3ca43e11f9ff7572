// Lets so many parts through at a time, over all files together, in the order they asked. How many may change at any moment.

export interface Gate {
  /** Resolves to the way out when there is room; rejects when the signal aborts first. */
  enter(signal: AbortSignal): Promise<() => void>
}

export interface WidthGate extends Gate {
  /** More room lets the next in at once; less waits for those inside to leave. */
  resize(limit: number): void
  /** True when everybody who may be inside is. */
  isFull(): boolean
}

export function createGate(atFirst: number): WidthGate {
  let limit = atFirst
  let inside = 0
  const waiting: (() => void)[] = []

  function admit() {
    while (inside < limit) {
      const next = waiting.shift()
      if (!next) return
      inside += 1
      next()
    }
  }

  function pass(): () => void {
    let left = false
    return () => {
      if (left) return
      left = true
      inside -= 1
      admit()
    }
  }

  return {
    async enter(signal) {
      signal.throwIfAborted()
      if (inside < limit && waiting.length === 0) {
        inside += 1
        return pass()
      }
      const { promise, resolve, reject } = Promise.withResolvers<() => void>()
      const turn = () => {
        signal.removeEventListener('abort', giveUp)
        resolve(pass())
      }
      const giveUp = () => {
        waiting.splice(waiting.indexOf(turn), 1)
        reject(signal.reason)
      }
      waiting.push(turn)
      signal.addEventListener('abort', giveUp, { once: true })
      return promise
    },
    resize(next) {
      limit = next
      admit()
    },
    isFull: () => inside >= limit,
  }
}
