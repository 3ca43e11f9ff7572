// Lets a fixed number of parts through at a time, over all files together, in the order they asked.

export interface Gate {
  /** Resolves to the way out when there is room; rejects when the signal aborts first. */
  enter(signal: AbortSignal): Promise<() => void>
}

export function createGate(limit: number): Gate {
  let inside = 0
  const waiting: (() => void)[] = []

  function leave() {
    const next = waiting.shift()
    // Room is handed over, not given back: nobody can slip in between.
    if (next) next()
    else inside -= 1
  }

  function pass(): () => void {
    let left = false
    return () => {
      if (left) return
      left = true
      leave()
    }
  }

  return {
    async enter(signal) {
      signal.throwIfAborted()
      if (inside < limit) {
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
  }
}
