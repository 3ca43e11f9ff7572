// Beginnings of films that somebody is about to watch: fetched into the one cache of the page, by what is known of the line.
import type { PlaybackView } from '#domain/video.ts'
import { readConnection } from '../../connection.ts'
import { browserStore } from '../../memory.ts'
import { recallLine } from '../memory/line-memory.ts'
import { recallPlace } from '../memory/place-memory.ts'
import { planSpending } from '../memory/spending.ts'
import { recallPreferences } from '../memory/watch-preferences.ts'
import { createPrefetchCache } from './prefetch-cache.ts'
import { prefetchFilm } from './prefetch-film.ts'
import type { StartWishes } from './start.ts'

export const prefetched = createPrefetchCache({
  request: (url, init) => fetch(url, init),
  nowMs: () => performance.now(),
})

/** How a film is to begin in this browser, on this line. */
export function readWishes() {
  const store = browserStore()
  const connection = readConnection()
  const bitsPerSecond = recallLine(store, connection.kind, Date.now())
  const { quality, saver } = recallPreferences(store)
  const spending = planSpending(connection, bitsPerSecond, saver)
  const wishes: StartWishes = {
    bitsPerSecond,
    maxHeight: spending.maxHeight,
    chosenHeight: quality,
  }
  return { wishes, spending }
}

/** The beginning of a film that is opened. */
export function prefetchBeginning(
  playback: Pick<PlaybackView, 'url' | 'growing'>,
  startSeconds: number,
  signal: AbortSignal,
): Promise<void> {
  return prefetchFilm(prefetched, playback, { startSeconds, wishes: readWishes().wishes, signal })
}

/** The beginning of a film that somebody points at, from where they will go on; nothing for those who save data. */
export async function prepareBeginning(
  videoId: string,
  playback: Pick<PlaybackView, 'url' | 'growing'>,
  signal: AbortSignal,
): Promise<void> {
  const store = browserStore()
  if (readConnection().saveData || recallPreferences(store).saver) return
  await prefetchBeginning(playback, recallPlace(store, videoId) ?? 0, signal)
}
