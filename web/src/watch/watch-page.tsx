// The page of one video: its picture, its title, how far its qualities are, and what can be done with it.
import { useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import type { VideoView } from '#domain/video.ts'
import { takeShare } from '../api/paths.ts'
import { TitleForm } from '../library/title-form.tsx'
import { Boundary } from '../look/boundary.tsx'
import { IconButton } from '../look/button.tsx'
import { formatBytes, formatClock, formatDate } from '../look/format.ts'
import { Icon } from '../look/icons.tsx'
import { browserStore } from '../memory.ts'
import { usePortal } from '../portal-context.ts'
import { paths } from '../route.ts'
import { navigate } from '../router.ts'
import { strings } from '../strings.ts'
import { useLate } from '../use-late.ts'
import { readStart } from './ahead/start-address.ts'
import { Ladder } from './ladder.tsx'
import { recallPlace } from './memory/place-memory.ts'
import { recallPreferences, rememberPreferences } from './memory/watch-preferences.ts'
import { keepFromSearch } from './search-engines.ts'
import { Share } from './share.tsx'
import { Stage } from './stage.tsx'
import { type Beginning, createViewing } from './viewing.ts'

const text = strings.watch

export function WatchPage({ videoId }: { videoId: string }) {
  const { api, videos, library, preparing } = usePortal()
  const viewing = useMemo(() => {
    takeShare(videoId, location.search)
    return createViewing(videoId, { api, videos, library, preparing }, readBeginning(videoId))
  }, [videoId])
  useEffect(() => () => viewing.stop(), [viewing])
  const theatre = useSignal(recallPreferences(browserStore()).theatre)
  useEffect(() => theatre.subscribe(on => rememberPreferences(browserStore(), { theatre: on })), [])
  const known = videos.read(videoId)
  const view = known?.view ?? null
  const title = view?.title ?? ''

  useEffect(() => {
    document.title = title ? `${title} – ${strings.name}` : strings.name
  }, [title])

  const isHidden = view !== null && view.visibility !== 'public'
  useEffect(() => (isHidden ? keepFromSearch() : undefined), [isHidden])

  if (viewing.missing.value) return <Missing />
  // Nothing is drawn that would move when the size of the picture is known.
  if (!view && !viewing.problem.value) return <main id="content" class="page watch" />
  return (
    <main
      id="content"
      class={theatre.value ? 'page watch theatre' : 'page watch'}
      style={{ '--aspect': aspectOf(view) }}
    >
      <div class="stage">
        <Boundary part={strings.broken.parts.player}>
          <Stage view={view} viewing={viewing} theatre={theatre} />
        </Boundary>
      </div>
      <div class="watch-below">
        <div class="watch-facts">
          <Heading view={view} />
          {view && <Facts view={view} mp4Url={viewing.mp4Url.value} />}
        </div>
        {known && <Ladder known={known} />}
      </div>
    </main>
  )
}

function Heading({ view }: { view: VideoView | null }) {
  const renaming = useSignal(false)
  if (!view) return <div class="watch-title skeleton-line" aria-hidden="true" />
  if (renaming.value) {
    return (
      <TitleForm
        videoId={view.videoId}
        title={view.title}
        onClose={() => {
          renaming.value = false
        }}
      />
    )
  }
  return (
    <div class="watch-heading">
      <h1 class="watch-title">
        <bdi>{view.title}</bdi>
      </h1>
      {view.canChange && (
        <IconButton
          icon="pencil"
          label={strings.video.rename}
          onClick={() => {
            renaming.value = true
          }}
        />
      )}
    </div>
  )
}

function Facts({ view, mp4Url }: { view: VideoView; mp4Url: string | null }) {
  const { session } = usePortal()
  const deleting = useLate(late => late.DeleteVideo)
  const ofOwner = view.canChange && session.who.value?.accounts === true
  const facts = [
    ofOwner ? strings.share.visibilities[view.visibility] : '',
    text.uploadedOn(formatDate(view.createdAt)),
    view.durationSeconds === null ? '' : formatClock(view.durationSeconds),
    view.width && view.height ? `${view.width}\u00a0×\u00a0${view.height}` : '',
    formatBytes(view.sizeBytes),
  ]
  return (
    <>
      <p class="watch-line">{facts.filter(Boolean).join(' · ')}</p>
      <div class="watch-steps">
        {view.playable && (
          <Share
            view={view}
            ofOwner={ofOwner}
            aspect={aspectOf(view)}
            seconds={() => document.querySelector('video')?.currentTime ?? 0}
          />
        )}
        {view.playable && <Download mp4Url={mp4Url} title={view.title} />}
        {view.canChange && (
          <button type="button" class="button danger-text" onClick={deleting.open}>
            <Icon name="trash" />
            <span class="unseen-narrow">{strings.video.delete}</span>
          </button>
        )}
      </div>
      {deleting.Panel && (
        <deleting.Panel
          videoId={view.videoId}
          title={view.title}
          onClose={deleting.close}
          onDeleted={() => navigate(paths.library)}
        />
      )}
    </>
  )
}

/** Has its place before the file is there: nothing moves when it comes. */
function Download({ mp4Url, title }: { mp4Url: string | null; title: string }) {
  const words = (
    <>
      <Icon name="download" />
      {text.download}
    </>
  )
  if (mp4Url) {
    return (
      <a class="button" href={mp4Url} download={`${title}.mp4`}>
        {words}
      </a>
    )
  }
  return (
    <button type="button" class="button" disabled title={text.downloadLater}>
      {words}
    </button>
  )
}

/** Where the address says, else where the viewer stopped the last time, else at the beginning. */
function readBeginning(videoId: string): Beginning {
  const asked = readStart(location)
  if (asked !== null) return { seconds: asked, resumed: false }
  const place = recallPlace(browserStore(), videoId)
  return { seconds: place ?? 0, resumed: place !== null }
}

function Missing() {
  const { Panel, open } = useLate(late => late.MissingVideo)
  useEffect(() => void open(), [])
  return Panel ? <Panel /> : <main id="content" class="page" />
}

/** Width ÷ height of the stage: the picture's own, kept between a tall phone and a wide film. */
function aspectOf(view: VideoView | null): number {
  if (!view?.width || !view.height) return 16 / 9
  return Math.min(2.4, Math.max(0.75, view.width / view.height))
}
