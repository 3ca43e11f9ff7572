// Plays a card's preview while somebody looks at it: one card at a time, after a moment, and only where motion and data are welcome.
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { readConnection } from '../connection.ts'
import type { PreviewFrame } from './preview-frames.ts'

/** Who only passes over a card wants nothing of it. */
const lingerMs = 300
const frameMs = 500

const still = matchMedia('(prefers-reduced-motion: reduce)')

function isWelcome(): boolean {
  return !still.matches && !readConnection().saveData
}

/** The frame to show now; null for none. */
export function usePreview(storyboardUrl: string | null, lookedAt: boolean): PreviewFrame | null {
  const frame = useSignal<PreviewFrame | null>(null)
  useEffect(() => {
    if (!storyboardUrl || !lookedAt || !isWelcome()) return
    let over = false
    let timer = setTimeout(async () => {
      const { loadFrames } = await import('./preview-frames.ts')
      const frames = await loadFrames(storyboardUrl)
      let at = 0
      const next = () => {
        const shown = frames[at % frames.length]
        if (over || !shown) return
        frame.value = shown
        at += 1
        timer = setTimeout(next, frameMs)
      }
      next()
    }, lingerMs)
    return () => {
      over = true
      clearTimeout(timer)
      frame.value = null
    }
  }, [storyboardUrl, lookedAt])
  return frame.value
}
