// The check of a whole track before its video is called ready: every chunk once, in order, without a gap, alike. Pure.
import { MillraceError } from '#domain/errors.ts'
import type { Chunk } from '#domain/item.ts'
import { type Plan, samplesPerPacket } from '#domain/plan.ts'

function refuse(track: string, finding: string): never {
  throw new MillraceError('check-failed', { detail: `${track}: ${finding}` })
}

/** Samples each chunk or span of a track must hold, and the ticks of one sample on the records' timescale. */
function expected(plan: Plan, track: string, timescale: number) {
  const { rungs, chunks, timeline } = plan.video
  if (rungs.some(rung => rung.track === track)) {
    return {
      samples: chunks.map(({ frames }) => frames),
      ticksASample: (timescale * timeline.rate.den) / timeline.rate.num,
    }
  }
  const audio =
    plan.audio.find(candidate => candidate.track === track) ?? refuse(track, 'is not planned')
  return {
    samples: audio.spans.map(({ packets }) => packets),
    ticksASample: (timescale * samplesPerPacket) / audio.sampleRate,
  }
}

/** @throws MillraceError `check-failed` with the finding in its detail. */
export function checkTrack(plan: Plan, track: string, chunks: readonly Chunk[]): void {
  const first = chunks[0] ?? refuse(track, 'has no chunks')
  const { samples, ticksASample } = expected(plan, track, first.timescale)
  if (chunks.length !== samples.length) {
    refuse(track, `has ${chunks.length} chunks of ${samples.length}`)
  }
  let nextTicks = first.startTicks
  for (const [position, chunk] of chunks.entries()) {
    const name = `chunk ${chunk.index}`
    if (chunk.index !== position) refuse(track, `${name} stands at ${position}`)
    if (chunk.timescale !== first.timescale) refuse(track, `${name} has another timescale`)
    if (chunk.initHash !== first.initHash) refuse(track, `${name} has another init section`)
    if (chunk.codec !== first.codec) refuse(track, `${name} has another codec`)
    if (chunk.samples !== samples[position]) {
      refuse(track, `${name} has ${chunk.samples} samples, planned ${samples[position]}`)
    }
    if (chunk.startTicks !== nextTicks) {
      refuse(track, `${name} begins at ${chunk.startTicks}, the one before ends at ${nextTicks}`)
    }
    const ticks = chunk.fragments.reduce((sum, fragment) => sum + fragment.ticks, 0)
    if (Math.abs(ticks - chunk.samples * ticksASample) > 1) {
      refuse(track, `${name} lasts ${ticks} ticks, planned ${chunk.samples * ticksASample}`)
    }
    nextTicks += ticks
  }
  if (first.startTicks !== 0) refuse(track, `begins at ${first.startTicks}`)
}
