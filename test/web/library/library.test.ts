// The list of videos: pages in order, each video once, deleted ones gone.
import { expect, test } from 'vitest'
import { createApi } from '../../../web/src/api/client.ts'
import { createLibrary } from '../../../web/src/library/library.ts'
import { everything } from '../../../web/src/library/query.ts'
import { createVideos } from '../../../web/src/progress/videos.ts'
import { someVideo } from '../progress/views.ts'

function open(pages: Record<string, { ids: string[]; cursor: string | null }>) {
  const server = { pages, calls: [] as string[], onDelete: 204, slow: null as Promise<void> | null }
  const api = createApi(async (path, init) => {
    const url = new URL(path, 'https://portal.test')
    server.calls.push(`${init?.method} ${url.pathname}${url.search}`)
    if (init?.method === 'DELETE') return new Response(null, { status: server.onDelete })
    const { q, cursor = '' } = Object.fromEntries(url.searchParams)
    if (server.slow) await server.slow
    const page = server.pages[q ? `${q}:${cursor}` : cursor]
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
  expect(server.calls).toEqual(['GET /api/videos?limit=24', 'GET /api/videos?limit=48&cursor=next'])
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

test('another search replaces the list when its answer is here, and back shows the one before as it was', async () => {
  const { library, server } = open({ ...twoPages(), 'x:': { ids: ['c'], cursor: null } })
  await library.refresh()
  await library.more()
  let answer = () => {}
  server.slow = new Promise(resolve => {
    answer = resolve
  })
  library.show({ ...everything, search: 'x' })
  expect(library.ids.value).toEqual(['a', 'b', 'c'])
  expect(library.stale.value).toBe(true)
  answer()
  await expect.poll(() => library.ids.value).toEqual(['c'])
  expect(library.stale.value).toBe(false)
  library.show(everything)
  expect(library.ids.value).toEqual(['a', 'b', 'c'])
})

test('an answer to a search that is over changes nothing', async () => {
  const { library, server } = open({
    ...twoPages(),
    'x:': { ids: ['c'], cursor: null },
    'xy:': { ids: ['d'], cursor: null },
  })
  await library.refresh()
  let answer = () => {}
  server.slow = new Promise(resolve => {
    answer = resolve
  })
  library.show({ ...everything, search: 'x' })
  server.slow = null
  library.show({ ...everything, search: 'xy' })
  await expect.poll(() => library.ids.value).toEqual(['d'])
  answer()
  await new Promise(resolve => setTimeout(resolve, 0))
  expect(library.ids.value).toEqual(['d'])
})

test('a search goes on over pages that hold nothing', async () => {
  const { library } = open({
    'x:': { ids: [], cursor: 'n' },
    'x:n': { ids: [], cursor: 'm' },
    'x:m': { ids: ['a'], cursor: null },
  })
  library.show({ ...everything, search: 'x' })
  await expect.poll(() => library.ids.value).toEqual(['a'])
  expect(library.hasMore.value).toBe(false)
})

test('a new video comes to the front where the list would hold it', () => {
  const { library } = open({})
  library.prepend(someVideo({ videoId: 'a', title: 'Lake' }))
  library.query.value = { ...everything, search: 'rome' }
  library.prepend(someVideo({ videoId: 'b', title: 'Lake' }))
  library.query.value = { ...everything, states: ['processing'] }
  library.prepend(someVideo({ videoId: 'c', state: 'queued' }))
  library.query.value = { ...everything, sort: 'title' }
  library.prepend(someVideo({ videoId: 'd' }))
  expect(library.ids.value).toEqual(['c', 'a'])
})
