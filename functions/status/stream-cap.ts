// So many event streams at a time each: a person has tabs and devices, not thousands. Counted in this process, which on a laptop serves
// everybody; on AWS a stream is an execution of its own, and their number is the stage's (`streamConcurrency`).

/** Streams of one person, or of one network address of those who have not signed in. */
export const mostStreams = 100

export interface StreamCap {
  /** Null: there are enough. @returns what gives the place back, once however often it is called */
  take(subject: string): (() => void) | null
}

export function createStreamCap(most = mostStreams): StreamCap {
  const open = new Map<string, number>()
  return {
    take(subject) {
      const count = open.get(subject) ?? 0
      if (count >= most) return null
      open.set(subject, count + 1)
      let held = true
      return () => {
        if (!held) return
        held = false
        const left = (open.get(subject) ?? 1) - 1
        if (left > 0) open.set(subject, left)
        else open.delete(subject)
      }
    },
  }
}
