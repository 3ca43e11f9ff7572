// What happens when, for simulations: actions in the order of their time, those of one time in the order in which they were
// planned. Nothing waits for a clock.

export interface Agenda {
  /** Seconds since the beginning. */
  readonly now: number
  at(seconds: number, action: () => void): void
  after(seconds: number, action: () => void): void
  /** Until nothing is planned any more. */
  run(): void
}

interface Entry {
  at: number
  order: number
  action: () => void
}

const before = (a: Entry, b: Entry) => a.at < b.at || (a.at === b.at && a.order < b.order)

export function createAgenda(): Agenda {
  /** A binary heap: the next one first. */
  const heap: Entry[] = []
  let now = 0
  let planned = 0

  function swap(a: number, b: number): void {
    const [x, y] = [heap[a], heap[b]]
    if (x && y) [heap[a], heap[b]] = [y, x]
  }

  function push(entry: Entry): void {
    heap.push(entry)
    for (let child = heap.length - 1; child > 0; ) {
      const parent = (child - 1) >> 1
      const above = heap[parent]
      if (!above || !before(entry, above)) break
      swap(child, parent)
      child = parent
    }
  }

  function pop(): Entry | undefined {
    const [first] = heap
    const last = heap.pop()
    if (!first || !last || first === last) return first
    heap[0] = last
    for (let parent = 0; ; ) {
      const [left, right] = [2 * parent + 1, 2 * parent + 2]
      const [a, b] = [heap[left], heap[right]]
      const child = a && b && before(b, a) ? right : left
      const below = heap[child]
      if (!below || !before(below, last)) break
      swap(parent, child)
      parent = child
    }
    return first
  }

  return {
    get now() {
      return now
    },
    at(seconds, action) {
      if (seconds < now) throw new RangeError('the past is over')
      push({ at: seconds, order: planned++, action })
    },
    after(seconds, action) {
      this.at(now + seconds, action)
    },
    run() {
      for (let next = pop(); next; next = pop()) {
        now = next.at
        next.action()
      }
    },
  }
}
