// A handful of the inputs through the whole pipeline, queues, table and store included: each ends in ready, with every track
// as the golden table says, or in failed with its code and sentence.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { isErrorCode } from '#domain/error-codes.ts'
import { errorFacts } from '#domain/errors.ts'
import type { Chunk } from '#domain/item.ts'
import { mediaKey, posterName } from '#domain/keys.ts'
import { ffmpegBytes, joinPacked, mediaFolder } from '../support/media.ts'
import { createPipeline, type Pipeline } from '../support/pipeline.ts'
import { queueSource, startTranscoder, type Transcoder, until } from '../support/transcoder.ts'
import { clockRecipes } from './clock-recipes.ts'
import { makeMaster } from './counted-film.ts'
import { damageRecipes } from './damage-recipes.ts'
import { goldenRow, runsOf } from './describe-outcome.ts'
import { golden } from './golden.ts'
import { pictureRecipes } from './picture-recipes.ts'
import { hearBeeps, seeFilm } from './read-back.ts'
import { createKit } from './recipe.ts'
import { soundRecipes } from './sound-recipes.ts'

const recipes = { ...pictureRecipes, ...clockRecipes, ...soundRecipes, ...damageRecipes }
const names = [
  'rotated-90.mp4',
  'two-languages.mkv',
  'one-picture.mp4',
  'broken-index.avi',
  'much-longer.mp4',
  'covered.m4a',
  'sound-alone.mp3',
  'cut.mkv',
  'playlist.mp4',
]

const folder = mediaFolder()
let pipeline: Pipeline
let transcoder: Transcoder
const videos = new Map<string, string>()

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'))
  transcoder = startTranscoder(pipeline)
  const master = await makeMaster(folder.path)
  for (const name of names) {
    const kit = createKit(folder.path, master, name)
    await recipes[name]?.(kit)
    videos.set(name, await queueSource(pipeline, kit.path))
  }
}, 180_000)

afterAll(async () => {
  await transcoder?.stop()
  await folder.remove()
})

async function fetchObject(key: string, path: string): Promise<void> {
  const pieces: Uint8Array[] = []
  for await (const piece of await pipeline.media.readRange(key, { start: 0, end: 2 ** 40 })) {
    pieces.push(piece as Uint8Array)
  }
  await writeFile(path, Buffer.concat(pieces))
}

/** A track's objects in the store, as a player puts them together. */
async function fetchTrack(chunks: readonly Chunk[], name: string): Promise<string> {
  const work = join(folder.path, name)
  await mkdir(work, { recursive: true })
  const paths: { path: string }[] = []
  for (const { key, index } of [...chunks].sort((a, b) => a.index - b.index)) {
    const path = join(work, `${index}.mp4`)
    await fetchObject(key, path)
    paths.push({ path })
  }
  return joinPacked(paths, join(work, 'joined.mp4'))
}

it.each(names)('%s', async name => {
  const videoId = videos.get(name) ?? ''
  const expected = goldenRow(golden[name] ?? {})
  const { meta } = await until(pipeline, videoId, ({ meta }) => /ready|failed/.test(meta.state))
  if ('refused' in expected) {
    const code = expected.refused
    const message = isErrorCode(code) ? errorFacts[code].message : ''
    expect(meta.failure).toEqual({ code, message })
    return
  }
  const [width = 0, height = 0] = expected.size.split('x').map(Number)
  expect(meta).toMatchObject({ state: 'ready', facts: { width, height } })
  expect(meta.facts?.durationSeconds).toBeCloseTo(expected.seconds, 3)
  const chunks = await pipeline.chunks.list(videoId, 1)
  const tracks = new Set(chunks.map(({ track }) => track))
  const heard: number[] = []
  for (const track of tracks) {
    const own = chunks.filter(chunk => chunk.track === track)
    const joined = await fetchTrack(own, `${name}.${track}`)
    if (track.startsWith('audio')) {
      heard.push((await hearBeeps(joined, own[0]?.timescale ?? 0))[0]?.hertz ?? 0)
    } else {
      expect(runsOf((await seeFilm(joined)).numbers)).toBe(expected.shows)
    }
  }
  if (expected.rate === '10') expect(meta.facts?.soundOnly).toBe(true)
  expect(heard).toEqual(expected.tracks.map(track => Number(track.split(' ')[1])))
})

it('shows the cover of a recording, or its waveform', async () => {
  /** The brightest of a poster's places. */
  const brightest = async (name: string) => {
    const path = join(folder.path, `${name}.jpg`)
    const key = mediaKey(videos.get(name) ?? '', 1, posterName)
    await fetchObject(key, path)
    const small = ['-vf', 'scale=64:36:flags=area', '-pix_fmt', 'rgb24', '-f', 'rawvideo', '-']
    const bytes = await ffmpegBytes(['-i', path, ...small])
    const pixels = Array.from({ length: bytes.length / 3 }, (_, index) => [
      ...bytes.subarray(3 * index, 3 * index + 3),
    ])
    const light = (pixel: number[]) => pixel.reduce((sum, one) => sum + one, 0)
    return pixels.reduce((most, pixel) => (light(pixel) > light(most) ? pixel : most))
  }
  const [red = 0, green = 0] = await brightest('covered.m4a')
  expect(red - green).toBeGreaterThan(150)
  const [waveRed = 0, waveGreen = 0, waveBlue = 0] = await brightest('sound-alone.mp3')
  expect(waveBlue).toBeGreaterThan(waveGreen)
  expect(waveGreen).toBeGreaterThan(waveRed + 20)
})
