// Deleting with second thoughts: a video leaves the screen at once and the server ten seconds later, unless it is called back.
// Whoever leaves the page meanwhile has decided: then it goes out at once.
import { computed, signal } from '@preact/signals'
import type { Later } from '../later.ts'

export const undoMs = 10_000
const requestsAtOnce = 3
/** Requests that outlive their page: Chromium starts 256 at most. What is above them goes on as long as the page is only hidden. */
const mostLeaving = 200

export interface DeletionDeps {
  /** Resolves when the server has said yes; one that is gone already counts as yes. `leaving`: the page may be gone before. */
  remove(videoId: string, leaving: boolean): Promise<void>
  /** It is gone for good. */
  onRemoved(videoId: string): void
  /** The server would not: the video is on the screen again. */
  onRefused(videoId: string, why: unknown): void
  later: Later
}

export interface Deletion {
  readonly videoIds: readonly string[]
  /** Back on the screen, as if nothing had been. False when it is too late. */
  undo(): boolean
  /** The clock stands while somebody is about to press the button. */
  hold(): void
  letGo(): void
}

export function createDeletions({ remove, onRemoved, onRefused, later }: DeletionDeps) {
  /** Not yet sent, and sent but not yet answered. */
  const waiting = signal<ReadonlyMap<Deletion, () => void>>(new Map())
  const sending = signal<ReadonlySet<string>>(new Set())
  const queue: string[] = []
  let running = 0

  function forget(deletion: Deletion) {
    const rest = new Map(waiting.peek())
    rest.delete(deletion)
    waiting.value = rest
  }

  async function send(videoId: string, leaving: boolean) {
    running += 1
    try {
      await remove(videoId, leaving)
      onRemoved(videoId)
    } catch (thrown) {
      onRefused(videoId, thrown)
    } finally {
      running -= 1
      const rest = new Set(sending.peek())
      rest.delete(videoId)
      sending.value = rest
      sendNext()
    }
  }

  function sendNext() {
    while (running < requestsAtOnce) {
      const next = queue.shift()
      if (next === undefined) return
      void send(next, false)
    }
  }

  function go(deletion: Deletion) {
    if (!waiting.peek().has(deletion)) return
    sending.value = new Set([...sending.peek(), ...deletion.videoIds])
    forget(deletion)
    queue.push(...deletion.videoIds)
    sendNext()
  }

  return {
    /** What the screen leaves out: it waits to be deleted, or is being deleted. */
    hidden: computed<ReadonlySet<string>>(
      () => new Set([...sending.value, ...[...waiting.value.keys()].flatMap(d => d.videoIds)]),
    ),
    begin(videoIds: readonly string[]): Deletion {
      const wait = () => later(undoMs, () => go(deletion))
      const deletion: Deletion = {
        videoIds,
        undo() {
          const cancel = waiting.peek().get(deletion)
          if (!cancel) return false
          cancel()
          forget(deletion)
          return true
        },
        hold() {
          waiting.peek().get(deletion)?.()
        },
        letGo() {
          const cancel = waiting.peek().get(deletion)
          if (!cancel) return
          cancel()
          waiting.value = new Map(waiting.peek()).set(deletion, wait())
        },
      }
      waiting.value = new Map(waiting.peek()).set(deletion, wait())
      return deletion
    },
    /** It can still be called back. Read in an effect, it is run again when that ends. */
    isWaiting: (deletion: Deletion) => waiting.value.has(deletion),
    /** The last one that can still be called back. */
    last: () => [...waiting.peek().keys()].at(-1) ?? null,
    /** The page is being left: everything goes out now, side by side, by requests that outlive it. */
    flush() {
      for (const [deletion, cancel] of waiting.peek()) {
        cancel()
        sending.value = new Set([...sending.peek(), ...deletion.videoIds])
        queue.push(...deletion.videoIds)
      }
      waiting.value = new Map()
      for (const videoId of queue.splice(0, mostLeaving)) void send(videoId, true)
    },
  }
}
