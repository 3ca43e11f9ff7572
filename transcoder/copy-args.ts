// Some chunks of a source that is already good as FFmpeg arguments: its own packets, in the form the encoders write. Pure.
import { type CopyDecision, minCopiedFrames } from '#domain/copy-lane.ts'
import { framesToSeconds, type Plan, type PlannedChunk } from '#domain/plan.ts'
import { fragmentedArgs } from './ffmpeg-args.ts'
import { runArgs, seekArgs, sourceArgs } from './source-args.ts'

export interface CopyRun {
  plan: Plan
  copy: Extract<CopyDecision, { copied: true }>
  /** Those of one task, in order. */
  chunks: readonly PlannedChunk[]
  input: string
}

/** @throws RangeError without chunks */
export function copyArgs({ plan, copy, chunks, input }: CopyRun): string[] {
  const [first] = chunks
  if (!first) throw new RangeError('a part needs at least one chunk')
  const frames = chunks.reduce((sum, chunk) => sum + chunk.frames, 0)
  const { stream, timeline } = plan.video
  // Closed GOPs: as many packets as frames lie before a chunk, and in it.
  const shortest = framesToSeconds(minCopiedFrames(timeline.rate) - 0.5, timeline.rate)
  return [
    ...runArgs(1),
    ...sourceArgs({ input, demuxer: plan.source.demuxer }, 1, seekArgs(first.seekMicroseconds)),
    ...['-map', `0:${stream}`],
    ...['-map_metadata', '-1', '-map_chapters', '-1'], // the source's place, device and titles stay private
    ...['-c:v', 'copy'],
    ...['-copypriorss:v', '1'], // packets are counted, not compared with an instant
    ...['-frames:v', String(frames)],
    ...['-bsf:v', `${timesFilter(copy, first)},h264_mp4toannexb`], // SPS and PPS in band, as the encoders do
    // Short GOPs share a fragment: the same rule as the plan's cuts.
    ...['-min_frag_duration', String(Math.round(shortest * 1e6))],
    ...fragmentedArgs(copy.track),
  ]
}

/** Every packet at its slot on the output's clock, decoded one a frame: then all chunks have one init section. */
function timesFilter(
  { ticksAFrame, zeroTicks, reorderFrames }: CopyRun['copy'],
  chunk: PlannedChunk,
) {
  const pts = `round((PTS-(${zeroTicks}))/${ticksAFrame})*${ticksAFrame}`
  const dts = `(N+${chunk.firstFrame - reorderFrames})*${ticksAFrame}`
  return `setts=pts=${pts}:dts=${dts}:duration=${ticksAFrame}`
}
