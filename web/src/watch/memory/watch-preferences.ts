// How a viewer likes to watch: quality, speed, data saver, theatre, captions; kept for the next video.
import { recall, remember, type Store } from '../../memory.ts'

export interface WatchPreferences {
  /** Short side of the chosen quality; null: automatic. */
  quality: number | null
  speed: number
  saver: boolean
  theatre: boolean
  /** Language of the captions; null: none. */
  captions: string | null
  /** Language of the sound; null: the film's own. */
  sound: string | null
}

/** Its name from the first days: people have theirs under it. */
const key = 'ways'
export const usualPreferences: WatchPreferences = {
  quality: null,
  speed: 1,
  saver: false,
  theatre: false,
  captions: null,
  sound: null,
}

const limited = (value: unknown, least: number, most: number) =>
  typeof value === 'number' && value >= least && value <= most ? value : null
const word = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null)

export function recallPreferences(store: Store): WatchPreferences {
  const kept = recall(store, key)
  if (typeof kept !== 'object' || kept === null) return usualPreferences
  const read = (name: keyof WatchPreferences): unknown => Reflect.get(kept, name)
  return {
    quality: limited(read('quality'), 1, 10_000),
    speed: limited(read('speed'), 0.25, 4) ?? usualPreferences.speed,
    saver: read('saver') === true,
    theatre: read('theatre') === true,
    captions: word(read('captions')),
    sound: word(read('sound')),
  }
}

export function rememberPreferences(store: Store, changed: Partial<WatchPreferences>): void {
  remember(store, key, { ...recallPreferences(store), ...changed })
}
