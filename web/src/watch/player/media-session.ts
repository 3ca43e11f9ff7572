// The keys and the lock screen of the machine (Media Session API): what plays, where it is, and what its buttons do.
import { effect } from '@preact/signals'
import type { Media } from './media.ts'

const stepSeconds = 10

/** Returns how to take the name away again. */
export function nameFilm(title: string, posterUrl: string | null): () => void {
  if (!('mediaSession' in navigator)) return () => {}
  const artwork = posterUrl ? [{ src: posterUrl }] : []
  navigator.mediaSession.metadata = new MediaMetadata({ title, artwork })
  return () => {
    navigator.mediaSession.metadata = null
  }
}

export interface MediaSessionDeps {
  media: Media
  lengthSeconds(): number | null
  seekTo(seconds: number): void
  seekBy(seconds: number): void
}

export function joinMediaSession({ media, lengthSeconds, seekTo, seekBy }: MediaSessionDeps) {
  if (!('mediaSession' in navigator)) return () => {}
  const { mediaSession } = navigator
  const { video } = media
  const actions: Partial<Record<MediaSessionAction, MediaSessionActionHandler>> = {
    play: () => void video.play().catch(() => {}),
    pause: () => video.pause(),
    stop: () => video.pause(),
    seekbackward: ({ seekOffset }) => seekBy(-(seekOffset ?? stepSeconds)),
    seekforward: ({ seekOffset }) => seekBy(seekOffset ?? stepSeconds),
    seekto: ({ seekTime }) => seekTime != null && seekTo(seekTime),
  }
  const set = (action: string, handler: MediaSessionActionHandler | null) => {
    try {
      mediaSession.setActionHandler(action as MediaSessionAction, handler)
    } catch {
      // An action this browser does not know.
    }
  }
  for (const [action, handler] of Object.entries(actions)) set(action, handler)

  const stop = effect(() => {
    mediaSession.playbackState = media.paused.value ? 'paused' : 'playing'
    const duration = lengthSeconds()
    const position = Math.min(media.time.value, duration ?? 0)
    const playbackRate = media.rate.value
    if (duration !== null && duration > 0)
      mediaSession.setPositionState?.({ duration, position, playbackRate })
  })
  return () => {
    stop()
    for (const action of Object.keys(actions)) set(action, null)
    mediaSession.playbackState = 'none'
    mediaSession.setPositionState?.()
  }
}
