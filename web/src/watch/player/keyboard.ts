// The keys of the player, as viewers know them from elsewhere. A key in, a wish out.
import { keepsKeys } from '../../look/typing.ts'

export type Wish =
  | { do: 'toggle' }
  | { do: 'mute' }
  | { do: 'fullscreen' }
  | { do: 'theatre' }
  | { do: 'captions' }
  | { do: 'pictureInPicture' }
  | { do: 'keys' }
  | { do: 'seekBy'; seconds: number }
  | { do: 'seekTo'; ratio: number }
  | { do: 'frameBy'; frames: number }
  | { do: 'volumeBy'; amount: number }
  | { do: 'speedBy'; steps: number }

const wishes: Record<string, Wish> = {
  ' ': { do: 'toggle' },
  k: { do: 'toggle' },
  j: { do: 'seekBy', seconds: -10 },
  l: { do: 'seekBy', seconds: 10 },
  ArrowLeft: { do: 'seekBy', seconds: -5 },
  ArrowRight: { do: 'seekBy', seconds: 5 },
  ArrowUp: { do: 'volumeBy', amount: 0.05 },
  ArrowDown: { do: 'volumeBy', amount: -0.05 },
  ',': { do: 'frameBy', frames: -1 },
  '.': { do: 'frameBy', frames: 1 },
  '<': { do: 'speedBy', steps: -1 },
  '>': { do: 'speedBy', steps: 1 },
  m: { do: 'mute' },
  f: { do: 'fullscreen' },
  t: { do: 'theatre' },
  c: { do: 'captions' },
  i: { do: 'pictureInPicture' },
  '?': { do: 'keys' },
  Home: { do: 'seekTo', ratio: 0 },
  End: { do: 'seekTo', ratio: 1 },
}

export interface KeyPress {
  key: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
}

/** What has the focus: `text` keeps every key, `button` keeps space, `slider` and `menu` keep the arrows and ends. */
export type Focus = 'page' | 'text' | 'button' | 'slider' | 'menu'

export function readKey({ key, ctrlKey, metaKey, altKey }: KeyPress, focus: Focus): Wish | null {
  if (ctrlKey || metaKey || altKey || focus === 'text') return null
  if (key === ' ' && focus !== 'page') return null
  if (focus === 'slider' || focus === 'menu') {
    if (key.startsWith('Arrow') || key === 'Home' || key === 'End') return null
  }
  if (/^\d$/.test(key)) return { do: 'seekTo', ratio: Number(key) / 10 }
  return wishes[key] ?? wishes[key.toLowerCase()] ?? null
}

export function focusOf(target: EventTarget | null): Focus {
  if (!(target instanceof HTMLElement)) return 'page'
  if (keepsKeys(target)) return 'text'
  // The seek bar gives its arrows to the player; the volume keeps its own.
  if (target.matches('[type=range]'))
    return target.dataset['keys'] === 'player' ? 'button' : 'slider'
  if (target.closest('[role=menu]')) return 'menu'
  return target.closest('button, a, input') ? 'button' : 'page'
}

export const speeds = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2] as const

/** So many steps faster or slower on the list of speeds, never off its ends. */
export function speedAfter(speed: number, steps: number): number {
  const nearest = speeds.reduce((best, other) =>
    Math.abs(other - speed) < Math.abs(best - speed) ? other : best,
  )
  const at = speeds.indexOf(nearest) + steps
  return speeds[Math.min(speeds.length - 1, Math.max(0, at))] ?? 1
}
