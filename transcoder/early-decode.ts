// The segments that the gate samples are decoded as soon as their chunk is in the store, read from there: the wait for `ready`
// must not hold what can be known before. The record says so, and the gate believes it of the object with the same ETag.
import { MillraceError } from '#domain/errors.ts'
import type { Chunk } from '#domain/item.ts'
import { type Plan, segmentPacketsOf, segmentsOf } from '#domain/plan.ts'
import { fragmentOffset } from '#domain/playlist.ts'
import { sampledSegments } from './gate/decode-sample.ts'
import { createDecode } from './gate/ffmpeg-decode.ts'
import { mediaUrl, storeReader } from './stored-gate.ts'
import type { TaskRun, WorkerDeps } from './worker.ts'

/** Positions among the chunk's fragments. In the order of the playlists: rungs from the lowest, then sound. */
export function sampledFragments(plan: Plan, { track, index, fragments }: Chunk): number[] {
  const { video, audio } = plan
  const rungs = [...video.rungs].sort((a, b) => a.height - b.height)
  const names = [...rungs, ...audio].map(rendition => rendition.track)
  const sound = audio.find(candidate => candidate.track === track)
  const lengths = sound
    ? sound.spans.map(span => segmentPacketsOf(span, sound.segmentPackets).length)
    : video.chunks.map(chunk => segmentsOf(video, chunk).length)
  const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0)
  const first = sum(lengths.slice(0, index))
  return sampledSegments(sum(lengths), names.indexOf(track))
    .map(segment => segment - first)
    .filter(position => position >= 0 && position < fragments.length)
}

/** @throws MillraceError `check-failed` where one does not decode. */
export async function decodeEarly(
  deps: Pick<WorkerDeps, 'media' | 'ffmpeg' | 'scratch'>,
  { signal }: Pick<TaskRun, 'signal'>,
  plan: Plan,
  chunks: readonly Chunk[],
): Promise<Chunk[]> {
  const reader = storeReader(deps.media, new Map(), signal)
  const looked = chunks.map(chunk => ({ chunk, decoded: sampledFragments(plan, chunk) }))
  const files = await Promise.all(
    looked.flatMap(({ chunk, decoded }) =>
      decoded.map(async position => {
        const url = mediaUrl(chunk.key)
        const bytes = chunk.fragments[position]?.bytes ?? 0
        return Buffer.concat([
          await reader.read(url, 0, chunk.initBytes),
          await reader.read(url, fragmentOffset(chunk, position), bytes),
        ])
      }),
    ),
  )
  if (files.length === 0) return [...chunks]
  const says = await createDecode(deps, signal, 'thrown')(files)
  if (says !== null) throw new MillraceError('check-failed', { detail: says })
  return looked.map(({ chunk, decoded }) => (decoded.length > 0 ? { ...chunk, decoded } : chunk))
}
