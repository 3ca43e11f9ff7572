// How a viewer likes to watch: quality, speed, data saver, theatre, captions; kept for the next video.
import { recall, remember, type Store } from '../../memory.ts'

export interface Ways {
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

const key = 'ways'
export const usualWays: Ways = {
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

export function recallWays(store: Store): Ways {
  const kept = recall(store, key)
  if (typeof kept !== 'object' || kept === null) return usualWays
  const read = (name: keyof Ways): unknown => Reflect.get(kept, name)
  return {
    quality: limited(read('quality'), 1, 10_000),
    speed: limited(read('speed'), 0.25, 4) ?? usualWays.speed,
    saver: read('saver') === true,
    theatre: read('theatre') === true,
    captions: word(read('captions')),
    sound: word(read('sound')),
  }
}

export function rememberWays(store: Store, changed: Partial<Ways>): void {
  remember(store, key, { ...recallWays(store), ...changed })
}
