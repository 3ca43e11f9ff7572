// Gets ready for the video somebody is about to open: the player's code, the answer that opens it, its first seconds. One at a time,
// and given up as soon as the pointer goes elsewhere.
import type { PlaybackView } from '#domain/video.ts'
import type { Api } from '../api/client.ts'
import type { Later } from '../later.ts'
import { readRoute } from '../route.ts'
import { preloadPlayer } from './player-chunk.ts'

export interface PreparingDeps {
  api: Pick<Api, 'openPlayback'>
  /** The player's way to fetch a beginning. */
  loadPrefetch(): Promise<PrepareBeginning>
  /** Milliseconds since the epoch. */
  nowMs(): number
  later: Later
}

type PrepareBeginning = (videoId: string, playback: PlaybackView, signal: AbortSignal) => unknown

/** A pointer on its way across the page does not mean what it touches. */
const meansItAfterMs = 50
/** So many answers are kept, each for the life of its token; of a film that grows, only as long as nothing else is known. */
const mostKept = 30
const growingKeptMs = 3_000
/** An answer is given out so long before its token ends. */
const marginMs = 30 * 60_000

interface Kept {
  playback: PlaybackView
  untilMs: number
}

export type Preparing = ReturnType<typeof createPreparing>

export function createPreparing({ api, loadPrefetch, nowMs, later }: PreparingDeps) {
  const kept = new Map<string, Kept>()
  const asked = new Map<string, Promise<PlaybackView>>()
  let meant: { videoId: string; stop: AbortController; forget(): void } | null = null

  function take(videoId: string): PlaybackView | null {
    const found = kept.get(videoId)
    return found && nowMs() < found.untilMs ? found.playback : null
  }

  function keep(videoId: string, playback: PlaybackView) {
    const untilMs = playback.growing
      ? nowMs() + growingKeptMs
      : Date.parse(playback.expiresAt) - marginMs
    kept.delete(videoId)
    kept.set(videoId, { playback, untilMs })
    for (const id of [...kept.keys()].slice(0, -mostKept)) kept.delete(id)
  }

  /** Not given up when the pointer leaves: the answer is small, and kept. */
  function ask(videoId: string): Promise<PlaybackView> {
    const answer = asked.get(videoId) ?? api.openPlayback(videoId)
    asked.set(videoId, answer)
    const done = () => void asked.delete(videoId)
    answer.then(playback => keep(videoId, playback), done).finally(done)
    return answer
  }

  async function prepare(videoId: string, signal: AbortSignal) {
    const prefetch = loadPrefetch()
    // Both fail without harm: whoever opens the video asks again, aloud.
    prefetch.catch(() => {})
    const playback = take(videoId) ?? (await ask(videoId))
    if (!signal.aborted) await (await prefetch)(videoId, playback, signal)
  }

  function leave() {
    meant?.forget()
    meant?.stop.abort()
    meant = null
  }

  return {
    /** Somebody points at a video. `sure`: a finger is already on it. */
    point(videoId: string, sure = false) {
      if (meant?.videoId === videoId) return
      leave()
      const stop = new AbortController()
      const begin = () => void prepare(videoId, stop.signal).catch(() => {})
      const forget = sure ? () => {} : later(meansItAfterMs, begin)
      meant = { videoId, stop, forget }
      if (sure) begin()
    },
    leave,
    /** It is being opened: what is on its way goes on. */
    open(): void {
      meant = null
    },
    /** The answer that opens a video, if it is there and still good. */
    take,
    /** The answer that is on its way; null: nobody asked. */
    onItsWay: (videoId: string) => asked.get(videoId) ?? null,
    keep,
    /** It is no good any more. */
    drop: (videoId: string) => void kept.delete(videoId),
  }
}

/** The video a link leads to; null: none. */
function videoBehind(target: EventTarget | null): string | null {
  const link = target instanceof Element ? target.closest('a') : null
  if (!link || link.origin !== location.origin || link.hasAttribute('download')) return null
  const route = readRoute(link.pathname)
  return route.page === 'watch' ? route.videoId : null
}

/** Follows pointer, finger and focus over every link to a video, on whatever page. */
export function listenForIntent({ point, leave }: Preparing) {
  const on = (type: string, sure: boolean) =>
    document.addEventListener(
      type,
      ({ target }) => {
        const videoId = videoBehind(target)
        if (videoId) point(videoId, sure)
        else if (type === 'pointerover') leave()
      },
      { passive: true },
    )
  on('pointerover', false)
  on('focusin', false)
  on('touchstart', true)
  // The finger scrolls instead.
  document.addEventListener('pointercancel', leave)
  // It leaves the window: nobody means anything.
  document.documentElement.addEventListener('pointerleave', leave)
}

/** A small piece of code of its own: a film's first seconds come beside the player, not after it. */
export function loadPrefetch() {
  preloadPlayer()
  return import('./ahead/beginnings.ts').then(chunk => chunk.prepareBeginning)
}
