// Opens one video for watching: reads it, asks for its playback as early as it can be had, loads the player meanwhile. Never asks
// twice at the same time.
import { effect, type Signal, signal } from '@preact/signals'
import type { PlaybackView } from '#domain/video.ts'
import type { Api } from '../api/client.ts'
import { type Problem, toProblem } from '../api/problem.ts'
import { isWatchable } from '../library/card-words.ts'
import type { Library } from '../library/library.ts'
import type { Videos } from '../progress/videos.ts'

export interface ViewingDeps {
  api: Pick<Api, 'readVideo' | 'openPlayback'>
  videos: Pick<Videos, 'take' | 'read' | 'watched'>
  library: Pick<Library, 'drop'>
}

export interface Viewing {
  playback: Signal<PlaybackView | null>
  /** Where the player begins: 0, or where it was lost. */
  startSeconds: Signal<number>
  /** Why there is no picture, where the state of the video does not say so itself. */
  problem: Signal<Problem | null>
  missing: Signal<boolean>
  /** Asks again, from a moment of the film. */
  reopen(atSeconds: number): void
  stop(): void
}

export function createViewing(videoId: string, { api, videos, library }: ViewingDeps): Viewing {
  const playback = signal<PlaybackView | null>(null)
  const startSeconds = signal(0)
  const problem = signal<Problem | null>(null)
  const missing = signal(false)
  const stopped = new AbortController()
  let asking = false

  async function read() {
    try {
      videos.take(await api.readVideo(videoId))
    } catch (thrown) {
      const read = toProblem(thrown)
      if (read.status !== 404) problem.value = read
      else {
        missing.value = true
        library.drop(videoId)
      }
    }
  }

  async function open() {
    if (asking) return
    asking = true
    try {
      playback.value = await api.openPlayback(videoId, stopped.signal)
      problem.value = null
    } catch (thrown) {
      if (stopped.signal.aborted) return
      const refused = toProblem(thrown)
      // Too early, or too late: the state of the video says which, and the next change of it asks again.
      const byState = ['not-playable', 'state-conflict'].includes(refused.code)
      if (!byState && refused.status !== 404) problem.value = refused
    } finally {
      asking = false
    }
  }

  videos.watched.value = videoId
  void read()
  // Not knowing its state yet: the answer may be there before the player's code is.
  void open()
  const stopOpening = effect(() => {
    const known = videos.read(videoId)
    if (known && isWatchable(known.view) && !playback.peek() && !problem.peek()) void open()
  })

  return {
    playback,
    startSeconds,
    problem,
    missing,
    reopen(atSeconds) {
      startSeconds.value = atSeconds
      playback.value = null
      problem.value = null
      void read()
      void open()
    },
    stop() {
      stopped.abort()
      stopOpening()
      if (videos.watched.peek() === videoId) videos.watched.value = null
    },
  }
}
