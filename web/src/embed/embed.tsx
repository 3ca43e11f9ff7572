// A video in a frame of another page: its poster with a button until it is wanted, then the player. No more is loaded before.
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import type { VideoView } from '#domain/video.ts'
import type { Api } from '../api/client.ts'
import { shareOf } from '../api/paths.ts'
import { type Problem, toProblem } from '../api/problem.ts'
import { Boundary } from '../look/boundary.tsx'
import { Icon } from '../look/icons.tsx'
import { Still } from '../look/still.tsx'
import type { Videos } from '../progress/videos.ts'
import { paths } from '../route.ts'
import { strings } from '../strings.ts'
import { preloadPlayer } from '../watch/player-chunk.ts'
import { Stage } from '../watch/stage.tsx'
import { createViewing } from '../watch/viewing.ts'
import { type Bridge, createBridge } from './bridge.ts'
import type { EmbedOptions } from './options.ts'

export interface EmbedProps {
  videoId: string
  options: EmbedOptions
  api: Api
  videos: Videos
}

const text = strings.embed

export function Embed({ videoId, options, api, videos }: EmbedProps) {
  const wanted = useSignal(options.autoplay)
  const startSeconds = useSignal(options.startSeconds)
  const problem = useSignal<Problem | null>(null)
  const frame = useRef<HTMLDivElement>(null)
  const view = videos.read(videoId)?.view ?? null
  const bridge = useMemo(
    () =>
      createBridge({
        videoId,
        video: () => frame.current?.querySelector('video') ?? null,
        begin() {
          wanted.value = true
        },
        beginAt(seconds) {
          startSeconds.value = seconds
        },
      }),
    [videoId],
  )

  async function read() {
    problem.value = null
    try {
      const answer = await api.readVideo(videoId)
      videos.take(answer)
      document.title = answer.title
      bridge.tell({
        event: 'ready',
        title: answer.title,
        durationSeconds: answer.durationSeconds,
      })
    } catch (thrown) {
      const failed = toProblem(thrown)
      problem.value = failed
      bridge.tell({ event: 'error', code: failed.code, message: failed.message })
    }
  }
  useEffect(() => void read(), [videoId])

  return (
    <main id="content" ref={frame} class={options.controls ? 'embed' : 'embed bare'}>
      <h1 class="unseen">{view?.title ?? strings.name}</h1>
      <Boundary part={strings.broken.parts.player}>
        {wanted.value && !isMissing(problem.value) ? (
          <Playing
            {...{ videoId, options, api, videos, view, bridge }}
            from={startSeconds.peek()}
          />
        ) : problem.value ? (
          <Failed problem={problem.value} onRetry={() => void read()} />
        ) : (
          <Poster
            view={view}
            onPlay={() => {
              wanted.value = true
            }}
          />
        )}
      </Boundary>
    </main>
  )
}

const isMissing = (problem: Problem | null) => problem?.status === 404

function Poster({ view, onPlay }: { view: VideoView | null; onPlay(): void }) {
  return (
    <div class="player still">
      {view && <Still view={view} name="embed-poster" />}
      {view && <TitleLink view={view} />}
      <button
        type="button"
        class="embed-play"
        aria-label={view ? text.playOf(view.title) : strings.player.play}
        onPointerEnter={preloadPlayer}
        onFocus={preloadPlayer}
        onClick={onPlay}
      >
        <span class="embed-sign">
          <Icon name="play" />
        </span>
      </button>
    </div>
  )
}

function TitleLink({ view }: { view: VideoView }) {
  return (
    <a
      class="embed-title"
      href={paths.watch(view.videoId, shareOf(view.videoId))}
      target="_blank"
      rel="noopener"
    >
      <bdi>{view.title}</bdi>
    </a>
  )
}

interface PlayingProps extends EmbedProps {
  view: VideoView | null
  bridge: Bridge
  from: number
}

function Playing({ videoId, options, api, videos, view, bridge, from }: PlayingProps) {
  const place = useRef<HTMLDivElement>(null)
  const viewing = useMemo(() => {
    const library = { drop: videos.drop }
    return createViewing(videoId, { api, videos, library }, { seconds: from, resumed: false })
  }, [videoId])
  useEffect(() => () => viewing.stop(), [viewing])

  // The picture comes with the player's code, and anew when its stream was lost.
  useEffect(() => {
    if (!place.current) return
    let known: HTMLVideoElement | null = null
    const look = () => {
      const found = place.current?.querySelector('video') ?? null
      if (!found || found === known) return
      known = found
      bridge.follow(found)
      if (!options.muted) return
      found.muted = true
      found.play().catch(() => {})
    }
    const observer = new MutationObserver(look)
    observer.observe(place.current, { childList: true, subtree: true })
    look()
    return () => observer.disconnect()
  }, [bridge])

  const problem = viewing.problem.value
  useEffect(() => {
    if (problem) bridge.tell({ event: 'error', code: problem.code, message: problem.message })
  }, [problem])
  const failure = view?.failure
  useEffect(() => {
    if (failure) bridge.tell({ event: 'error', ...failure })
  }, [failure])

  return (
    <div ref={place} class="embed-stage">
      {viewing.missing.value ? <Missing /> : <Stage view={view} viewing={viewing} />}
    </div>
  )
}

function Failed({ problem, onRetry }: { problem: Problem; onRetry(): void }) {
  if (isMissing(problem)) return <Missing />
  return (
    <Words title={strings.watch.playbackTitle}>
      <p>{problem.message}</p>
      <button type="button" class="button" onClick={onRetry}>
        {strings.watch.tryAgain}
      </button>
    </Words>
  )
}

export function Missing() {
  return (
    <Words title={strings.watch.missingTitle}>
      <p>{strings.watch.missingText}</p>
    </Words>
  )
}

function Words({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <div class="player words">
      <div class="words-text" role="status">
        <Icon name="warning" />
        <h2>{title}</h2>
        {children}
      </div>
    </div>
  )
}
