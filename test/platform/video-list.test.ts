// Lists of videos from a real table: every page of every sort, bounds met, cursors that hold while videos come and go.
import { beforeAll, describe, expect, inject, it } from 'vitest'
import type { Meta } from '#domain/item.ts'
import { type ListSort, listSorts } from '#domain/listing.ts'
import { createVideoList, type ListOptions, type VideoList } from '#platform/video-list.ts'
import { createPipeline, metaOf, newVideoId, type Pipeline } from '../support/pipeline.ts'

let pipeline: Pipeline
/** Reads two at a time and looks at twelve videos at most. */
let list: VideoList
const ownerId = 'a collector'

async function create(changes: Partial<Meta>): Promise<Meta> {
  const meta = metaOf(newVideoId(), { ownerId, ...changes })
  expect(await pipeline.videos.create(meta, null)).toBe(true)
  return meta
}

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'))
  list = createVideoList({ table: pipeline.table, most: 12, firstRead: 2 })
  for (let i = 0; i < 10; i++) {
    await create({
      title: i % 2 === 0 ? `Oslo ${i}` : `Rome ${i}`,
      state: i === 4 ? 'deleting' : i % 3 === 0 ? 'ready' : 'queued',
      createdAt: 1_700_000_000.5 + i,
      source: { key: 'k', sizeBytes: (i * 7) % 10 },
      ...(i > 2
        ? {
            facts: {
              ...{ durationSeconds: (i * 3) % 10, width: 1, height: 1, rungs: [240] },
              ...{ audioTracks: 0, totalWork: 1 },
            },
          }
        : {}),
    })
  }
})

const usual: ListOptions = { words: [], states: [], sort: 'newest', limit: 3, cursor: null }

async function walk(changes: Partial<ListOptions>, owner = ownerId) {
  const pages: string[][] = []
  let cursor: string | null = null
  do {
    const page = await list.page(owner, { ...usual, ...changes, cursor })
    pages.push(page.videos.map(({ title }) => title.replace(/\w+ /, '')))
    cursor = page.cursor
  } while (cursor)
  return pages
}

describe('a list', () => {
  it.each([
    ['newest', '9 8 7 6 5 3 2 1 0'],
    ['oldest', '0 1 2 3 5 6 7 8 9'],
    ['title', '0 2 6 8 1 3 5 7 9'],
    ['longest', '3 6 9 5 8 7 '],
    ['largest', '7 1 8 5 2 9 6 3 0'],
  ] satisfies [ListSort, string][])('by %s is whole, in pages of any size', async (sort, order) => {
    for (const limit of [1, 2, 4, 9, 100]) {
      const found = (await walk({ sort, limit })).flat()
      expect(found.join(' ').startsWith(order)).toBe(true)
      expect(new Set(found).size).toBe(9)
      expect(found).toHaveLength(9)
    }
  })

  it('is filtered by words and states, in full pages', async () => {
    expect(await walk({ words: ['rome'] })).toEqual([
      ['9', '7', '5'],
      ['3', '1'],
    ])
    expect((await walk({ words: ['rome'], states: ['ready'] })).flat()).toEqual(['9', '3'])
    expect(await walk({ states: ['processing'], sort: 'largest' })).toEqual([
      ['7', '1', '8'],
      ['5', '2'],
    ])
    expect((await walk({ words: ['nothing'] })).flat()).toEqual([])
  })

  it.each(listSorts)('by %s goes on where it was, though videos come and go', async sort => {
    const owner = `a mover by ${sort}`
    const made = []
    for (let i = 0; i < 5; i++) {
      made.push(await create({ ownerId: owner, title: `Film ${i}`, createdAt: 1000 + i }))
    }
    const first = await list.page(owner, { ...usual, sort, limit: 2 })
    // The last one seen goes, and with it the record its cursor names.
    await pipeline.videos.removeMeta(first.videos[1]?.videoId ?? '')
    const rest = await list.page(owner, { ...usual, sort, limit: 9, cursor: first.cursor })
    const ids = [...first.videos, ...rest.videos].map(({ videoId }) => videoId)
    expect(ids.toSorted()).toEqual(made.map(({ videoId }) => videoId).toSorted())
  })

  it('begins again with a cursor of another sort, or of none', async () => {
    const byTitle = await list.page(ownerId, { ...usual, sort: 'title' })
    for (const cursor of [byTitle.cursor, 'e30', 'x', '']) {
      const page = await list.page(ownerId, { ...usual, cursor })
      expect(page.videos[0]?.title).toBe('Rome 9')
    }
  })
})

describe('of more videos than are looked at for one request', () => {
  const owner = 'a hoarder'
  beforeAll(async () => {
    for (let i = 0; i < 30; i++) {
      const title = i === 1 ? 'Needle' : `Hay ${i}`
      await create({ ownerId: owner, title, createdAt: 1000 + i })
    }
  })

  it('a search hands back what it has, and its cursor finds the rest', async () => {
    const first = await list.page(owner, { ...usual, words: ['needle'] })
    expect(first.videos).toEqual([])
    expect(first.cursor).not.toBeNull()
    expect((await walk({ words: ['needle'] }, owner)).flat()).toEqual(['Needle'])
  })

  it('a sort by anything but the date is refused in words', async () => {
    for (const sort of ['title', 'longest', 'largest'] as const) {
      const refused = list.page(owner, { ...usual, sort })
      await expect(refused).rejects.toMatchObject({ code: 'list-too-long', retryable: false })
    }
  })

  it('the sum says that it is not of all', async () => {
    expect(await list.usage(owner)).toMatchObject({ videos: 12, complete: false })
    expect(await list.usage('nobody')).toMatchObject({ videos: 0, complete: true })
  })
})

it('reads past many that are on their way out a page at a time, and no further than its bound', async () => {
  const owner = 'a leaver'
  for (let i = 0; i < 20; i++) {
    const state = i === 0 || i === 19 ? 'ready' : 'deleting'
    await create({ ownerId: owner, title: `Film ${i}`, createdAt: 1000 + i, state })
  }
  let reads = 0
  const page: typeof pipeline.table.page = input => {
    reads += 1
    return pipeline.table.page(input)
  }
  const counted = createVideoList({ table: { ...pipeline.table, page }, most: 12 })
  const first = await counted.page(owner, { ...usual, limit: 4 })
  expect(first.videos.map(({ title }) => title)).toEqual(['Film 19'])
  expect(reads).toBe(3)
  const rest = await counted.page(owner, { ...usual, limit: 4, cursor: first.cursor })
  expect(rest.videos.map(({ title }) => title)).toEqual(['Film 0'])
  expect(rest.cursor).toBeNull()
})
