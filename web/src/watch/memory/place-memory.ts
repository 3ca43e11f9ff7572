// Where a viewer stopped in each video, so that it goes on from there. A bounded number of videos, the longest unseen forgotten first.
import { recallEntries, remember, type Store } from '../../memory.ts'

const key = 'places'
export const mostPlaces = 200
/** Whoever saw so little has seen nothing. */
const leastSeconds = 10
/** Whoever saw so much has seen it all: what is left are credits. */
const seenShare = 0.95

/** The moment to keep, or null: the film begins at its beginning the next time. */
export function placeToKeep(seconds: number, durationSeconds: number | null): number | null {
  if (!(seconds >= leastSeconds)) return null
  if (durationSeconds !== null && seconds >= durationSeconds * seenShare) return null
  return Math.round(seconds * 10) / 10
}

const places = (store: Store) =>
  recallEntries(store, key).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number' && entry[1] >= 0,
  )

export function recallPlace(store: Store, videoId: string): number | null {
  return places(store).find(([id]) => id === videoId)?.[1] ?? null
}

export function rememberPlace(store: Store, videoId: string, place: number | null): void {
  const others = places(store).filter(([id]) => id !== videoId)
  if (place === null && others.length === places(store).length) return
  const kept: [string, number][] = place === null ? others : [...others, [videoId, place]]
  remember(store, key, Object.fromEntries(kept.slice(-mostPlaces)))
}
