// The row of controls under the picture.
import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { IconButton } from '../../look/button.tsx'
import { formatClock } from '../../look/format.ts'
import { Icon } from '../../look/icons.tsx'
import { strings } from '../../strings.ts'
import { CastButton } from './cast.tsx'
import './controls.css'
import { canFullscreen, togglePictureInPicture } from './fullscreen.ts'
import { Scrubber } from './scrubber.tsx'
import type { Session } from './session.ts'
import { SettingsMenu } from './settings-menu.tsx'

const text = strings.player

export interface ControlsProps {
  session: Session
  storyboardUrl: string | null
  theatre: Signal<boolean> | null
  onFullscreen(): void
  onKeys(): void
}

export function Controls({ session, storyboardUrl, theatre, onFullscreen, onKeys }: ControlsProps) {
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
        <CaptionsButton session={session} />
        <SettingsMenu session={session} onKeys={onKeys} />
        <CastButton video={media.video} />
        {document.pictureInPictureEnabled && (
          <IconButton
            icon="pip"
            kind="wide-only"
            label={text.pictureInPicture}
            onClick={() => togglePictureInPicture(media.video)}
          />
        )}
        {theatre && (
          <IconButton
            icon="theatre"
            kind="desk-only"
            label={theatre.value ? text.leaveTheatre : text.theatre}
            onClick={() => {
              theatre.value = !theatre.peek()
            }}
          />
        )}
        {canFullscreen(media.video) && <FullscreenButton onFullscreen={onFullscreen} />}
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

/** Only where there is something to read. */
function CaptionsButton({ session }: { session: Session }) {
  const { all, chosen } = session.source.captions
  if (all.value.length === 0) return null
  const on = chosen.value !== null
  return (
    <button
      type="button"
      class="icon-button captions-button"
      aria-label={text.captions}
      title={text.captions}
      aria-pressed={on}
      onClick={session.toggleCaptions}
    >
      <Icon name="captions" />
    </button>
  )
}
