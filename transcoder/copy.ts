// Copies a part of a source that is already good into objects of its rung, chunk by chunk, each checked as an encoded one is.
import { join } from 'node:path'
import { copyParts } from '#domain/copy-parts.ts'
import { MillraceError } from '#domain/errors.ts'
import { type PlannedChunk, segmentsOf } from '#domain/plan.ts'
import { type CopyTask, workOf } from '#domain/task.ts'
import type { Completion } from '#platform/tasks.ts'
import { damaged } from './boxes.ts'
import { checkVideoChunk } from './check.ts'
import { cutOut, packParts } from './copied-parts.ts'
import { type CopyRun, copyArgs } from './copy-args.ts'
import { publishChunks } from './encode.ts'
import { trackFile } from './ffmpeg-args.ts'
import { nalUnit } from './fragment-file.ts'
import type { Packed } from './pack.ts'
import { niceness } from './sandbox.ts'
import type { TaskRun, WorkerDeps } from './worker.ts'

const timeoutSeconds = 600
const sampleFile = 'sample.mp4'
/** Of tens of megabytes each: a part never is in memory as a whole. */
const putsAtOnce = 2

export async function copy(deps: WorkerDeps, run: TaskRun<CopyTask>): Promise<Completion> {
  const { task } = run
  const plan = await deps.plans.read(task.videoId, task.attempt)
  const chunks = copyParts(plan)[task.part]
  const { copyLane } = plan.video
  if (!copyLane?.copied || !chunks) {
    throw new MillraceError('record-unreadable', { detail: `no part ${task.part}` })
  }
  const { track } = copyLane
  const opened = deps.sources.open(plan.source)
  try {
    return await deps.scratch.use(async folder => {
      const copying = { plan, copy: copyLane, chunks, input: opened.url }
      const packed = await copyChunks(deps, run, copying, folder)
      run.mark('copy')
      run.progress(workOf(plan, task) / 2)
      const made = packed.map((packed, at) => ({ track, index: chunks[at]?.index ?? 0, packed }))
      // They are the source's own pictures: one chunk of a part is decoded, and the gate looks at some more.
      const decoded = await Promise.all(
        packed.slice(0, 1).map(first => cutOut(first, join(folder, sampleFile))),
      )
      const published = await publishChunks(deps, run, made, { decoded, atOnce: putsAtOnce })
      run.mark('publish')
      return { chunks: published, counted: true }
    })
  } catch (thrown) {
    // What the source server met explains what FFmpeg stumbled over.
    throw opened.failure() ?? thrown
  } finally {
    opened.close()
  }
}

/** @throws MillraceError `check-failed` when the packets are not what the index of the file said. */
export async function copyChunks(
  deps: Pick<WorkerDeps, 'ffmpeg'>,
  run: Pick<TaskRun, 'signal' | 'spent'>,
  copying: CopyRun,
  folder: string,
): Promise<Packed[]> {
  const { plan, copy, chunks } = copying
  const { cpuSeconds } = await deps.ffmpeg.run({
    args: copyArgs(copying),
    cwd: folder,
    timeoutSeconds,
    nice: niceness.lead(chunks[0]?.index ?? 0),
    signal: run.signal,
  })
  run.spent(cpuSeconds)
  const segments = chunks.map(chunk => segmentsOf(plan.video, chunk).length)
  const parts = await packParts(join(folder, trackFile(copy.track)), segments)
  return chunks.map((chunk, at) => {
    const part = parts[at]
    if (!part) throw damaged(`chunk ${chunk.index} is missing`)
    checkVideoChunk(part.packed, plan, copy.track, chunk)
    checkEntryPoints(part.entryUnits, chunk)
    return part.packed
  })
}

/** An index may call a picture a keyframe that is only a point to recover at: a segment begins with SPS and IDR. */
function checkEntryPoints(
  entryUnits: readonly ReadonlySet<number>[],
  { index }: Pick<PlannedChunk, 'index'>,
): void {
  for (const [fragment, units] of entryUnits.entries()) {
    if (!units.has(nalUnit.sps) || !units.has(nalUnit.idr)) {
      throw damaged(`fragment ${fragment} of chunk ${index} does not begin with SPS and IDR`)
    }
  }
}
