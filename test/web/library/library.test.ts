// The list of videos: pages in order, each video once, deleted ones gone.
import { expect, test } from 'vitest'
import { createApi } from '../../../web/src/api/client.ts'
import { cardWords, isWatchable } from '../../../web/src/library/card-words.ts'
import { createLibrary } from '../../../web/src/library/library.ts'
import { createVideos } from '../../../web/src/progress/videos.ts'
import { someVideo } from '../progress/views.ts'

function open(pages: Record<string, { ids: string[]; cursor: string | null }>) {
  const server = { pages, calls: [] as string[], onDelete: 204 }
  const api = createApi(async (path, init) => {
    const url = new URL(path, 'https://portal.test')
    server.calls.push(`${init?.method} ${url.pathname}${url.search}`)
    if (init?.method === 'DELETE') return new Response(null, { status: server.onDelete })
    const page = server.pages[url.searchParams.get('cursor') ?? '']
    if (!page)
      return Response.json({ code: 'table-unavailable', detail: 'No answer.' }, { status: 503 })
    const videos = page.ids.map(videoId => someVideo({ videoId, state: 'ready' }))
    return Response.json({ videos, cursor: page.cursor })
  })
  return { server, library: createLibrary({ api, videos: createVideos(() => 0) }) }
}

const twoPages = () => ({
  '': { ids: ['a', 'b'], cursor: 'next' },
  next: { ids: ['b', 'c'], cursor: null },
})

test('pages follow each other by cursor, each video once', async () => {
  const { library, server } = open(twoPages())
  await library.refresh()
  expect(library.hasMore.value).toBe(true)
  await library.more()
  await library.more()
  expect(library.ids.value).toEqual(['a', 'b', 'c'])
  expect(library.hasMore.value).toBe(false)
  expect(server.calls).toEqual(['GET /api/videos?limit=24', 'GET /api/videos?limit=24&cursor=next'])
})

test('looking again brings what is new to the front and keeps what was paged in', async () => {
  const { library, server } = open(twoPages())
  await library.refresh()
  await library.more()
  server.pages[''] = { ids: ['z', 'a'], cursor: 'next' }
  await library.refresh()
  expect(library.ids.value).toEqual(['z', 'a', 'b', 'c'])
  expect(library.hasMore.value).toBe(false)
})

test('a failure is kept as a sentence and does not empty the list', async () => {
  const { library, server } = open(twoPages())
  await library.refresh()
  server.pages = {}
  await library.more()
  expect(library.state.value).toBe('failed')
  expect(library.problem.value?.message).toBe('No answer.')
  expect(library.ids.value).toEqual(['a', 'b'])
  server.pages = twoPages()
  await library.again()
  expect(library.ids.value).toEqual(['a', 'b', 'c'])
})

test('a deleted video does not come back with an answer that was on its way', async () => {
  const { library } = open(twoPages())
  await library.refresh()
  await library.remove('a')
  await library.refresh()
  expect(library.ids.value).toEqual(['b'])
})

test('a video deleted elsewhere is gone; a refused deletion leaves it', async () => {
  const { library, server } = open(twoPages())
  await library.refresh()
  server.onDelete = 500
  await expect(library.remove('a')).rejects.toThrow()
  expect(library.ids.value).toContain('a')
  server.onDelete = 404
  await library.remove('a')
  expect(library.ids.value).not.toContain('a')
})

test.each([
  ['uploading', false, 'Unfinished upload'],
  ['queued', true, 'Getting ready'],
  ['processing', true, 'Processing 40 % · 30 s left'],
  ['ready', true, 'Ready'],
  ['failed', false, 'Failed'],
  ['deleting', false, 'Being deleted'],
] as const)('a card that is %s: can be watched %s, says «%s»', (state, watchable, words) => {
  const view = someVideo({ state, playable: state === 'processing' })
  expect(isWatchable(view)).toBe(watchable)
  expect(cardWords(view, 30)).toBe(words)
})
