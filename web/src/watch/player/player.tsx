// The player: picture, controls over it, and what stands between a viewer and the picture, in words.
import { useSignal } from '@preact/signals'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import type { PlaybackView } from '#domain/video.ts'
import { formatClock } from '../../look/format.ts'
import { Icon } from '../../look/icons.tsx'
import { strings } from '../../strings.ts'
import { Controls } from './controls.tsx'
import { toggleFullscreen } from './fullscreen.ts'
import { focusOf, readKey } from './keyboard.ts'
import './player.css'
import { createSession, type Session } from './session.ts'

export interface PlayerProps {
  title: string
  playback: PlaybackView
  posterUrl: string | null
  /** Its poster stays in view while it plays: the picture is a plain one. */
  soundOnly: boolean
  storyboardUrl: string | null
  durationSeconds: number | null
  startSeconds: number
  onLost(atSeconds: number): void
  onUnsupported(): void
}

const text = strings.player
/** Controls go away so long after the last movement. */
const hideAfterMs = 2_600

export function Player(props: PlayerProps) {
  const { playback, durationSeconds, posterUrl } = props
  const frame = useRef<HTMLDivElement>(null)
  const video = useRef<HTMLVideoElement>(null)
  const session = useSignal<Session | null>(null)
  const awake = useSignal(true)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)

  useLayoutEffect(() => {
    if (!video.current) return
    const { startSeconds, onLost, onUnsupported } = props
    const made = createSession(video.current, {
      playback,
      durationSeconds,
      startSeconds,
      onLost,
      onUnsupported,
    })
    session.value = made
    return () => made?.stop()
  }, [playback])

  useEffect(() => {
    if (durationSeconds !== null) session.peek()?.setDuration(durationSeconds)
  }, [durationSeconds])

  useEffect(() => {
    if (!('mediaSession' in navigator)) return
    const artwork = posterUrl ? [{ src: posterUrl }] : []
    navigator.mediaSession.metadata = new MediaMetadata({ title: props.title, artwork })
  }, [props.title, posterUrl])

  function wake() {
    awake.value = true
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      awake.value = false
    }, hideAfterMs)
  }

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const now = session.peek()
      const wish = now && readKey(event, focusOf(event.target))
      if (!wish) return
      event.preventDefault()
      wake()
      const { media, seeker } = now
      if (wish.do === 'toggle') now.toggle()
      else if (wish.do === 'seekBy') seeker.by(wish.seconds)
      else if (wish.do === 'seekTo')
        seeker.to(wish.ratio * (now.planned.peek() ?? media.duration.peek() ?? 0))
      else if (wish.do === 'fullscreen') toggleFullscreen(frame.current, media.video)
      else if (wish.do === 'mute') now.toggleMute()
      else now.setVolume(media.video.volume + wish.amount)
    }
    document.addEventListener('keydown', onKey)
    wake()
    return () => {
      document.removeEventListener('keydown', onKey)
      clearTimeout(timer.current)
    }
  }, [])

  const now = session.value
  const resting = !awake.value && now !== null && !now.media.paused.value
  return (
    <div
      ref={frame}
      class={resting ? 'player resting' : 'player'}
      onPointerMove={wake}
      onFocusIn={wake}
    >
      <video
        ref={video}
        playsInline
        preload="auto"
        aria-label={props.title}
        {...(posterUrl ? { poster: posterUrl } : {})}
        onClick={event => {
          // A finger first brings the controls; a mouse has them already.
          const touch = event instanceof PointerEvent && event.pointerType === 'touch'
          if (touch && resting) wake()
          else now?.toggle()
        }}
        onDblClick={() => toggleFullscreen(frame.current, video.current)}
      />
      {props.soundOnly && posterUrl && <img class="sleeve" src={posterUrl} alt="" />}
      {now && <Overlay session={now} />}
      {now && (
        <Controls
          session={now}
          storyboardUrl={props.storyboardUrl}
          onFullscreen={() => toggleFullscreen(frame.current, video.current)}
        />
      )}
    </div>
  )
}

/** The picture stands: for a moment, or because the film ends here so far. */
function Waiting({ session }: { session: Session }) {
  const { media, source } = session
  const atFrontier = media.started.value && media.time.value > source.frontier.value - 1
  return (
    <>
      <span class="spinner" role="status" aria-label={strings.watch.loading} />
      {atFrontier && <p class="overlay-words">{text.atFrontier}</p>}
    </>
  )
}

function Overlay({ session }: { session: Session }) {
  const { media, seeker, silenced } = session
  const pending = seeker.pending.value
  if (pending !== null) {
    return (
      <div class="overlay waiting" role="status">
        <span class="spinner" />
        <p>{text.waitingForPart(formatClock(pending))}</p>
        <button type="button" class="button small" onClick={seeker.goBack}>
          {text.goBack}
        </button>
      </div>
    )
  }
  if (media.ended.value || (media.paused.value && !media.started.value)) {
    return (
      <div class="overlay">
        <button
          type="button"
          class="big-play"
          aria-label={media.ended.value ? text.replay : text.play}
          onClick={session.toggle}
        >
          <Icon name={media.ended.value ? 'retry' : 'play'} />
        </button>
      </div>
    )
  }
  return (
    <div class="overlay">
      {media.waiting.value && <Waiting session={session} />}
      {silenced.value && (
        <button type="button" class="button small tap-sound" onClick={session.unmute}>
          <Icon name="muted" />
          {text.tapForSound}
        </button>
      )}
    </div>
  )
}
