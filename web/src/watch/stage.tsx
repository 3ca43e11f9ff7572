// The place of the picture: the player, or in its place why there is none yet.
import { type Signal, useSignal } from '@preact/signals'
import type { ComponentChildren, ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import type { VideoView } from '#domain/video.ts'
import { Problem, sayFailure } from '../api/problem.ts'
import { Icon } from '../look/icons.tsx'
import { Still } from '../look/still.tsx'
import { strings } from '../strings.ts'
import { yieldToMain } from '../yield-to-main.ts'
import type { PlayerProps } from './player/player.tsx'
import { loadPlayer } from './player-chunk.ts'
import type { Viewing } from './viewing.ts'

const text = strings.watch
/** A lost stream is opened anew by itself so often (a signature that ran out overnight, a restarted edge); then the viewer is asked. */
const reopensAlone = 1
/** What may have passed by then is tried again by itself. */
const againAfterMs = 12_000

export interface StageProps {
  view: VideoView | null
  viewing: Viewing
  /** Null: there is no wider page to be had. */
  theatre?: Signal<boolean> | null
}

export function Stage({ view, viewing, theatre = null }: StageProps) {
  const Player = useSignal<ComponentType<PlayerProps> | null>(null)
  const reopened = useSignal(0)
  const playback = viewing.playback.value
  const problem = viewing.problem.value

  const load = () =>
    loadPlayer().then(
      async chunk => {
        await yieldToMain()
        Player.value = chunk.Player
      },
      () => {
        viewing.problem.value = new Problem('network')
      },
    )
  useEffect(() => void load(), [])

  function onLost(atSeconds: number) {
    if (reopened.peek() < reopensAlone) {
      reopened.value += 1
      viewing.reopen(atSeconds)
      return
    }
    viewing.startSeconds.value = atSeconds
    viewing.playback.value = null
    viewing.problem.value = new Problem('network', { message: text.mediaFailed })
  }

  function retry() {
    reopened.value = 0
    if (!Player.peek()) void load()
    viewing.reopen(viewing.startSeconds.peek())
  }

  useEffect(() => {
    if (!problem) return
    addEventListener('online', retry)
    // A server that restarts is back without a word.
    const timer = problem.retryable ? setTimeout(retry, againAfterMs) : undefined
    return () => {
      removeEventListener('online', retry)
      clearTimeout(timer)
    }
  }, [problem])

  if (view?.state === 'failed') {
    return (
      <Words icon="warning" title={text.failedTitle}>
        <p>{sayFailure(view)}</p>
      </Words>
    )
  }
  if (problem) {
    return (
      <Words icon="warning" title={text.playbackTitle}>
        <p>{problem.message}</p>
        <button type="button" class="button" onClick={retry}>
          {text.tryAgain}
        </button>
      </Words>
    )
  }
  if (playback && Player.value) {
    return (
      <Player.value
        videoId={viewing.videoId}
        title={view?.title ?? ''}
        playback={playback}
        posterUrl={view?.posterUrl ?? playback.posterUrl}
        soundOnly={view?.soundOnly ?? false}
        storyboardUrl={view?.storyboardUrl ?? playback.storyboardUrl}
        durationSeconds={view?.durationSeconds ?? playback.durationSeconds}
        startSeconds={viewing.startSeconds.value}
        resumed={viewing.resumed && reopened.value === 0}
        theatre={theatre}
        renew={viewing.renew}
        onLost={onLost}
        onUnsupported={() => {
          viewing.playback.value = null
          viewing.problem.value = new Problem('internal', { message: text.unsupported })
        }}
      />
    )
  }
  // What can be played is about to: its poster stands where the picture will, as if it were the picture.
  if (view?.playable && view.posterUrl) {
    return (
      <div class="player">
        <Still view={view} name="stage-still" />
        <p class="unseen" role="status">
          {text.loading}
        </p>
      </div>
    )
  }
  return (
    <Words poster={view?.posterUrl ?? null}>
      <span class="spinner" />
      <p role="status">{waitingWords(view)}</p>
    </Words>
  )
}

function waitingWords(view: VideoView | null): string {
  if (!view || view.state === 'ready' || view.state === 'failed') return text.loading
  return view.playable ? text.loading : text.notPlayable[view.state]
}

interface WordsProps {
  icon?: 'warning'
  title?: string
  poster?: string | null
  children: ComponentChildren
}

function Words({ icon, title, poster, children }: WordsProps) {
  return (
    <div class="player words">
      {poster && <img class="words-poster" src={poster} alt="" />}
      <div class="words-text">
        {icon && <Icon name={icon} />}
        {title && <h2>{title}</h2>}
        {children}
      </div>
    </div>
  )
}
