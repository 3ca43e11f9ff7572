// Puts the portal together: everything that lives as long as the page, made once.
import { computed, effect } from '@preact/signals'
import { usualPartBytes } from '#domain/parts.ts'
import type { VideoView } from '#domain/video.ts'
import { createSession } from './account/session.ts'
import { createApi } from './api/client.ts'
import { sayFailure, toProblem } from './api/problem.ts'
import type { Staying } from './api/staying.ts'
import { readConnection } from './connection.ts'
import { idList } from './id-list.ts'
import { later } from './later.ts'
import { createDeletions } from './library/deletions.ts'
import { createLibrary } from './library/library.ts'
import { readQuery } from './library/query.ts'
import { createSelection } from './library/selection.ts'
import { announce, notify } from './look/announce.tsx'
import { toast } from './look/toast.tsx'
import { browserStore } from './memory.ts'
import { createLive } from './progress/live.ts'
import { showTabSign } from './progress/tab-sign.ts'
import { createVideos } from './progress/videos.ts'
import { paths } from './route.ts'
import { route, search } from './router.ts'
import { strings } from './strings.ts'
import { adaptTo } from './upload/adapt.ts'
import {
  firstWidth,
  leastParts,
  mostAtOnce,
  mostParts,
  watchProtocol,
} from './upload/connections.ts'
import { dropHandle, forgetHandles, keepHandle } from './upload/file-handles.ts'
import { createInspection } from './upload/inspection.ts'
import { browserPatience } from './upload/patience.ts'
import { createQueue } from './upload/queue.ts'
import { pingServer } from './upload/reach.ts'
import { sendPart } from './upload/send-part.ts'
import { watchStillness } from './upload/stillness.ts'
import { claimUpload } from './upload/tab-lock.ts'
import { createUnfinishedList, type UnfinishedList } from './upload/unfinished.ts'
import { createWidth } from './upload/width.ts'
import { preloadPlayer } from './watch/player-chunk.ts'
import { createPreparing, listenForIntent, loadPrefetch } from './watch/preparing.ts'

/** Aloud always; on the screen where its card or page is not in sight. */
function sayReady({ videoId, title }: VideoView) {
  const text = strings.progress.readyAnnounce(title)
  announce(text)
  const at = route.peek()
  const inSight = at.page === 'library' || (at.page === 'watch' && at.videoId === videoId)
  if (inSight && document.visibilityState === 'visible') return
  toast({ text, icon: 'check', link: { label: strings.upload.watch, href: paths.watch(videoId) } })
}

export type Portal = ReturnType<typeof createPortal>

export function createPortal(staying: Staying) {
  const api = createApi(staying.request)
  const session = createSession({
    ...{ api, staying },
    forget: () =>
      import('./account/forget.ts').then(chunk => chunk.forget(forgetHandles)).catch(() => {}),
    leaveFor: to => (to === null ? location.reload() : location.assign(to)),
  })
  void session.learn()
  addEventListener('storage', event => session.onStored(event.key))
  // A page that comes back as it was left may be that of whoever has signed out since.
  addEventListener('pageshow', event => event.persisted && session.onStored(null))
  const videos = createVideos(() => performance.now() / 1000)
  const library = createLibrary({ api, videos })
  const reminders = createUnfinishedList(browserStore(), Date.now)
  const unfinished: UnfinishedList = {
    list: reminders.list,
    readAgain: reminders.readAgain,
    remember(videoId, file, sentBytes) {
      reminders.remember(videoId, file, sentBytes)
      keepHandle(videoId, file)
    },
    forget(videoId) {
      reminders.forget(videoId)
      dropHandle(videoId)
    },
  }
  const width = createWidth({
    least: leastParts,
    most: mostAtOnce('', false),
    first: firstWidth(readConnection()),
    partBytes: usualPartBytes,
  })
  watchProtocol(width.limit)
  const queue = createQueue({
    api,
    ...adaptTo(width, sendPart, () => performance.now() / 1000),
    patience: { ...browserPatience, whenSignedIn: session.whenSignedIn },
    width: mostParts,
    unfinished,
    claim: claimUpload,
    ...createInspection(),
    nowMs: () => performance.now(),
    onUploaded(view, file) {
      videos.take(view)
      library.prepend(view)
      countSoon()
      announce(strings.progress.uploadedAnnounce(file.name))
    },
    onFailed(file, problem) {
      // Of a folder that fails as a whole only the newest is said.
      announce(strings.progress.failedAnnounce(file.name, problem.message), 'upload failed')
    },
  })
  const deletions = createDeletions({
    remove: library.remove,
    onRemoved: () => countSoon(),
    onRefused(videoId, why) {
      const title = videos.peek(videoId)?.title ?? ''
      notify(strings.library.notDeleted(title, toProblem(why).message))
    },
    later,
  })
  /** Videos that have a row among the uploads; their card comes with their last byte. */
  const aboveIds = idList(() => [
    ...queue.jobs.value
      .filter(job => job.view.value.stage !== 'uploaded')
      .flatMap(job => job.view.value.videoId ?? []),
    ...unfinished.list.value.map(entry => entry.videoId),
  ])
  const above = computed(() => new Set(aboveIds.value))
  const listed = computed(() => {
    const hidden = deletions.hidden.value
    return library.ids.value.filter(id => !above.value.has(id) && !hidden.has(id))
  })
  const selection = createSelection(listed)
  let callOffCount = () => {}
  /** Many at once are counted once. */
  function countSoon() {
    callOffCount()
    callOffCount = later(1_000, () => void library.count())
  }

  const live = createLive({
    request: staying.request,
    ready: staying.ready,
    openStream: url => new EventSource(url),
    later,
    onVideo(view) {
      const before = videos.peek(view.videoId)?.state
      videos.take(view)
      if (before === undefined || before === view.state) return
      countSoon()
      if (view.state === 'ready') sayReady(view)
      const why = sayFailure(view)
      if (why) announce(strings.progress.failedAnnounce(view.title, why))
    },
    onGone: library.drop,
  })

  effect(() => live.follow(videos.active.value))
  effect(() => {
    if (route.value.page === 'library') library.show(readQuery(search.value))
  })
  // Whoever leaves has no second thoughts.
  addEventListener('pagehide', deletions.flush)
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') deletions.flush()
  })
  effect(() => {
    if (queue.sendingCount.value === 0) return
    return watchStillness({
      movedAt: queue.movedAtMs,
      nowMs: () => performance.now(),
      isOnline: () => navigator.onLine,
      ping: pingServer,
      tell(trouble) {
        queue.stillFor.value = trouble
      },
    })
  })
  effect(() => {
    if (queue.runningCount.value === 0) return
    // Whoever uploads is about to watch: the player's code comes while the line is busy anyway.
    preloadPlayer()
    const warn = (event: BeforeUnloadEvent) => event.preventDefault()
    addEventListener('beforeunload', warn)
    return () => removeEventListener('beforeunload', warn)
  })

  const preparing = createPreparing({ api, loadPrefetch, later, nowMs: Date.now })
  listenForIntent(preparing)

  showTabSign({ queue, videos })
  return {
    ...{ api, session, videos, library, listed, above, selection, deletions },
    ...{ queue, unfinished, preparing },
  }
}
