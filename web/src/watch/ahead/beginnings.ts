// Beginnings of films that somebody is about to watch: the one larder of the page, and what is known of the line that fills it.
import type { PlaybackView } from '#domain/video.ts'
import { readConnection } from '../../connection.ts'
import { browserStore } from '../../memory.ts'
import { recallLine } from '../memory/line-memory.ts'
import { recallPlace } from '../memory/place-memory.ts'
import { planSpending } from '../memory/spending.ts'
import { recallWays } from '../memory/ways.ts'
import { createLarder } from './larder.ts'
import type { StartWishes } from './start.ts'
import { stockFilm } from './stock-film.ts'

export const larder = createLarder({
  request: (url, init) => fetch(url, init),
  nowMs: () => performance.now(),
})

/** How a film is to begin in this browser, on this line. */
export function readWishes() {
  const store = browserStore()
  const connection = readConnection()
  const bitsPerSecond = recallLine(store, connection.kind, Date.now())
  const { quality, saver } = recallWays(store)
  const spending = planSpending(connection, bitsPerSecond, saver)
  const wishes: StartWishes = {
    bitsPerSecond,
    maxHeight: spending.maxHeight,
    chosenHeight: quality,
  }
  return { wishes, spending }
}

/** The beginning of a film that is opened. */
export function stockBeginning(
  playback: Pick<PlaybackView, 'url' | 'growing'>,
  startSeconds: number,
  signal: AbortSignal,
): Promise<void> {
  return stockFilm(larder, playback, { startSeconds, wishes: readWishes().wishes, signal })
}

/** The beginning of a film that somebody points at, from where they will go on; nothing for those who save data. */
export async function prepareBeginning(
  videoId: string,
  playback: Pick<PlaybackView, 'url' | 'growing'>,
  signal: AbortSignal,
): Promise<void> {
  const store = browserStore()
  if (readConnection().saveData || recallWays(store).saver) return
  await stockBeginning(playback, recallPlace(store, videoId) ?? 0, signal)
}
