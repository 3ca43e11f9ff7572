// To another screen, where the browser can: AirPlay (Safari), Remote Playback API (Chromium on phones). Shown only while there is a
// screen to send to.
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { IconButton } from '../../look/button.tsx'
import { strings } from '../../strings.ts'

/** Safari's own, older than the standard. */
interface AirPlayVideo extends HTMLVideoElement {
  webkitShowPlaybackTargetPicker?(): void
}

const airPlayEvent = 'webkitplaybacktargetavailabilitychanged'

export function CastButton({ video }: { video: AirPlayVideo }) {
  const found = useSignal<'airplay' | 'remote' | null>(null)

  useEffect(() => {
    if (video.webkitShowPlaybackTargetPicker) {
      const read = (event: Event) => {
        found.value = Reflect.get(event, 'availability') === 'available' ? 'airplay' : null
      }
      video.addEventListener(airPlayEvent, read)
      return () => video.removeEventListener(airPlayEvent, read)
    }
    const watching = video.remote
      ?.watchAvailability(available => {
        found.value = available ? 'remote' : null
      })
      // This browser does not look for screens, or not for this film.
      .catch(() => null)
    return () => {
      void watching?.then(id => {
        if (id !== null) void video.remote.cancelWatchAvailability(id)
      })
    }
  }, [video])

  if (!found.value) return null
  const { airPlay, cast } = strings.player
  return (
    <IconButton
      icon="cast"
      label={found.value === 'airplay' ? airPlay : cast}
      onClick={() => {
        if (found.value === 'airplay') video.webkitShowPlaybackTargetPicker?.()
        // Closed without a choice: nothing changes.
        else video.remote.prompt().catch(() => {})
      }}
    />
  )
}
