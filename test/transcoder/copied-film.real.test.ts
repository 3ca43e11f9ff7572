// A film that is already good through the whole pipeline: one rung is its own packets, and the finished video passes the gate.
// One whose index lies is made without them, the record says why, and its viewers see no progress taken back.
import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { contentTypeOf } from '#domain/delivery.ts'
import { attemptPrefix, mainPlaylistName } from '#domain/keys.ts'
import { ratioOf } from '#domain/view.ts'
import { silentLog } from '#platform/log.ts'
import { verifyTarget } from '../../tools/verify/main.ts'
import { createPorts, createWorker, type Worker } from '../../transcoder/compose.ts'
import { hasFault } from '../../transcoder/gate/finding.ts'
import { makeSource, mediaFolder, picturesOf } from '../support/media.ts'
import { createPipeline, type Pipeline } from '../support/pipeline.ts'
import { picture, sine } from '../support/reading.ts'
import { queueSource, taskRecords, transcoderEnvironment } from '../support/transcoder.ts'

const folder = mediaFolder()
let pipeline: Pipeline
let worker: Worker

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'))
  const ports = createPorts({ ...transcoderEnvironment(pipeline), LEASE_SECONDS: '30' })
  worker = await createWorker(ports, { log: silentLog })
})
afterAll(async () => {
  worker.close()
  await folder.remove()
})

const make = (name: string, x264: string) =>
  makeSource(join(folder.path, name), [
    ...[...picture('25', 4, '640x360'), ...sine(4), '-c:v', 'libx264', '-preset', 'ultrafast'],
    ...['-pix_fmt', 'yuv420p', '-b:v', '250k', '-maxrate', '300k', '-bufsize', '200k'],
    ...['-g', '40', '-sc_threshold', '0', '-x264-params', x264, '-c:a', 'aac'],
  ])
const good = () => make('good.mp4', 'bframes=2')
/** Its keyframes are points to recover at, with nothing shown on their other side: only their bytes tell. */
const lying = () => make('lying.mp4', 'open-gop=1:bframes=1:b-adapt=1:b-bias=-100')

type Meddle = (videoId: string, attempt: number) => Promise<void>

/** Everything that is waiting, and what that makes due; the ratios a viewer saw meanwhile. */
async function workOff(videoId: string, meddle: Meddle = async () => undefined): Promise<number[]> {
  const { signal } = new AbortController()
  const ratios: number[] = []
  for (;;) {
    const [fast, bulk] = await Promise.all(
      (['fast', 'bulk'] as const).map(queue =>
        pipeline.queue.receive(queue, { max: 1, waitSeconds: 0 }),
      ),
    )
    const messages = [...(fast ?? []), ...(bulk ?? [])]
    if (messages.length === 0) return ratios
    for (const message of messages) {
      const { task } = message
      if (!(task instanceof Error) && task.kind === 'finish') await meddle(videoId, task.attempt)
      await worker.work(message, signal)
      const records = await pipeline.videos.records(videoId)
      if (records) ratios.push(ratioOf(records))
    }
  }
}

/** The second chunk of the lowest rung stands in the place of the first. */
const swapChunks: Meddle = async (videoId, attempt) => {
  const chunks = await pipeline.chunks.list(videoId, attempt, '240p')
  const [to, from] = chunks.sort((a, b) => a.index - b.index)
  if (!to || !from) throw new Error('too few chunks')
  const body = await pipeline.media.readRange(from.key, { start: 0, end: 2 ** 40 })
  const pieces: Uint8Array[] = []
  for await (const piece of body) pieces.push(piece)
  await pipeline.media.put(to.key, Buffer.concat(pieces), { contentType: contentTypeOf(to.key) })
}

/** The attempt's objects as files, so that a player finds one from another. */
async function download(videoId: string, attempt: number): Promise<string> {
  const prefix = attemptPrefix(videoId, attempt)
  const path = join(folder.path, videoId)
  for await (const key of pipeline.media.list(prefix)) {
    const file = join(path, key.slice(prefix.length))
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, await pipeline.media.readRange(key, { start: 0, end: 2 ** 40 }))
  }
  return path
}

const metaOf = async (videoId: string) => (await pipeline.videos.get(videoId)) ?? undefined
const isRising = (ratios: readonly number[]) =>
  ratios.every((ratio, at) => ratio >= (ratios[at - 1] ?? 0))
const hashes = async (path: string) => {
  const pictures = await picturesOf(path)
  return createHash('sha256')
    .update(pictures.map(({ hash }) => hash).join())
    .digest('hex')
}

describe('a film that is already good', () => {
  it('is a rung by its own packets, and the whole is what its playlists say', async () => {
    const source = await good()
    const videoId = await queueSource(pipeline, source)
    await workOff(videoId)
    expect(await metaOf(videoId)).toMatchObject({
      ...{ state: 'ready', attempt: 1, liveAttempt: 1 },
      facts: { copied: true, because: expect.stringContaining('640 × 360') },
    })
    const kinds = (await taskRecords(pipeline, videoId)).map(({ task }) => task.kind)
    expect(kinds).toContain('copy')
    const media = await download(videoId, 1)
    const verdict = await verifyTarget(join(media, mainPlaylistName), { decode: 'all' })
    expect(verdict.findings.filter(({ level }) => level !== 'note')).toEqual([])
    expect(hasFault(verdict.findings)).toBe(false)
    expect(await hashes(join(media, '360p.m3u8'))).toBe(await hashes(source))
  })

  it('is made without them where the whole with them does not pass the gate', async () => {
    const videoId = await queueSource(pipeline, await good())
    const ratios = await workOff(videoId, async (video, attempt) => {
      if (attempt === 1) await swapChunks(video, attempt)
    })
    expect(await metaOf(videoId)).toMatchObject({
      ...{ state: 'ready', attempt: 2, liveAttempt: 2, begunAgain: { gate: 0, copy: 1 } },
      facts: { copied: false, because: expect.stringContaining('did not pass its last check') },
    })
    expect(isRising(ratios)).toBe(true)
  })
})

describe('a film whose index calls points to recover at keyframes', () => {
  it('is made without its packets, and the gate keeps its own second try', async () => {
    const videoId = await queueSource(pipeline, await lying())
    const ratios = await workOff(videoId, async (video, attempt) => {
      if (attempt === 2) await swapChunks(video, attempt)
    })
    expect(await metaOf(videoId)).toMatchObject({
      ...{ state: 'ready', attempt: 3, liveAttempt: 3, begunAgain: { gate: 1, copy: 1 } },
      facts: {
        copied: false,
        because: expect.stringContaining('does not begin with SPS and IDR'),
      },
    })
    expect(new Set(ratios).size).toBeGreaterThan(3)
    // What the attempts before have left is swept then.
    expect((await metaOf(videoId))?.dueAt).toBeGreaterThan(Date.now() / 1000 + 800)
    expect(isRising(ratios)).toBe(true)
    expect((await pipeline.tasks.readCount(videoId, 1))?.live).toBe(false)
    const copies = (await taskRecords(pipeline, videoId)).filter(({ task }) => task.kind === 'copy')
    expect(copies.map(({ task, tries }) => [task.attempt, tries])).toEqual([[1, 0]])
  })
})
