// After ready: one faststart MP4 from the finished segments, without encoding again. Its samples stream from the store to the
// store in the order in which they are played; neither the disk nor memory ever holds the film.
import { contentTypeOf, mediaCacheControl } from '#domain/delivery.ts'
import type { Chunk } from '#domain/item.ts'
import { mediaKey, mp4Name } from '#domain/keys.ts'
import type { Plan } from '#domain/plan.ts'
import type { Task } from '#domain/task.ts'
import type { Completion } from '#platform/tasks.ts'
import { convertedTracks } from './converted.ts'
import { type MovieTrack, mostHeadBytes, writeHead } from './mp4-movie.ts'
import { readTrack, type TrackFragment, type TrackReader } from './mp4-reader.ts'
import { createHeadedWriter, type HeadedWriter } from './mp4-writer.ts'
import { createSampleTable, mostTableBytes } from './sample-table.ts'
import type { SourcePart } from './source-fetch.ts'
import type { TaskRun, WorkerDeps } from './worker.ts'

type Mp4Task = Extract<Task, { kind: 'mp4' }>

/** Best rung of the file people download. */
const maxHeight = 1080
const mebibyte = 1024 * 1024
/** S3: «part number: 1 to 10,000», «5 MiB to 5 GiB»; longer parts for a film of more than 64 GB. */
const leastPartBytes = 8 * mebibyte
const mostParts = 8000
/** Read at a time: seconds of picture, a minute of sound. */
const runBytes = { video: 2 * mebibyte, audio: mebibyte / 2 }
/** Of what another engine has made, a little more than was planned. */
const spareSamples = 1024

export async function mp4(deps: WorkerDeps, run: TaskRun<Mp4Task>): Promise<Completion> {
  const { videoId, attempt } = run.task
  const plan = await deps.plans.read(videoId, attempt)
  const rung = plan.video.rungs.findLast(({ height }) => height <= maxHeight) ?? plan.video.rungs[0]
  const tracks = [rung?.track ?? '', ...plan.audio.map(({ track }) => track)]
  const parts =
    plan.engine === 'mediaconvert'
      ? await convertedTracks(deps, plan, tracks)
      : await Promise.all(
          tracks.map(async track => partsOf(await deps.chunks.list(videoId, attempt, track))),
        )
  const bytes = parts.flat().reduce((sum, { start, end }) => sum + end + 1 - start, 0)
  if (bytes > deps.maxMp4Bytes) {
    run.log.info('no MP4: it would be too large', { bytes, most: deps.maxMp4Bytes })
    return { chunks: [], counted: false }
  }
  const key = mediaKey(videoId, attempt, mp4Name)
  const options = { contentType: contentTypeOf(key), cacheControl: mediaCacheControl }
  const writer = createHeadedWriter({
    partBytes: Math.max(leastPartBytes, Math.ceil(bytes / mostParts)),
    room: roomFor(plan),
    begin: () => deps.media.beginUpload(key, options),
    put: body => deps.media.put(key, body, options),
  })
  try {
    await joinTracks(deps, run.signal, { plan, parts, writer })
  } catch (thrown) {
    await writer.abort()
    throw thrown
  }
  run.log.debug('MP4 written', { bytes: writer.bytes })
  return { chunks: [], counted: false, marks: { mp4: true } }
}

/** What the head takes at most, before anything is read. */
function roomFor({ video, audio, durationSeconds }: Plan): number {
  const sound = audio.reduce(
    (sum, { packets }) => sum + mostTableBytes('audio', packets + spareSamples),
    0,
  )
  const picture = mostTableBytes('video', video.timeline.frames + spareSamples)
  return mostHeadBytes(1 + audio.length, durationSeconds) + picture + sound
}

interface Streaming {
  plan: Plan
  /** Of the picture first, then of a track each. */
  parts: readonly (readonly SourcePart[])[]
  writer: HeadedWriter
}

/** Reads all tracks side by side, once, and writes the whole file. */
export async function joinTracks(
  { media, log }: Pick<WorkerDeps, 'media' | 'log'>,
  signal: AbortSignal,
  { plan, parts, writer }: Streaming,
): Promise<void> {
  const readers = await Promise.all(
    parts.map((track, index) =>
      readTrack(track, {
        ...{ media, signal, log },
        runBytes: index === 0 ? runBytes.video : runBytes.audio,
      }),
    ),
  )
  const tracks = readers.map(({ init, trak }, index): MovieTrack => {
    const language = plan.audio[index - 1]?.language ?? null
    return { init, trak, language, table: createSampleTable() }
  })
  for await (const { track, fragment } of inTime(readers)) {
    signal.throwIfAborted()
    tracks[track]?.table.add(fragment, writer.bytes)
    await writer.write(fragment.data)
  }
  await writer.end(room => writeHead({ tracks, dataBytes: writer.bytes }, room))
}

/** The fragments of all tracks in the order in which they begin: who reads from the start meets what is played next. */
async function* inTime(
  readers: readonly TrackReader[],
): AsyncGenerator<{ track: number; fragment: TrackFragment }> {
  const heads = await Promise.all(readers.map(reader => reader.next()))
  for (;;) {
    let track = -1
    let earliest = Number.POSITIVE_INFINITY
    for (const [index, head] of heads.entries()) {
      const start = head ? head.startTicks / (readers[index]?.init.timescale ?? 1) : earliest
      if (start < earliest) [track, earliest] = [index, start]
    }
    const fragment = heads[track]
    if (!fragment) return
    yield { track, fragment }
    heads[track] = (await readers[track]?.next()) ?? null
  }
}

/** The init section once, then the fragments of every chunk: a fragmented MP4 as one file. */
export function partsOf(chunks: readonly Chunk[]): SourcePart[] {
  return chunks.flatMap(({ key, initBytes, fragments }, index) => {
    const bytes = fragments.reduce((sum, fragment) => sum + fragment.bytes, initBytes)
    return [{ key, start: index === 0 ? 0 : initBytes, end: bytes - 1 }]
  })
}
