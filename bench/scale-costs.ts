// What the simulation of many workers is told: CPU seconds of a worker beside the film itself, measured on real tasks through the
// worker's own code (FFmpeg, checks, store, table and queue clients). MiniStack's own CPU time is not counted.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { attemptPrefix } from '#domain/keys.ts'
import type { Plan, PlannedChunk } from '#domain/plan.ts'
import type { EncodeTask, Task } from '#domain/task.ts'
import { chunkStart } from '#domain/timeline.ts'
import { silentLog } from '#platform/log.ts'
import { startMiniStack } from '../local/ministack.ts'
import { planSource, type Source } from '../test/support/media.ts'
import { python } from '../test/support/ministack.ts'
import { createPipeline, newVideoId, type Pipeline } from '../test/support/pipeline.ts'
import { syntheticFilm } from '../test/support/synthetic-hour.ts'
import { queueSource, transcoderEnvironment } from '../test/support/transcoder.ts'
import { sampleDecodeArgs } from '../transcoder/check.ts'
import { createPorts, createWorker, type WorkerOptions } from '../transcoder/compose.ts'
import { createFfmpeg, type Ffmpeg } from '../transcoder/ffmpeg.ts'
import { splitObject } from '../transcoder/fragments.ts'
import { recordAndSend } from '../transcoder/inspect.ts'
import { createScratch } from '../transcoder/scratch.ts'
import { findingAtGate } from '../transcoder/stored-gate.ts'
import { makeClip } from './clips.ts'
import { type Cell, table } from './figures.ts'
import { cpuSeconds } from './processes.ts'

const { signal } = new AbortController()
const filmSeconds = 120
/** The stretch that is encoded in one chunk and in many: behind the leads, so that all rungs are made. */
const stretch = { firstGop: 32, gops: 12 }
const simulatedSeconds = 7200

async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = await cpuSeconds(process.pid)
  await work()
  return (await cpuSeconds(process.pid)) - before
}

/** A worker of this process, whose plans can be given other chunks. */
async function createBenchWorker(pipeline: Pipeline, fault: NonNullable<WorkerOptions['fault']>) {
  const env = { ...transcoderEnvironment(pipeline), LEASE_SECONDS: '300', COPY_LANE: 'off' }
  const ports = createPorts(env)
  let chunks: PlannedChunk[] | null = null
  const read = async (videoId: string, attempt: number): Promise<Plan> => {
    const plan = await ports.plans.read(videoId, attempt)
    return chunks ? { ...plan, video: { ...plan.video, chunks } } : plan
  }
  const worker = await createWorker(
    { ...ports, plans: { ...ports.plans, read } },
    { log: silentLog, fault, sendsAhead: true },
  )
  return {
    ...worker,
    cutInto: (wanted: PlannedChunk[]) => {
      chunks = wanted
    },
    /** As if it had been received; whoever takes its message finds it done. */
    async do(task: Task) {
      await pipeline.tasks.create(task, Date.now() / 1000)
      const message = { queue: 'bulk', receipt: '', receives: 1, task } as const
      const silent = { ...pipeline.queue, remove: async () => undefined }
      await worker.work(message, signal, silent)
    },
  }
}

/** The stretch in so many chunks, from this index on: every run makes objects of its own. */
function cut({ table, plan, demuxer }: Source, parts: number, firstIndex: number): PlannedChunk[] {
  const { timeline } = plan.video
  const frames = (stretch.gops * timeline.gopFrames) / parts
  const blank = { firstFrame: 0, frames: 0, seekMicroseconds: null, clockOffset: 0 }
  return Array.from({ length: firstIndex + parts }, (_, index): PlannedChunk => {
    const firstFrame = stretch.firstGop * timeline.gopFrames + (index - firstIndex) * frames
    if (index < firstIndex) return { ...blank, index }
    return { index, firstFrame, frames, ...chunkStart(table, timeline, demuxer, firstFrame) }
  })
}

async function costsOfTasks(pipeline: Pipeline, file: string, runs: number) {
  let sendsAt = 0
  const worker = await createBenchWorker(pipeline, async point => {
    if (point === 'partly-sent') sendsAt = await cpuSeconds(process.pid)
  })
  try {
    const source = await planSource(file, 'mov')
    const videoId = await queueSource(pipeline, file)
    const [message] = await pipeline.queue.receive('fast', { max: 1, waitSeconds: 0 })
    if (!message) throw new Error('no message was sent')
    const before = await cpuSeconds(process.pid)
    const inspect = await cpuOf(() => worker.work(message, signal))
    let index = 100
    async function encode(parts: number): Promise<number> {
      worker.cutInto(cut(source, parts, index))
      const tasks = Array.from({ length: parts }, (_, part): EncodeTask => {
        return { kind: 'encode', videoId, attempt: 1, chunk: index + part, lane: 'ladder' }
      })
      index += parts
      return cpuOf(async () => {
        for (const task of tasks) await worker.do(task)
      })
    }
    let [whole, parted] = [0, 0]
    for (let run = 0; run < runs; run++) {
      whole += (await encode(1)) / runs
      parted += (await encode(stretch.gops)) / runs
    }
    const chunks = await pipeline.chunks.list(videoId, 1)
    return {
      inspect,
      plan: sendsAt - before,
      whole,
      chunk: (parted - whole) / (stretch.gops - 1),
      chunks,
    }
  } finally {
    worker.close()
  }
}

/** One GOP of each object: the samples of a gate. */
async function costsOfDecoding(
  pipeline: Pipeline,
  ffmpeg: Ffmpeg,
  keys: readonly string[],
): Promise<{ alone: number; together: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-scale-'))
  try {
    const paths = await Promise.all(
      keys.map(async (key, index) => {
        const pieces: Uint8Array[] = []
        for await (const piece of await pipeline.media.readRange(key, { start: 0, end: 2 ** 40 }))
          pieces.push(piece as Uint8Array)
        const { init, fragments } = splitObject(Buffer.concat(pieces))
        const path = join(folder, `${index}.mp4`)
        await writeFile(path, Buffer.concat([init, fragments[0] ?? Buffer.alloc(0)]))
        return path
      }),
    )
    const decode = (files: readonly string[]) =>
      ffmpeg.run({ args: sampleDecodeArgs(files, 'all'), timeoutSeconds: 60 })
    const alone = await cpuOf(async () => {
      for (const path of paths) await decode([path])
    })
    return { alone, together: await cpuOf(() => decode(paths)) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Objects of a few bytes a sample: what a request costs does not depend on what is in them. */
async function costOfGate(pipeline: Pipeline, ffmpeg: Ffmpeg) {
  const { files, plan, tracks } = syntheticFilm(simulatedSeconds)
  const prefix = attemptPrefix(plan.videoId, plan.attempt)
  const playlists: [name: string, text: string][] = []
  for (const [name, bytes] of files) {
    if (name.endsWith('.m3u8')) playlists.push([name, bytes.toString()])
    else await pipeline.media.put(`${prefix}${name}`, bytes, { contentType: 'video/mp4' })
  }
  const listed = await pipeline.media.facts(prefix)
  const chunks = [...tracks.values()].flat().map(chunk => ({
    ...chunk,
    etag: listed.get(chunk.key)?.etag ?? '',
    decoded: [...chunk.fragments.keys()],
  }))
  const deps = { media: pipeline.media, ffmpeg, scratch: await createScratch() }
  const look = { playlists, chunks }
  // Once: a worker's first film finds none of this compiled.
  const cpu = await cpuOf(async () => {
    const finding = await findingAtGate(deps, { signal, log: silentLog }, plan, look)
    if (finding !== null) throw new Error(finding)
  })
  return { objects: chunks.length, cpu }
}

async function costOfRecording(pipeline: Pipeline): Promise<number> {
  const videoId = newVideoId()
  const tasks = Array.from({ length: 800 }, (_, chunk): EncodeTask => {
    return { kind: 'encode', videoId, attempt: 1, chunk, lane: 'ladder' }
  })
  const deps = { ...pipeline, now: () => Date.now() / 1000 }
  return (await cpuOf(() => recordAndSend(deps, tasks))) / tasks.length
}

export async function measureCosts(clip: string | undefined, runs: number): Promise<string> {
  const file = await makeClip({ clip, height: 1080, seconds: filmSeconds })
  const ministack = await startMiniStack({ python, port: 0, auth: true })
  try {
    const pipeline = await createPipeline(ministack.endpoint)
    const ffmpeg = createFfmpeg({ ffmpegPath: 'ffmpeg', ffprobePath: 'ffprobe', log: silentLog })
    const { inspect, plan, whole, chunk, chunks } = await costsOfTasks(pipeline, file, runs)
    const samples = chunks.filter(({ index }) => index >= 101).slice(-15)
    const decoding = await costsOfDecoding(
      pipeline,
      ffmpeg,
      samples.map(({ key }) => key),
    )
    const gate = await costOfGate(pipeline, ffmpeg)
    const rows: Cell[][] = [
      ['inspect, with the first chunk and its record', inspect],
      ['… until tasks are sent', plan],
      [`${stretch.gops} GOPs in one chunk`, whole],
      ['each further chunk of the same film', chunk],
      ['a task recorded and sent, of 800', (await costOfRecording(pipeline)) * 1000, 'ms'],
      [`the gate over ${gate.objects} objects, nothing left to decode`, gate.cpu],
      [`${samples.length} segments decoded, one process each`, decoding.alone],
      ['… in one process', decoding.together],
    ]
    return table(
      ['what', 'CPU s', ''],
      rows.map(row => [...row, ''].slice(0, 3)),
    )
  } finally {
    await ministack.stop()
  }
}
