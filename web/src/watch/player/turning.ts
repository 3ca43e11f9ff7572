// A phone turned to its side while a film plays shows it on the whole screen; turned back, it shows the page again.
import { enterFullscreen, leaveFullscreen } from './fullscreen.ts'

export type Turn = 'enter' | 'leave' | null

export interface Turned {
  landscape: boolean
  playing: boolean
  /** The whole screen is the player's already. */
  full: boolean
  /** It got there by being turned. */
  byTurning: boolean
}

export function decideTurn({ landscape, playing, full, byTurning }: Turned): Turn {
  if (landscape) return playing && !full ? 'enter' : null
  return full && byTurning ? 'leave' : null
}

/** Screens that are turned in the hand; a desktop's never is. */
const isHandheld = () => matchMedia('(hover: none) and (pointer: coarse)').matches

export function followTurning(frame: HTMLElement, video: HTMLVideoElement): () => void {
  const { orientation } = screen
  if (!orientation) return () => {}
  let byTurning = false
  const onTurn = () => {
    if (!isHandheld()) return
    const turn = decideTurn({
      landscape: orientation.type.startsWith('landscape'),
      playing: !video.paused && !video.ended,
      full: document.fullscreenElement === frame,
      byTurning,
    })
    if (turn === 'enter') {
      byTurning = true
      enterFullscreen(frame, video)
    }
    if (turn === 'leave') leaveFullscreen()
  }
  const onFullscreen = () => {
    if (!document.fullscreenElement) byTurning = false
  }
  orientation.addEventListener('change', onTurn)
  document.addEventListener('fullscreenchange', onFullscreen)
  return () => {
    orientation.removeEventListener('change', onTurn)
    document.removeEventListener('fullscreenchange', onFullscreen)
  }
}
