// Keeps the volume a viewer chose for the next video.
import { browserStore, recall, remember } from '../../memory.ts'

const key = 'volume'

export function recallVolume(video: HTMLVideoElement) {
  const stored = recall(browserStore(), key)
  if (typeof stored !== 'object' || stored === null) return
  if ('volume' in stored && typeof stored.volume === 'number')
    video.volume = Math.min(1, Math.max(0, stored.volume))
  if ('muted' in stored) video.muted = stored.muted === true
}

export function rememberVolume(volume: number, muted: boolean) {
  remember(browserStore(), key, { volume, muted })
}
