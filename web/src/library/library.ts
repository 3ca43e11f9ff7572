// The list of videos: what it is asked for, its order, its pages by cursor, and the steps that change it. What each video looks like
// is in Videos.
import { batch, signal } from '@preact/signals'
import { isListed, type LibraryUsage, searchWords } from '#domain/listing.ts'
import type { VideoView } from '#domain/video.ts'
import type { Api } from '../api/client.ts'
import { type Problem, toProblem } from '../api/problem.ts'
import type { Videos } from '../progress/videos.ts'
import { everything, firstPage, type LibraryQuery, writeQuery } from './query.ts'

/** The later pages come before they are seen. */
const laterPage = 48
/** A search that found nothing on a page asks for the next one by itself. */
const emptyPagesInARow = 20
/** Lists kept for those who go back. */
const keptLists = 6

export type LibraryState = 'unloaded' | 'loading' | 'loaded' | 'failed'

export interface LibraryDeps {
  api: Pick<Api, 'listVideos' | 'renameVideo' | 'deleteVideo' | 'readUsage'>
  videos: Pick<Videos, 'take' | 'drop'>
}

export type Library = ReturnType<typeof createLibrary>

interface KeptList {
  ids: readonly string[]
  cursor: string | null
}

export function createLibrary({ api, videos }: LibraryDeps) {
  const query = signal<LibraryQuery>(everything)
  const ids = signal<readonly string[]>([])
  const state = signal<LibraryState>('unloaded')
  const problem = signal<Problem | null>(null)
  const hasMore = signal(false)
  /** True while the list on the screen is of the query before. */
  const stale = signal(false)
  const usage = signal<LibraryUsage | null>(null)
  const deleted = new Set<string>()
  const kept = new Map<string, KeptList>()
  let cursor: string | null = null
  let failedFrom: string | null = null
  let asking = new AbortController()

  async function load(from: string | null) {
    asking.abort()
    asking = new AbortController()
    const { signal: stopped } = asking
    const size = from === null ? firstPage : laterPage
    state.value = 'loading'
    try {
      let page = await api.listVideos(query.peek(), from, size, stopped)
      for (let n = 0; page.videos.length === 0 && page.cursor && n < emptyPagesInARow; n++) {
        page = await api.listVideos(query.peek(), page.cursor, laterPage, stopped)
      }
      if (stopped.aborted) return
      take(page, from)
    } catch (thrown) {
      if (stopped.aborted) return
      failedFrom = from
      problem.value = toProblem(thrown)
      state.value = 'failed'
    }
  }

  function take(page: { videos: VideoView[]; cursor: string | null }, from: string | null) {
    // A video may be deleted here while the answer is on its way.
    const views = page.videos.filter(view => !deleted.has(view.videoId))
    batch(() =>
      views.forEach(view => {
        videos.take(view)
      }),
    )
    const fresh = views.map(view => view.videoId)
    const known = stale.peek() ? [] : ids.peek()
    // The first page again (after a visit elsewhere): what is new goes to the front, what was paged in stays.
    ids.value = from === null ? merge(fresh, known) : merge(known, fresh)
    if (from !== null || known.length === 0) {
      cursor = page.cursor
      hasMore.value = cursor !== null
    }
    stale.value = false
    problem.value = null
    state.value = 'loaded'
  }

  function keep() {
    if (stale.peek() || state.peek() === 'unloaded') return
    kept.set(writeQuery(query.peek()), { ids: ids.peek(), cursor })
    const [oldest] = kept.keys()
    if (kept.size > keptLists && oldest !== undefined) kept.delete(oldest)
  }

  function drop(videoId: string) {
    deleted.add(videoId)
    ids.value = ids.peek().filter(id => id !== videoId)
    videos.drop(videoId)
  }

  return {
    query,
    ids,
    state,
    problem,
    hasMore,
    stale,
    usage,
    drop,
    /** Shows another search, filter or order; the list before stays on the screen until the answer is here. */
    show(next: LibraryQuery) {
      const key = writeQuery(next)
      if (key === writeQuery(query.peek())) return
      keep()
      query.value = next
      const list = kept.get(key)
      if (list) {
        kept.delete(key)
        asking.abort()
        ids.value = list.ids.filter(id => !deleted.has(id))
        cursor = list.cursor
        hasMore.value = cursor !== null
        problem.value = null
        stale.value = false
        state.value = 'loaded'
        // Whoever goes back wants what was there; what is new comes at the front.
        if (next.sort === 'newest') void load(null)
        return
      }
      stale.value = true
      void load(null)
    },
    /** Loads the first page, first or again. */
    refresh: async () => {
      const again = state.peek() !== 'unloaded' && query.peek().sort !== 'newest'
      if (state.peek() !== 'loading' && !again) await load(null)
    },
    /** After a failure: the page that did not come. */
    again: () => load(failedFrom),
    more: async () => {
      if (state.peek() !== 'loading' && cursor !== null) await load(cursor)
    },
    /** Sums are nice to have: without an answer the old ones stay. */
    async count() {
      usage.value = await api.readUsage().catch(() => usage.peek())
    },
    /** A new video, where the list would show it. */
    prepend(view: VideoView) {
      const { search, states, sort } = query.peek()
      const createdAt = Date.parse(view.createdAt) / 1000
      const shown = isListed({ ...view, createdAt }, { words: searchWords(search), states })
      if (sort === 'newest' && shown) ids.value = merge([view.videoId], ids.peek())
    },
    async rename(videoId: string, title: string) {
      videos.take(await api.renameVideo(videoId, title))
    },
    /** Takes the video off the list only when the server has said yes. Gone already counts as yes. */
    async remove(videoId: string, leaving = false) {
      try {
        await api.deleteVideo(videoId, leaving)
      } catch (thrown) {
        if (toProblem(thrown).status !== 404) throw thrown
      }
      drop(videoId)
    },
  }
}

function merge(first: readonly string[], then: readonly string[]): string[] {
  return [...new Set([...first, ...then])]
}
