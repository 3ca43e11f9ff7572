// The list of videos: its order, its pages by cursor, and the steps that change it. What each video looks like is in Videos.
import { signal } from '@preact/signals'
import type { Api } from '../api/client.ts'
import { type Problem, toProblem } from '../api/problem.ts'
import type { Videos } from '../progress/videos.ts'

const pageSize = 24

export type LibraryState = 'unloaded' | 'loading' | 'loaded' | 'failed'

export interface LibraryDeps {
  api: Pick<Api, 'listVideos' | 'renameVideo' | 'deleteVideo'>
  videos: Pick<Videos, 'take' | 'drop'>
}

export type Library = ReturnType<typeof createLibrary>

export function createLibrary({ api, videos }: LibraryDeps) {
  const ids = signal<readonly string[]>([])
  const state = signal<LibraryState>('unloaded')
  const problem = signal<Problem | null>(null)
  const hasMore = signal(false)
  const deleted = new Set<string>()
  let cursor: string | null = null
  let failedFrom: string | null = null

  async function load(from: string | null) {
    state.value = 'loading'
    try {
      const page = await api.listVideos(from, pageSize)
      // A video may be deleted here while the answer is on its way.
      const views = page.videos.filter(view => !deleted.has(view.videoId))
      for (const view of views) videos.take(view)
      const fresh = views.map(view => view.videoId)
      const known = ids.peek()
      // The first page again (after a visit elsewhere): what is new goes to the front, what was paged in stays.
      ids.value = from === null ? merge(fresh, known) : merge(known, fresh)
      if (from !== null || known.length === 0) {
        cursor = page.cursor
        hasMore.value = cursor !== null
      }
      problem.value = null
      state.value = 'loaded'
    } catch (thrown) {
      failedFrom = from
      problem.value = toProblem(thrown)
      state.value = 'failed'
    }
  }

  function drop(videoId: string) {
    deleted.add(videoId)
    ids.value = ids.peek().filter(id => id !== videoId)
    videos.drop(videoId)
  }

  return {
    ids,
    state,
    problem,
    hasMore,
    drop,
    /** Loads the newest videos, first or again. */
    refresh: async () => {
      if (state.peek() !== 'loading') await load(null)
    },
    /** After a failure: the page that did not come. */
    again: () => load(failedFrom),
    more: async () => {
      if (state.peek() !== 'loading' && cursor !== null) await load(cursor)
    },
    prepend(videoId: string) {
      ids.value = merge([videoId], ids.peek())
    },
    async rename(videoId: string, title: string) {
      videos.take(await api.renameVideo(videoId, title))
    },
    /** Takes the video off the list only when the server has said yes. Gone already counts as yes. */
    async remove(videoId: string) {
      try {
        await api.deleteVideo(videoId)
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
