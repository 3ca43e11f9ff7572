// Copies a part of a source that is already good into objects of its rung, chunk by chunk, each checked as an encoded one is.
import { readFile } from 'node:fs/promises'
import { copyParts } from '#domain/copy-parts.ts'
import { MillraceError } from '#domain/errors.ts'
import { type PlannedChunk, segmentsOf } from '#domain/plan.ts'
import { type CopyTask, workOf } from '#domain/task.ts'
import type { Completion } from '#platform/tasks.ts'
import { damaged } from './boxes.ts'
import { checkVideoChunk } from './check.ts'
import { type CopyRun, copyArgs } from './copy-args.ts'
import { publishChunks } from './encode.ts'
import { type Packed, packParts } from './pack.ts'
import { niceness } from './sandbox.ts'
import type { TaskRun, WorkerDeps } from './worker.ts'

const timeoutSeconds = 600

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
      const published = await publishChunks(deps, run, made, made.slice(0, 1))
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
  const packed = await packParts(folder, copy.track, segments)
  for (const [at, chunk] of chunks.entries()) {
    const object = packed[at]
    if (!object) throw damaged(`chunk ${chunk.index} is missing`)
    checkVideoChunk(object, plan, copy.track, chunk)
    checkEntryPoints(await readFile(object.path), object, chunk)
  }
  return packed
}

/** Kinds of NAL units (ITU-T H.264 table 7-1). */
const nal = { slice: 1, idr: 5, sps: 7 }

/** An index may call a picture a keyframe that is only a point to recover at: a segment begins with SPS and IDR. */
function checkEntryPoints(
  object: Uint8Array,
  { initBytes, fragments }: Pick<Packed, 'initBytes' | 'fragments'>,
  { index }: Pick<PlannedChunk, 'index'>,
): void {
  const view = new DataView(object.buffer, object.byteOffset, object.byteLength)
  let at = initBytes
  for (const [fragment, { bytes }] of fragments.entries()) {
    const end = at + bytes
    const seen = new Set<number>()
    // moof, the header of mdat, then units with four bytes of length before each.
    let unit = at + view.getUint32(at) + 8
    while (unit + 5 <= end && !seen.has(nal.idr) && !seen.has(nal.slice)) {
      seen.add(view.getUint8(unit + 4) & 0x1f)
      unit += 4 + view.getUint32(unit)
    }
    if (!seen.has(nal.sps) || !seen.has(nal.idr)) {
      throw damaged(`fragment ${fragment} of chunk ${index} does not begin with SPS and IDR`)
    }
    at = end
  }
}
