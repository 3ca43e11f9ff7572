// Where the picture comes from: what every way of playing offers to the controls, and which way this browser takes.
import type { ReadonlySignal } from '@preact/signals'

export interface Source {
  /** Short sides of the qualities there are, highest first; empty when there is no choice. */
  heights: ReadonlySignal<readonly number[]>
  /** The quality the viewer asked for; null: automatic. */
  chosen: ReadonlySignal<number | null>
  choose(height: number | null): void
  /** Seconds of the film that can be reached now; Infinity when all of it is there. */
  frontier: ReadonlySignal<number>
  /** The planned duration, once it is known. */
  setDuration(seconds: number): void
  stop(): void
}

export interface SourceEvents {
  /** Anything that went wrong, recovered from or not. */
  onError(what: string): void
  /** The source gave up. */
  onLost(): void
}

export interface SourceOptions extends SourceEvents {
  durationSeconds: number | null
  startSeconds: number
}
