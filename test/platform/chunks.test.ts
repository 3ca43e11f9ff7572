// Chunk records and generations in a real table: order, pages, and listings that are only ever appended to.
import { beforeAll, expect, inject, it } from 'vitest'
import { type Chunk, toChunkItem } from '#domain/item.ts'
import type { Chunks } from '#platform/chunks.ts'
import { createPipeline, newVideoId, type Pipeline } from '../support/pipeline.ts'

let pipeline: Pipeline
let chunks: Chunks

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'), { pageItems: 2 })
  chunks = pipeline.chunks
})

const chunkOf = (track: string, index: number): Chunk => ({
  track,
  index,
  key: `${track}/${index}`,
  initBytes: 1,
  initHash: 'h',
  codec: 'c',
  timescale: 1,
  startTicks: 0,
  samples: 1,
  fragments: [],
  createdAt: 1,
})
const put = (videoId: string, track: string, index: number) =>
  pipeline.table.create(toChunkItem(videoId, 1, chunkOf(track, index)))

it('records come in order of the timeline, from every page, of one track or all', async () => {
  const videoId = newVideoId()
  for (const index of [11, 2, 0, 100, 1]) await put(videoId, '240p', index)
  await put(videoId, '1240p', 3)
  const indexes = (await chunks.list(videoId, 1, '240p')).map(({ index }) => index)
  expect(indexes).toEqual([0, 1, 2, 11, 100])
  expect(await chunks.list(videoId, 1)).toHaveLength(6)
  expect(await chunks.list(videoId, 2)).toEqual([])
  expect(await chunks.get(videoId, 1, '240p', 11)).toEqual(chunkOf('240p', 11))
  expect(await chunks.get(videoId, 1, '240p', 12)).toBeNull()
})

it('many are asked for by name, more than one batch holds', async () => {
  const videoId = newVideoId()
  const indexes = Array.from({ length: 130 }, (_, index) => index)
  await Promise.all(indexes.map(index => put(videoId, '240p', index)))
  const wanted = [...indexes, 500].map(chunk => ({ track: '240p', chunk }))
  const found = await chunks.getMany(videoId, 1, wanted)
  expect(found.map(({ index }) => index).sort((a, b) => a - b)).toEqual(indexes)
  expect(await chunks.getMany(videoId, 1, [])).toEqual([])
})

it('a generation is shared for 15 s, by all who ask at once too', async () => {
  const videoId = newVideoId()
  const together = await Promise.all(
    Array.from({ length: 8 }, () => chunks.openGeneration(videoId, 1, 1000)),
  )
  expect(new Set(together.map(({ generation }) => generation))).toEqual(new Set([1]))
  expect(await chunks.openGeneration(videoId, 1, 1014)).toEqual({ generation: 1, openedAt: 1000 })
  expect(await chunks.openGeneration(videoId, 1, 1016)).toEqual({ generation: 2, openedAt: 1016 })
  expect(await chunks.openGeneration(videoId, 2, 1016)).toEqual({ generation: 1, openedAt: 1016 })
  expect(await chunks.generation(videoId, 1, 2)).toEqual({ generation: 2, openedAt: 1016 })
  expect(await chunks.generation(videoId, 1, 3)).toBeNull()
})

it('a listing is appended to by one at a time', async () => {
  const at = { videoId: newVideoId(), attempt: 1, generation: 1, track: '480p', chunk: 4 }
  const listed = async () => {
    const all = await chunks.listings(at.videoId, 1, 1, '480p', [3, 4, 5])
    return all.get(4)
  }
  const first = await Promise.all(
    ['240p', '360p', '240p', '360p'].map(track => chunks.remember(at, [track], 0)),
  )
  expect(first.filter(Boolean)).toHaveLength(1)
  const [stands = ''] = (await listed()) ?? []
  expect(await chunks.remember(at, ['other', 'x'], 0)).toBe(false)
  expect(await chunks.remember(at, [stands, '360p'], 1)).toBe(true)
  expect(await chunks.remember(at, [stands, '240p'], 1)).toBe(false)
  expect(await listed()).toEqual([stands, '360p'])
})

it('nothing is borrowed any more for a chunk that has its own record', async () => {
  const videoId = newVideoId()
  const at = { videoId, attempt: 1, generation: 1, track: '480p', chunk: 4 }
  expect(await chunks.remember(at, ['240p'], 0)).toBe(true)
  await put(videoId, '480p', 4)
  expect(await chunks.remember(at, ['240p', '240p'], 1)).toBe(false)
  expect(await chunks.remember({ ...at, generation: 2 }, ['240p'], 0)).toBe(false)
  expect(await chunks.remember({ ...at, chunk: 5 }, ['240p'], 0)).toBe(true)
})
