// The player: picture, controls over it, and what stands between a viewer and the picture, in words.
import { type Signal, useSignal } from '@preact/signals'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import type { PlaybackView } from '#domain/video.ts'
import { announce } from '../../look/announce.tsx'
import { strings } from '../../strings.ts'
import { yieldToMain } from '../../yield-to-main.ts'
import { Controls } from './controls.tsx'
import { toggleFullscreen, togglePictureInPicture } from './fullscreen.ts'
import { KeyList } from './key-list.tsx'
import { focusOf, readKey, speedAfter, type Wish } from './keyboard.ts'
import { nameFilm } from './media-session.ts'
import { Overlay, Ripple, type Stepped } from './overlay.tsx'
import './player.css'
import { createSession, type Session } from './session.ts'
import { createTaps } from './taps.ts'
import { followTurning } from './turning.ts'

export interface PlayerProps {
  videoId: string
  title: string
  playback: PlaybackView
  posterUrl: string | null
  /** Its poster stays in view while it plays: the picture is a plain one. */
  soundOnly: boolean
  storyboardUrl: string | null
  durationSeconds: number | null
  startSeconds: number
  /** It goes on where the viewer stopped: the way back to the beginning is offered. */
  resumed: boolean
  /** Wide as the page; null: there is no such choice here. */
  theatre: Signal<boolean> | null
  renew(): Promise<PlaybackView | null>
  onLost(atSeconds: number): void
  onUnsupported(): void
}

const text = strings.player
/** Controls go away so long after the last movement. */
const hideAfterMs = 2_600

export function Player(props: PlayerProps) {
  const { playback, durationSeconds, posterUrl, theatre } = props
  const frame = useRef<HTMLDivElement>(null)
  const video = useRef<HTMLVideoElement>(null)
  const session = useSignal<Session | null>(null)
  const awake = useSignal(true)
  /** The last to come near was a finger. */
  const touched = useSignal(false)
  const keysShown = useSignal(false)
  const stepped = useSignal<Stepped | null>(null)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const taps = useRef(createTaps())

  useLayoutEffect(() => {
    if (!video.current || !frame.current) return
    const { videoId, startSeconds, renew, onLost, onUnsupported } = props
    const made = createSession(video.current, {
      videoId,
      playback,
      durationSeconds,
      startSeconds,
      renew,
      onLost,
      onUnsupported,
    })
    // The film is on its way; the controls are drawn after whatever waits by now.
    let stopped = false
    void yieldToMain().then(() => {
      if (!stopped) session.value = made
    })
    const stopTurning = followTurning(frame.current, video.current)
    return () => {
      stopped = true
      stopTurning()
      made?.stop()
    }
  }, [playback])

  useEffect(() => {
    if (durationSeconds !== null) session.value?.setDuration(durationSeconds)
  }, [durationSeconds, session.value])

  useEffect(() => nameFilm(props.title, posterUrl), [props.title, posterUrl])

  function wake() {
    awake.value = true
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      awake.value = false
    }, hideAfterMs)
  }

  function step(now: Session, seconds: number) {
    now.seeker.by(seconds)
    stepped.value = { seconds, turn: (stepped.peek()?.turn ?? 0) + 1 }
  }

  const full = () => toggleFullscreen(frame.current, video.current)
  const stretch = () => {
    if (theatre) theatre.value = !theatre.peek()
  }

  function fulfil(now: Session, wish: Wish) {
    const { media, seeker } = now
    if (wish.do === 'toggle') now.toggle()
    else if (wish.do === 'seekBy') step(now, wish.seconds)
    else if (wish.do === 'seekTo')
      seeker.to(wish.ratio * (now.planned.peek() ?? media.duration.peek() ?? 0))
    else if (wish.do === 'frameBy') now.frameBy(wish.frames)
    else if (wish.do === 'fullscreen') full()
    else if (wish.do === 'theatre') stretch()
    else if (wish.do === 'pictureInPicture') togglePictureInPicture(media.video)
    else if (wish.do === 'captions') {
      if (!now.toggleCaptions()) announce(text.noCaptions)
    } else if (wish.do === 'keys') keysShown.value = true
    else if (wish.do === 'speedBy') {
      now.setSpeed(speedAfter(media.rate.peek(), wish.steps))
      announce(`${text.speed}: ${text.speedOf(media.video.playbackRate)}`, text.speed)
    } else if (wish.do === 'mute') now.toggleMute()
    else now.setVolume(media.video.volume + wish.amount)
  }

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const now = session.peek()
      const wish = now && readKey(event, focusOf(event.target))
      if (!wish || event.defaultPrevented) return
      event.preventDefault()
      wake()
      fulfil(now, wish)
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

  function onTap(event: MouseEvent) {
    if (!now || !(event.currentTarget instanceof Element)) return
    const { left, width } = event.currentTarget.getBoundingClientRect()
    const tap = taps.current.tap((event.clientX - left) / width, event.timeStamp)
    if (tap.do === 'seekBy') step(now, tap.seconds)
    else if (resting) wake()
    else awake.value = false
  }

  return (
    <div
      ref={frame}
      class={resting ? 'player resting' : 'player'}
      onPointerDown={event => {
        touched.value = event.pointerType === 'touch'
      }}
      onPointerMove={event => {
        if (event.pointerType !== 'touch') wake()
      }}
      onFocusIn={wake}
    >
      <video
        ref={video}
        playsInline
        preload="auto"
        aria-label={props.title}
        {...(posterUrl ? { poster: posterUrl } : {})}
        onClick={event => {
          if (isTouch(event)) onTap(event)
          else now?.toggle()
        }}
        onDblClick={event => {
          if (!isTouch(event)) full()
        }}
      />
      {props.soundOnly && posterUrl && <img class="sleeve" src={posterUrl} alt="" />}
      {now && (
        <Overlay
          session={now}
          resumedAt={props.resumed ? props.startSeconds : null}
          touched={touched.value && awake.value}
        />
      )}
      {stepped.value && <Ripple key={stepped.value.turn} stepped={stepped.value} />}
      {now && (
        <Controls
          session={now}
          storyboardUrl={props.storyboardUrl}
          theatre={theatre}
          onFullscreen={full}
          onKeys={() => {
            keysShown.value = true
          }}
        />
      )}
      {keysShown.value && (
        <KeyList
          onClose={() => {
            keysShown.value = false
          }}
        />
      )}
    </div>
  )
}

/** Older Safaris say of a click only that it is one. */
const isTouch = (event: MouseEvent) =>
  event instanceof PointerEvent && event.pointerType !== ''
    ? event.pointerType === 'touch'
    : matchMedia('(hover: none)').matches
