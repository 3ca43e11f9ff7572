// What an embedded player and the page around it say to each other by postMessage. Pure; anything else is not for us.

export type Command =
  | { do: 'play' }
  | { do: 'pause' }
  | { do: 'seek'; seconds: number }
  | { do: 'volume'; volume?: number; muted?: boolean }

export type Told =
  /** The player listens, and knows its film. */
  | { event: 'ready'; title: string; durationSeconds: number | null }
  | {
      event: 'play' | 'pause' | 'ended' | 'timeupdate'
      seconds: number
      durationSeconds: number | null
    }
  | { event: 'error'; code: string; message: string }

/** Both ways the name of the player comes first, as `type`: other scripts speak to the same window. */
export const messageType = 'millrace'

export type Message = Told & { type: typeof messageType; videoId: string }

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

const isNumber = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value)

/** `{ type: 'millrace', do: 'seek', seconds: 12 }`; null for what is none. */
export function readCommand(data: unknown): Command | null {
  if (!isObject(data) || data['type'] !== messageType) return null
  const { seconds, volume, muted } = data
  switch (data['do']) {
    case 'play':
      return { do: 'play' }
    case 'pause':
      return { do: 'pause' }
    case 'seek':
      return isNumber(seconds) ? { do: 'seek', seconds: Math.max(0, seconds) } : null
    case 'volume': {
      const wanted = {
        ...(isNumber(volume) ? { volume: Math.min(1, Math.max(0, volume)) } : {}),
        ...(typeof muted === 'boolean' ? { muted } : {}),
      }
      return Object.keys(wanted).length > 0 ? { do: 'volume', ...wanted } : null
    }
    default:
      return null
  }
}
