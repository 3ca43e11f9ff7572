// The chapters of a film, where it brings some: cues of a text track of that kind, whoever added it.
import { signal } from '@preact/signals'

export interface Chapter {
  startSeconds: number
  endSeconds: number
  title: string
}

export function chapterAt(chapters: readonly Chapter[], seconds: number): Chapter | null {
  return (
    chapters.find(
      ({ startSeconds, endSeconds }) => seconds >= startSeconds && seconds < endSeconds,
    ) ?? null
  )
}

/** In order, and only those that are some. */
export function chaptersOf(cues: Iterable<{ startTime: number; endTime: number; text?: string }>) {
  return [...cues]
    .map(({ startTime, endTime, text = '' }) => ({
      startSeconds: startTime,
      endSeconds: endTime,
      title: text.trim(),
    }))
    .filter(({ startSeconds, endSeconds, title }) => title !== '' && endSeconds > startSeconds)
    .sort((a, b) => a.startSeconds - b.startSeconds)
}

export function watchChapters(video: HTMLVideoElement) {
  const chapters = signal<readonly Chapter[]>([])
  const tracks = video.textTracks
  function read() {
    const track = [...tracks].find(({ kind }) => kind === 'chapters')
    if (!track) return
    // A track that is off loads no cues.
    if (track.mode === 'disabled') track.mode = 'hidden'
    chapters.value = chaptersOf(track.cues ?? [])
  }
  for (const type of ['addtrack', 'change', 'removetrack']) tracks.addEventListener(type, read)
  video.addEventListener('loadeddata', read)
  video.addEventListener('load', read, true)
  read()
  return {
    chapters,
    stop() {
      for (const type of ['addtrack', 'change', 'removetrack'])
        tracks.removeEventListener(type, read)
      video.removeEventListener('loadeddata', read)
      video.removeEventListener('load', read, true)
    },
  }
}
