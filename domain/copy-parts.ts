// The chunks of a copied rung in parts, each of them one task and one read of the source: short at first, that the rung is there
// when a viewer looks for it, then as large as a worker keeps on its disk. Pure.
import { framesToSeconds, type Plan, type PlannedChunk } from './plan.ts'

/** Chunks that begin before this are the first part. */
const firstPartSeconds = 20
/** Of the rung at its peak. A part stands on the disk while its chunks are put. */
const partBytes = 128 * 1024 * 1024
/** Their records are committed at once with two more. DynamoDB: a transaction has at most 100 items. */
const mostChunks = 90

/** Empty where no rung is copied. */
export function copyParts({ video }: Plan): PlannedChunk[][] {
  const { copyLane, chunks, timeline } = video
  if (!copyLane?.copied) return []
  const secondsOf = (frames: number) => framesToSeconds(frames, timeline.rate)
  const most = (partBytes * 8) / copyLane.peakBitsPerSecond
  const parts: PlannedChunk[][] = []
  for (const chunk of chunks) {
    const part = parts.at(-1)
    const isFirst = secondsOf(chunk.firstFrame) < firstPartSeconds
    const seconds = secondsOf(chunk.firstFrame + chunk.frames - (part?.[0]?.firstFrame ?? 0))
    const fits = parts.length === 1 ? isFirst : seconds <= most
    if (part && fits && part.length < mostChunks) part.push(chunk)
    else parts.push([chunk])
  }
  return parts
}
