// Keeps the volume a viewer chose for the next video.

const key = 'millrace.volume'

export function recallVolume(video: HTMLVideoElement) {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key) ?? 'null')
    if (typeof stored !== 'object' || stored === null) return
    if ('volume' in stored && typeof stored.volume === 'number') {
      video.volume = Math.min(1, Math.max(0, stored.volume))
    }
    if ('muted' in stored) video.muted = stored.muted === true
  } catch {
    // A forbidden or foreign storage: the browser's own volume is as good.
  }
}

export function rememberVolume(volume: number, muted: boolean) {
  try {
    localStorage.setItem(key, JSON.stringify({ volume, muted }))
  } catch {
    // The same.
  }
}
