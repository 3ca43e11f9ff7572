// Where the picture comes from: what every way of playing offers to the controls, and what it is told.
import { type ReadonlySignal, signal } from '@preact/signals'
import type { StartWishes } from '../ahead/start.ts'
import type { Spending } from '../memory/spending.ts'

export interface Track {
  id: number
  name: string
  /** BCP 47; null: not said. */
  language: string | null
}

/** Sound or captions in several languages. */
export interface Tracks {
  all: ReadonlySignal<readonly Track[]>
  /** Null: none. */
  chosen: ReadonlySignal<number | null>
  choose(id: number | null): void
}

export interface Source {
  /** Short sides of the qualities there are, highest first; empty when there is no choice. */
  heights: ReadonlySignal<readonly number[]>
  /** The quality the viewer asked for; null: automatic. */
  chosen: ReadonlySignal<number | null>
  choose(height: number | null): void
  /** The quality that was asked for and is not on the screen yet; null: nothing is awaited. */
  arriving: ReadonlySignal<number | null>
  /** The viewer chose more than the line carries. */
  overtaxed(): boolean
  /** The viewer is about to choose: what is small and will be needed is fetched. */
  anticipate(): void
  /** The picture stands for a moment because another quality takes its place. */
  changing(): boolean
  sounds: Tracks
  captions: Tracks
  /** Seconds of the film that can be reached now; Infinity when all of it is there. */
  frontier: ReadonlySignal<number>
  /** The server does not answer at the moment; it is asked again and again. */
  troubled: ReadonlySignal<boolean>
  /** How long one picture stands. */
  frameSeconds(): number
  /** The planned duration, once it is known. */
  setDuration(seconds: number): void
  /** From now on with the token of this address. */
  renew(url: string): void
  /** The machine has slept: what is out of date is read again. */
  wake(): void
  spend(spending: Spending): void
  stop(): void
}

export interface SourceEvents {
  /** Anything that went wrong, recovered from or not. */
  onError(what: string): void
  /** The server no longer takes the token. */
  onRefused(): void
  /** The source gave up. */
  onLost(): void
}

export interface SourceOptions extends SourceEvents {
  durationSeconds: number | null
  startSeconds: number
  /** The film still grows: it begins with its lowest rung. */
  growing: boolean
  wishes: StartWishes
  spending: Spending
}

/** Of a way of playing that leaves the choice to the browser. */
export const noTracks: Tracks = {
  all: signal<readonly Track[]>([]),
  chosen: signal<number | null>(null),
  choose() {},
}

/** Where the film does not say how fast its pictures come. */
export const usualFrameSeconds = 1 / 25
