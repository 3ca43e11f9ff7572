// Opens one video for watching: reads it, and asks for its playback as early as it can be had. Never asks twice at the same time.
import { effect, type Signal, signal } from '@preact/signals'
import type { PlaybackView } from '#domain/video.ts'
import type { Api } from '../api/client.ts'
import { type Problem, toProblem } from '../api/problem.ts'
import type { Library } from '../library/library.ts'
import { isWatchable } from '../progress/state-words.ts'
import type { Videos } from '../progress/videos.ts'
import type { Preparing } from './preparing.ts'

type Prepared = Pick<Preparing, 'take' | 'onItsWay' | 'keep' | 'drop' | 'open'>

export interface ViewingDeps {
  api: Pick<Api, 'readVideo' | 'openPlayback'>
  videos: Pick<Videos, 'take' | 'read' | 'watched'>
  library: Pick<Library, 'drop'>
  /** Of those who come from a page with links to it. */
  preparing?: Prepared
}

/** Where a viewing begins, and whether that is where the viewer stopped the last time. */
export interface Beginning {
  seconds: number
  resumed: boolean
}

export interface Viewing {
  playback: Signal<PlaybackView | null>
  videoId: string
  /** Where the player begins: as asked for, or where it was lost. */
  startSeconds: Signal<number>
  /** It goes on where the viewer stopped the last time. */
  resumed: boolean
  /** Why there is no picture, where the state of the video does not say so itself. */
  problem: Signal<Problem | null>
  missing: Signal<boolean>
  /** For the download; null until it has been made. */
  mp4Url: Signal<string | null>
  /** Asks again, from a moment of the film. */
  reopen(atSeconds: number): void
  /** A new token for what plays; null: no answer now. */
  renew(): Promise<PlaybackView | null>
  stop(): void
}

/** The MP4 is made after the video is ready: how long to wait before each look whether it is there. */
const mp4PausesMs = [3_000, 5_000, 10_000, 20_000, 40_000, 60_000, 120_000]

const unprepared: Prepared = {
  take: () => null,
  onItsWay: () => null,
  keep() {},
  drop() {},
  open() {},
}

const fromTheStart: Beginning = { seconds: 0, resumed: false }

export function createViewing(
  videoId: string,
  { api, videos, library, preparing = unprepared }: ViewingDeps,
  beginning: Beginning = fromTheStart,
): Viewing {
  const playback = signal<PlaybackView | null>(null)
  const startSeconds = signal(beginning.seconds)
  const problem = signal<Problem | null>(null)
  const missing = signal(false)
  const mp4Url = signal<string | null>(null)
  const stopped = new AbortController()
  let asking = false
  let awaitingMp4 = false

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

  async function ask(): Promise<PlaybackView> {
    const answer = await api.openPlayback(videoId, stopped.signal)
    preparing.keep(videoId, answer)
    return answer
  }

  function show(answer: PlaybackView) {
    playback.value = answer
    mp4Url.value = answer.mp4Url
    problem.value = null
  }

  async function open() {
    if (asking) return
    asking = true
    try {
      const prepared = await preparing.onItsWay(videoId)?.catch(() => null)
      show(prepared ?? (await ask()))
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

  async function awaitMp4() {
    awaitingMp4 = true
    for (const pause of mp4PausesMs) {
      await new Promise(resolve => setTimeout(resolve, pause))
      if (stopped.signal.aborted || mp4Url.peek() !== null) return
      const answer = await ask().catch(() => null)
      mp4Url.value = answer?.mp4Url ?? null
    }
  }

  videos.watched.value = videoId
  void read()
  preparing.open()
  const prepared = preparing.take(videoId)
  if (prepared) show(prepared)
  // Not knowing its state yet: the answer may be there before the player's code is.
  else void open()
  let wasKnown = false
  const stopOpening = effect(() => {
    const known = videos.read(videoId)
    // Deleted while it was being watched, here or elsewhere.
    if (wasKnown && !known) missing.value = true
    wasKnown ||= known !== null
    if (!known) return
    if (isWatchable(known.view) && !playback.peek() && !problem.peek()) void open()
    if (known.view.state === 'ready' && !awaitingMp4) void awaitMp4()
  })
  return {
    videoId,
    playback,
    startSeconds,
    resumed: beginning.resumed,
    problem,
    missing,
    mp4Url,
    reopen(atSeconds) {
      startSeconds.value = atSeconds
      preparing.drop(videoId)
      playback.value = null
      problem.value = null
      void read()
      void open()
    },
    async renew() {
      const answer = await ask().catch(() => null)
      if (answer) mp4Url.value = answer.mp4Url
      return answer
    },
    stop() {
      stopped.abort()
      stopOpening()
      if (videos.watched.peek() === videoId) videos.watched.value = null
    },
  }
}
