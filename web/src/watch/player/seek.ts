// Going to another moment, also to one that is still being made: the player then waits there and plays as soon as it is reached.
import { effect, type ReadonlySignal, signal } from '@preact/signals'

/** So much past the target must be listed, or the picture would stop again at once. */
const marginSeconds = 2

export interface SeekTarget {
  currentTime: number
  readonly paused: boolean
  pause(): void
  play(): Promise<void>
}

/** True when a moment can be shown now. */
function isReached(target: number, frontier: number): boolean {
  return target + marginSeconds <= frontier
}

export function createSeeker(
  video: SeekTarget,
  frontier: ReadonlySignal<number>,
  lengthSeconds: () => number | null,
) {
  /** The moment the viewer waits for; null: none. */
  const pending = signal<number | null>(null)
  let playAfter = false

  const stop = effect(() => {
    const target = pending.value
    if (target === null || !isReached(target, frontier.value)) return
    pending.value = null
    video.currentTime = target
    // A refusal (no gesture yet) leaves it paused at the right place.
    if (playAfter) video.play().catch(() => {})
  })

  function to(seconds: number) {
    const length = lengthSeconds()
    const target = Math.max(0, length === null ? seconds : Math.min(seconds, length))
    if (isReached(target, frontier.peek()) || target <= video.currentTime) {
      const resume = pending.peek() !== null && playAfter
      pending.value = null
      video.currentTime = target
      if (resume) video.play().catch(() => {})
      return
    }
    if (pending.peek() === null) playAfter = !video.paused
    video.pause()
    pending.value = target
  }

  return {
    pending: pending as ReadonlySignal<number | null>,
    to,
    by: (seconds: number) => to((pending.peek() ?? video.currentTime) + seconds),
    /** Gives up waiting and goes on from where the picture stands. */
    goBack() {
      if (pending.peek() === null) return
      pending.value = null
      if (playAfter) video.play().catch(() => {})
    },
    stop,
  }
}
