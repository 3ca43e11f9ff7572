// Follows videos by looking at their records: a snapshot of each, then every change, until all are final or time is up. Looks
// often where something is about to happen, else less and less.
import { setTimeout as wait } from 'node:timers/promises'
import { pingEverySeconds, streamLifeSeconds } from '#domain/timing.ts'
import { isFinalState, type VideoView } from '#domain/video.ts'

export interface FollowTiming {
  /** Between looks in the first seconds, and while a video is about to start. */
  fastSeconds: number
  fastForSeconds: number
  /** Between looks later on. */
  slowSeconds: number
  pingSeconds: number
  lifeSeconds: number
}

export const usualTiming: FollowTiming = {
  fastSeconds: 0.25,
  fastForSeconds: 20,
  slowSeconds: 1,
  pingSeconds: pingEverySeconds,
  lifeSeconds: streamLifeSeconds,
}

export interface Followed {
  videoId: string
  /** Null: not there, or on its way out. */
  read(): Promise<VideoView | null>
  /** What is known of it; null once it is gone. */
  view: VideoView | null
}

export interface FollowEvents {
  video(view: VideoView): void
  gone(videoId: string): void
  done(): void
  ping(): void
}

/** Longer steps between looks that find nothing. */
const slowDown = 1.5

const isStarting = ({ state, playable }: VideoView) =>
  state === 'queued' || (state === 'processing' && !playable)
const isOpen = ({ view }: Followed) => view !== null && !isFinalState(view.state)

/** Ends after `done`, at the end of its life, or with the signal. Nothing is thrown for the signal. */
export async function follow(
  followed: readonly Followed[],
  timing: FollowTiming,
  events: FollowEvents,
  signal: AbortSignal,
): Promise<void> {
  const start = performance.now()
  const elapsed = () => (performance.now() - start) / 1000
  let pinged = 0
  let pause = timing.fastSeconds

  async function look(video: Followed): Promise<boolean> {
    const known = video.view
    const found = await video.read()
    if (signal.aborted || !known) return false
    if (!found) {
      video.view = null
      events.gone(video.videoId)
      return true
    }
    // Reads may come from an older copy: what was shown never goes back.
    if (found.version <= known.version) return false
    video.view = { ...found, ratio: Math.max(found.ratio, known.ratio) }
    events.video(video.view)
    return true
  }

  for (const { videoId, view } of followed) {
    if (view) events.video(view)
    else events.gone(videoId)
  }
  while (!signal.aborted) {
    const open = followed.filter(isOpen)
    if (open.length === 0) return events.done()
    const fast =
      elapsed() < timing.fastForSeconds || open.some(({ view }) => view && isStarting(view))
    if (fast) pause = timing.fastSeconds
    const left = timing.lifeSeconds - elapsed()
    if (left <= 0) return
    try {
      await wait(Math.min(pause, left) * 1000, undefined, { signal })
    } catch {
      return
    }
    const changed = await Promise.all(open.map(look))
    pause = changed.includes(true)
      ? timing.fastSeconds
      : Math.min(timing.slowSeconds, pause * slowDown)
    if (elapsed() - pinged >= timing.pingSeconds) {
      pinged = elapsed()
      events.ping()
    }
  }
}
