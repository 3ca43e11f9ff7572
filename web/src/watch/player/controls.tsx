// The row of controls under the picture.
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { IconButton } from '../../look/button.tsx'
import { formatClock } from '../../look/format.ts'
import { strings } from '../../strings.ts'
import './controls.css'
import { Scrubber } from './scrubber.tsx'
import type { Session } from './session.ts'
import { SettingsMenu } from './settings-menu.tsx'

const text = strings.player

export interface ControlsProps {
  session: Session
  storyboardUrl: string | null
  onFullscreen(): void
}

export function Controls({ session, storyboardUrl, onFullscreen }: ControlsProps) {
  const { media } = session
  const { paused, ended } = media
  return (
    <section class="controls" aria-label={text.region}>
      <Scrubber session={session} storyboardUrl={storyboardUrl} />
      <div class="controls-row">
        <IconButton
          icon={ended.value ? 'retry' : paused.value ? 'play' : 'pause'}
          label={ended.value ? text.replay : paused.value ? text.play : text.pause}
          onClick={session.toggle}
        />
        <Volume session={session} />
        <Clock session={session} />
        <span class="controls-gap" />
        <SettingsMenu session={session} />
        {document.pictureInPictureEnabled && (
          <IconButton
            icon="pip"
            kind="wide-only"
            label={text.pictureInPicture}
            onClick={() => togglePictureInPicture(media.video)}
          />
        )}
        <FullscreenButton onFullscreen={onFullscreen} />
      </div>
    </section>
  )
}

function Volume({ session }: { session: Session }) {
  const { muted, volume } = session.media
  const silent = muted.value || volume.value === 0
  return (
    <div class="volume">
      <IconButton
        icon={silent ? 'muted' : 'volume'}
        label={silent ? text.unmute : text.mute}
        onClick={session.toggleMute}
      />
      <input
        class="volume-slider"
        type="range"
        min={0}
        max={1}
        step={0.05}
        value={silent ? 0 : volume.value}
        aria-label={text.volume}
        style={{ '--filled': silent ? 0 : volume.value }}
        onInput={event => session.setVolume(event.currentTarget.valueAsNumber)}
      />
    </div>
  )
}

function Clock({ session }: { session: Session }) {
  const { media, planned, seeker } = session
  const length = planned.value ?? media.duration.value
  return (
    <p class="clock">
      <span>{formatClock(seeker.pending.value ?? media.time.value)}</span>
      {length !== null && <span class="clock-length"> / {formatClock(length)}</span>}
    </p>
  )
}

function FullscreenButton({ onFullscreen }: { onFullscreen(): void }) {
  const full = useSignal(document.fullscreenElement !== null)
  useEffect(() => {
    const read = () => {
      full.value = document.fullscreenElement !== null
    }
    document.addEventListener('fullscreenchange', read)
    return () => document.removeEventListener('fullscreenchange', read)
  }, [])
  return (
    <IconButton
      icon={full.value ? 'shrink' : 'fullscreen'}
      label={full.value ? text.exitFullscreen : text.fullscreen}
      onClick={onFullscreen}
    />
  )
}

function togglePictureInPicture(video: HTMLVideoElement) {
  const change = document.pictureInPictureElement
    ? document.exitPictureInPicture()
    : video.requestPictureInPicture()
  // Refused, as before the first frame: nothing changes.
  change.catch(() => {})
}
