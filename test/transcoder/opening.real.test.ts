// A film without an index plays before it has been read whole: its opening is made and listed first, the scan comes after it,
// and what is made is what a run without an opening makes, whatever the rest of the film turns out to be and wherever it is cut.
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest'
import { planKey } from '#domain/keys.ts'
import type { Task } from '#domain/task.ts'
import { isPlayable } from '#domain/view.ts'
import { silentLog } from '#platform/log.ts'
import { createApp } from '../../functions/playlist/app.ts'
import { createPorts, createWorker, type Worker } from '../../transcoder/compose.ts'
import type { FaultPoint } from '../../transcoder/worker.ts'
import { readPlaylist } from '../support/growing.ts'
import { makeSource, mediaFolder } from '../support/media.ts'
import { createPipeline, type Pipeline } from '../support/pipeline.ts'
import {
  isReadyWithMp4,
  mediaHashes,
  orphans,
  queueSource,
  startTranscoder,
  taskRecords,
  transcoderEnvironment,
  until,
} from '../support/transcoder.ts'

/** A little more than the two minutes from which a film has an opening of its own. */
const seconds = 126
const folder = mediaFolder()
let pipeline: Pipeline
let mkv: string
let ts: string

const picture = (rate: number, duration: number) => [
  ...['-f', 'lavfi', '-i', `testsrc2=s=96x72:r=${rate}:d=${duration}`],
  ...['-c:v', 'libx264', '-preset', 'ultrafast', '-g', `${3 * rate}`, '-pix_fmt', 'yuv420p'],
  ...['-bf', '2'],
]
const sine = ['-f', 'lavfi', '-i', `sine=f=440:r=48000:d=${seconds}`]
const at = (name: string) => join(folder.path, name)

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'))
  const sounding = [...sine, ...picture(8, seconds), '-c:a', 'aac', '-b:a', '64k']
  mkv = await makeSource(at('film.mkv'), sounding)
  ts = await makeSource(at('film.ts'), ['-i', mkv, '-c', 'copy'])
}, 120_000)
afterAll(folder.remove)

const noMp4 = { MP4_MAX_GIGABYTES: '0' }
const opening = { ...noMp4, READ_FIRST_MEGABYTES: '0' }

type Hook = (point: FaultPoint, task: Task) => Promise<void>

async function workerOf(env: Record<string, string>, fault?: Hook): Promise<Worker> {
  const ports = createPorts({ ...transcoderEnvironment(pipeline), LEASE_SECONDS: '30', ...env })
  const worker = await createWorker(ports, { log: silentLog, ...(fault ? { fault } : {}) })
  onTestFinished(() => worker.close())
  return worker
}

/** Everything that is waiting, and what that makes due. */
async function workOff(worker: Worker): Promise<void> {
  const { signal } = new AbortController()
  for (;;) {
    const waiting = await Promise.all(
      (['fast', 'bulk'] as const).map(queue =>
        pipeline.queue.receive(queue, { max: 1, waitSeconds: 0 }),
      ),
    )
    const messages = waiting.flat()
    if (messages.length === 0) return
    for (const message of messages) await worker.work(message, signal)
  }
}

/** One film from its message to its end; `points` are those of its `inspect`. */
async function run(
  file: string,
  env: Record<string, string>,
  onOpened: (videoId: string, worker: Worker) => Promise<void> = async () => undefined,
  onPlanned: (videoId: string) => Promise<unknown> = async () => undefined,
) {
  const points: FaultPoint[] = []
  let videoId = ''
  const worker = await workerOf(env, async (point, task) => {
    if (task.kind === 'inspect') points.push(point)
    if (point === 'opened') await onOpened(videoId, worker)
    if (point === 'planned') await onPlanned(videoId)
  })
  videoId = await queueSource(pipeline, file)
  await workOff(worker)
  const records = await pipeline.videos.records(videoId)
  return { videoId, points, meta: records?.meta }
}

async function makePlain(file: string) {
  const { videoId, points, meta } = await run(file, noMp4)
  return { points, facts: meta?.facts, hashes: await hashesOf(videoId, 1) }
}
const plainRuns = new Map<string, ReturnType<typeof makePlain>>()

/** The same without an opening; a file that two tests ask for is made once. */
function plainRun(file: string): ReturnType<typeof makePlain> {
  const made = plainRuns.get(file) ?? makePlain(file)
  plainRuns.set(file, made)
  return made
}

async function hashesOf(videoId: string, attempt: number): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {}
  for (const { key, track, index } of await pipeline.chunks.list(videoId, attempt)) {
    const hash = createHash('sha256')
    for await (const piece of await pipeline.media.readRange(key, { start: 0, end: 2 ** 40 })) {
      hash.update(piece as Uint8Array)
    }
    hashes[`${track}/${index}`] = hash.digest('hex')
  }
  return hashes
}

describe.each(['mkv', 'ts'])('a long film in %s', container => {
  it('is listed before it is read whole, and made as without an opening', async () => {
    const file = container === 'mkv' ? mkv : ts
    const app = createApp({ ...pipeline, pollSeconds: 0.02, firstHoldSeconds: 2 })
    const listed = async (videoId: string, generation: number, name: string) => {
      const answer = await app.request(`/p/${videoId}/1/${generation}/${name}`)
      return readPlaylist(await answer.text())
    }
    let seen = 0
    const onOpened = async (videoId: string, worker: Worker) => {
      // The scan has not begun. What its opening has queued is made and listed.
      expect(await pipeline.source.head(planKey(videoId, 1))).toBeNull()
      await workOff(worker)
      const records = await pipeline.videos.records(videoId)
      expect(records && isPlayable(records)).toBe(true)
      expect(records?.meta.facts?.durationSeconds).toBeCloseTo(seconds, 0)
      const { generation } = await pipeline.chunks.openGeneration(videoId, 1, pipeline.now())
      const picture = await listed(videoId, generation, '72p.m3u8')
      const sound = await listed(videoId, generation, 'audio0.m3u8')
      expect(picture.segments).toHaveLength(16)
      expect(sound.segments.length).toBeGreaterThan(16)
      expect([picture.ended, sound.ended]).toEqual([false, false])
      expect(await pipeline.source.head(planKey(videoId, 1))).toBeNull()
      seen = picture.segments.length
    }
    if (container === 'ts') {
      // From here on it is a film like any other.
      const left = (videoId: string) => pipeline.videos.step(videoId, 'deleting')
      const { points } = await run(file, opening, onOpened, left)
      expect(seen).toBe(16)
      expect(points.slice(0, 4)).toEqual(['claimed', 'opened', 'scanned', 'planned'])
      return
    }
    const opened = await run(file, opening, onOpened)
    expect(seen).toBe(16)
    expect(opened.points).toEqual(['claimed', 'opened', 'scanned', 'planned', 'committed', 'paid'])
    expect(opened.meta).toMatchObject({ state: 'ready', liveAttempt: 1 })
    const plain = await plainRun(file)
    expect(plain.points).toEqual(['claimed', 'committed', 'paid'])
    expect(plain.facts).toEqual(opened.meta?.facts)
    expect(await hashesOf(opened.videoId, 1)).toEqual(plain.hashes)
    expect(await orphans(pipeline, opened.videoId)).toEqual([])
  })
})

/** The film with another length in its header; its Duration is a float of eight bytes. */
async function saying(file: string, wanted: number, path: string): Promise<string> {
  const bytes = await readFile(file)
  const duration = bytes.indexOf(Buffer.from([0x44, 0x89, 0x88]))
  bytes.writeDoubleBE(wanted * 1000, duration + 3)
  await writeFile(path, bytes)
  return path
}

async function joined(name: string, parts: string[][]): Promise<string> {
  const list: string[] = []
  for (const [index, args] of parts.entries()) {
    list.push(`file '${await makeSource(at(`${name}.${index}.mkv`), args)}'`)
  }
  await writeFile(at(`${name}.txt`), list.join('\n'))
  const input = ['-f', 'concat', '-safe', '0', '-i', at(`${name}.txt`)]
  return makeSource(at(name), [...input, '-c', 'copy'])
}

describe('a film whose rest is not what its opening promised', () => {
  it('goes on when its rate changes in the middle', async () => {
    const both = await joined('rates.mkv', [picture(8, 40), picture(12, 32)])
    const opened = await run(await saying(both, seconds, at('says-two-rates.mkv')), opening)
    expect(opened.points.slice(0, 4)).toEqual(['claimed', 'opened', 'scanned', 'planned'])
    expect(opened.meta).toMatchObject({ state: 'ready', liveAttempt: 1 })
  })

  it('is begun again when its later pictures lie between those of its opening', async () => {
    // By half a frame, a little more and a little less in turn: half of them would fall into the slots of the others.
    const late = "settb=1/1000,setpts='PTS+gt(T,40)*(62+6*(2*mod(N,2)-1))'"
    const shifted = await makeSource(at('late.mkv'), [
      ...picture(8, 64),
      ...['-vf', late, '-fps_mode', 'passthrough', '-enc_time_base', '1/1000'],
    ])
    const file = await saying(shifted, seconds, at('says-late.mkv'))
    const opened = await run(file, opening)
    expect(opened.points.slice(0, 3)).toEqual(['claimed', 'opened', 'scanned'])
    expect(opened.points).not.toContain('planned')
    expect(opened.meta).toMatchObject({ state: 'ready', attempt: 2, liveAttempt: 2 })
    const plain = await plainRun(file)
    expect(await hashesOf(opened.videoId, 2)).toEqual(plain.hashes)
    expect(opened.meta?.facts).toEqual(plain.facts)
  })

  it('is begun again when it ends inside its opening', async () => {
    const short = await makeSource(at('short.mkv'), picture(8, 25))
    const file = await saying(short, 600, at('says-ten-minutes.mkv'))
    const opened = await run(file, opening)
    expect(opened.points.slice(0, 3)).toEqual(['claimed', 'opened', 'scanned'])
    expect(opened.meta).toMatchObject({ state: 'ready', liveAttempt: 2 })
    expect(opened.meta?.facts?.durationSeconds).toBeCloseTo(25, 0)
  })

  it('goes on when it ends earlier than it says, with its true length', async () => {
    const silent = await makeSource(at('silent.mkv'), picture(8, 60))
    const file = await saying(silent, 5000, at('says-more.mkv'))
    const opened = await run(file, opening)
    expect(opened.meta).toMatchObject({ state: 'ready', liveAttempt: 1 })
    expect(opened.meta?.facts?.durationSeconds).toBeCloseTo(60, 0)
  })

  it('fails in words when its clock starts again', async () => {
    const once = await readFile(await makeSource(at('once.ts'), picture(8, seconds)))
    await writeFile(at('twice.ts'), Buffer.concat([once, once]))
    const { points, meta } = await run(at('twice.ts'), opening)
    expect(points).toEqual(['claimed', 'opened'])
    expect(meta).toMatchObject({
      state: 'failed',
      failure: {
        code: 'unsupported-source',
        message: expect.stringContaining('its clock starts again'),
      },
    })
  })

  it('fails in words when its end is not there', async () => {
    const bytes = await readFile(mkv)
    await writeFile(at('cut.mkv'), bytes.subarray(0, Math.floor(bytes.length * 0.7)))
    const { meta } = await run(at('cut.mkv'), opening)
    expect(meta).toMatchObject({ state: 'failed', failure: { code: 'source-truncated' } })
  })
})

it('survives kill -9 between the opening and the whole', async () => {
  const golden = await plainRun(mkv)
  const faults = [
    ...['partly-sent:lead-0', 'committed:lead-0', 'opened:inspect', 'scanned:inspect'],
    ...['planned:inspect', 'recorded:lead-0', 'sent:lead-0'],
  ]
  const marks = await mkdtemp(join(folder.path, 'marks-'))
  const transcoder = startTranscoder(pipeline, {
    entry: 'test/support/faulty-transcoder.ts',
    env: { READ_FIRST_MEGABYTES: '0', FAULTS: faults.join(','), FAULT_MARKS: marks },
  })
  onTestFinished(() => transcoder.stop())
  const videoId = await queueSource(pipeline, mkv)
  await until(pipeline, videoId, isReadyWithMp4, 200)
  expect(await readdir(marks)).toEqual(faults.toSorted())
  expect(await mediaHashes(pipeline, videoId)).toEqual(golden.hashes)
  expect(await orphans(pipeline, videoId)).toEqual([])
  const tasks = await taskRecords(pipeline, videoId)
  expect(tasks.filter(({ state }) => state !== 'done').map(({ task }) => task)).toEqual([])
}, 300_000)
