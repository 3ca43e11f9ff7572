// Copies one chunk of a source that is already good into the object of its rung, checked as an encoded one is.
import { readFile } from 'node:fs/promises'
import type { PlannedChunk } from '#domain/plan.ts'
import { damaged } from './boxes.ts'
import { checkVideoChunk } from './check.ts'
import { type CopyRun, copyArgs } from './copy-args.ts'
import { type Packed, packVideo } from './pack.ts'
import { niceness } from './sandbox.ts'
import type { TaskRun, WorkerDeps } from './worker.ts'

const timeoutSeconds = 600

/** @throws MillraceError `check-failed` when the packets are not what the index of the file said. */
export async function copyChunk(
  deps: Pick<WorkerDeps, 'ffmpeg'>,
  run: Pick<TaskRun, 'signal' | 'spent'>,
  copying: CopyRun,
  folder: string,
): Promise<Packed> {
  const { plan, copy, chunk } = copying
  const { cpuSeconds } = await deps.ffmpeg.run({
    args: copyArgs(copying),
    cwd: folder,
    timeoutSeconds,
    nice: niceness.lead(chunk.index),
    signal: run.signal,
  })
  run.spent(cpuSeconds)
  const packed = await packVideo(folder, copy.track)
  checkVideoChunk(packed, plan, copy.track, chunk)
  checkEntryPoints(await readFile(packed.path), packed, chunk)
  return packed
}

/** Kinds of NAL units (ITU-T H.264 table 7-1). */
const nal = { slice: 1, idr: 5, sps: 7 }

/** An index may call a picture a keyframe that is only a point to recover at: a segment begins with SPS and IDR. */
export function checkEntryPoints(
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
