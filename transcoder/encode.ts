// Encodes one chunk into its rungs: one decode, cascaded scaling, one encoder a rung. Each object is checked before its record
// may be written: once listed to a viewer it can't be replaced.
import { contentTypeOf, mediaCacheControl } from '#domain/delivery.ts'
import { MillraceError } from '#domain/errors.ts'
import type { Chunk } from '#domain/item.ts'
import { chunkKey } from '#domain/keys.ts'
import type { Plan } from '#domain/plan.ts'
import { type EncodeTask, encodeTracks, startsInLead, type Task, workOf } from '#domain/task.ts'
import { putPartBytes } from '#platform/put-parts.ts'
import type { Completion } from '#platform/tasks.ts'
import { checkVideoChunk, sampleDecodeArgs } from './check.ts'
import { decodeEarly } from './early-decode.ts'
import { type ChunkRun, encodeArgs } from './ffmpeg-args.ts'
import { eachOf } from './gate/reader.ts'
import { type Packed, packVideo } from './pack.ts'
import { niceness } from './sandbox.ts'
import { blameSource, isTroubleOfOurs } from './source-fault.ts'
import { checkStderr } from './stderr-check.ts'
import type { TaskRun, WorkerDeps } from './worker.ts'

/** A chunk has at most 30 s or so; slower than a hundredth of real time is a hang. */
const timeoutSeconds = 3600
/** A lead has nothing beside it at the start: a second decoding thread shortens the wait for the first picture. */
const leadThreads = 2

export async function encode(deps: WorkerDeps, run: TaskRun<EncodeTask>): Promise<Completion> {
  const { task } = run
  const plan = await deps.plans.read(task.videoId, task.attempt)
  const tracks = await missingTracks(deps, plan, task)
  const counted = task.lane === 'ladder' || startsInLead(plan, task.chunk)
  const chunks = tracks.length > 0 ? await encodeChunk(deps, run, plan, tracks) : []
  return { chunks, counted, marks: marksOf(plan, chunks) }
}

/** A lead and the ladder may both owe the lowest rung: whoever is later leaves it out. */
async function missingTracks(deps: WorkerDeps, plan: Plan, task: EncodeTask): Promise<string[]> {
  const tracks = encodeTracks(plan, task)
  const lowest = plan.video.rungs[0]?.track ?? ''
  if (!tracks.includes(lowest)) return tracks
  const made = await deps.chunks.get(task.videoId, task.attempt, lowest, task.chunk)
  return made ? tracks.filter(track => track !== lowest) : tracks
}

export function marksOf(plan: Plan, chunks: readonly Chunk[]): NonNullable<Completion['marks']> {
  const lowest = plan.video.rungs[0]?.track
  const isFirst = chunks.some(({ index, track }) => index === 0 && track === lowest)
  return isFirst ? { firstPicture: true } : {}
}

export async function encodeChunk(
  deps: WorkerDeps,
  run: TaskRun<EncodeTask>,
  plan: Plan,
  tracks: readonly string[],
): Promise<Chunk[]> {
  const { task } = run
  const chunk = plan.video.chunks[task.chunk]
  if (!chunk) throw new MillraceError('record-unreadable', { detail: `no chunk ${task.chunk}` })
  const rungs = plan.video.rungs.filter(({ track }) => tracks.includes(track))
  const opened = deps.sources.open(plan.source)
  const input = opened.url
  try {
    return await deps.scratch.use(async folder => {
      const made = await encodeRungs(deps, run, { plan, chunk, rungs, input }, folder)
      run.mark('encode')
      const chunks = await publishChunks(deps, run, made)
      // A viewer waits for a lead: what it owes the gate is left to the end.
      const looked = task.lane === 'lead' ? chunks : await decodeEarly(deps, run, plan, chunks)
      run.mark('publish')
      return looked
    })
  } catch (thrown) {
    // What the source server met explains what FFmpeg stumbled over.
    throw opened.failure() ?? blameSource(thrown)
  } finally {
    opened.close()
  }
}

async function encodeRungs(
  deps: WorkerDeps,
  run: TaskRun<EncodeTask>,
  encoding: Omit<ChunkRun, 'threads'>,
  folder: string,
): Promise<Made[]> {
  const { plan, chunk, rungs } = encoding
  const lead = run.task.lane === 'lead'
  const work = workOf(plan, run.task)
  const { stderr, cpuSeconds } = await deps.ffmpeg.run({
    args: encodeArgs({ ...encoding, threads: lead ? leadThreads : 1 }),
    cwd: folder,
    timeoutSeconds,
    nice: lead ? niceness.lead(chunk.index) : niceness.bulk,
    signal: run.signal,
    onProgress: ({ frames }) =>
      run.progress((work * Math.min(frames, chunk.frames)) / chunk.frames),
  })
  run.spent(cpuSeconds)
  const { timeline, drawn } = plan.video
  const { errorLines } = drawn ? { errorLines: 0 } : checkStderr(stderr, { timeline, chunk })
  if (errorLines > 0) run.log.warn('the source is damaged', { errorLines })
  return Promise.all(
    rungs.map(async ({ track }) => {
      const packed = await packVideo(folder, track)
      checkVideoChunk(packed, plan, track, chunk)
      return { track, index: chunk.index, packed }
    }),
  )
}

/** One process for all of them: five would cost as much as a second of film. */
async function decodeSamples(
  { ffmpeg }: Pick<WorkerDeps, 'ffmpeg'>,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  try {
    const args = sampleDecodeArgs(paths)
    await ffmpeg.run({ args, timeoutSeconds: 120, signal })
  } catch (thrown) {
    const isVerdict = thrown instanceof MillraceError && thrown.code === 'encode-failed'
    if (isVerdict && !isTroubleOfOurs(thrown)) {
      throw new MillraceError('check-failed', { cause: thrown, detail: thrown.detail ?? '' })
    }
    throw thrown
  }
}

/** A packed object, and what it is to be. */
export interface Made {
  track: string
  index: number
  packed: Packed
}

type PublishRun = Pick<TaskRun, 'nonce' | 'signal'> & { task: Pick<Task, 'videoId' | 'attempt'> }

/**
 * Puts packed objects while a sample of them is decoded; their records.
 * @param decoded files of which a sample is decoded
 * @param atOnce so many are in memory
 */
export async function publishChunks(
  deps: WorkerDeps,
  run: PublishRun,
  made: readonly Made[],
  { decoded = made.map(({ packed }) => packed.path), atOnce = made.length } = {},
): Promise<Chunk[]> {
  const chunks: Chunk[] = []
  // What is larger is put in parts.
  const largest = Math.min(putPartBytes, Math.max(0, ...made.map(({ packed }) => packed.bytes)))
  const rooms: Buffer[] = []
  await Promise.all([
    eachOf(made, atOnce, async (one, at) => {
      const isLast = at + atOnce >= made.length
      const room =
        rooms.pop() ??
        Buffer.allocUnsafeSlow(isLast ? Math.min(largest, one.packed.bytes) : largest)
      chunks[at] = await publishChunk(deps, run, one, room)
      rooms.push(room)
    }),
    decodeSamples(deps, decoded, run.signal),
  ])
  return chunks
}

async function publishChunk(
  deps: WorkerDeps,
  { task, nonce }: PublishRun,
  { track, index, packed }: Made,
  room: Buffer,
): Promise<Chunk> {
  const key = chunkKey(task.videoId, task.attempt, track, index, nonce)
  const etag = await deps.media.putFile(key, packed.path, {
    contentType: contentTypeOf(key),
    cacheControl: mediaCacheControl,
    ...{ ranges: packed.ranges, room },
  })
  return {
    track,
    index,
    key,
    initBytes: packed.initBytes,
    initHash: packed.initHash,
    codec: packed.codec,
    timescale: packed.timescale,
    startTicks: packed.startTicks,
    samples: packed.samples,
    fragments: packed.fragments,
    etag,
    createdAt: deps.now(),
  }
}
