// Joins an embedded player to the page around it: hears its commands, tells what happens. Silent where there is no such page.
import { messageType, readCommand, type Told } from './messages.ts'

export interface BridgeOptions {
  videoId: string
  /** Whoever plays; null before anybody asked for it. */
  video(): HTMLVideoElement | null
  /** The film is wanted for the first time, from a moment of it. */
  begin(): void
  /** Where it will begin, once it does. */
  beginAt(seconds: number): void
}

export type Bridge = ReturnType<typeof createBridge>

export function createBridge({ videoId, video, begin, beginAt }: BridgeOptions) {
  const outside = window.parent === window ? null : window.parent

  function tell(told: Told) {
    // Any site may frame the player, so any may hear it: nothing here is secret from who shows the film.
    outside?.postMessage({ type: messageType, videoId, ...told }, '*')
  }

  addEventListener('message', ({ source, data }) => {
    const command = outside && source === outside ? readCommand(data) : null
    if (!command) return
    const player = video()
    if (command.do === 'play') {
      // Refused without a gesture: the viewer sees the button, the page around hears no «play».
      if (player) player.play().catch(() => {})
      else begin()
    } else if (command.do === 'seek') {
      if (player) player.currentTime = command.seconds
      else beginAt(command.seconds)
    } else if (player && command.do === 'pause') player.pause()
    else if (player && command.do === 'volume') {
      if (command.volume !== undefined) player.volume = command.volume
      if (command.muted !== undefined) player.muted = command.muted
    }
  })

  return {
    tell,
    /** Tells what happens to a picture; as long as it is there. */
    follow(player: HTMLVideoElement) {
      for (const event of ['play', 'pause', 'ended', 'timeupdate'] as const) {
        player.addEventListener(event, () => {
          const { currentTime, duration } = player
          const durationSeconds = Number.isFinite(duration) ? duration : null
          tell({ event, seconds: currentTime, durationSeconds })
        })
      }
    },
  }
}
