// The segments of a plan's timelines in order, and whom a rung may borrow from: what growing playlists are planned over. Pure.
import type { SegmentSlot } from './growing.ts'
import { isAudioTrack } from './keys.ts'
import {
  type AudioPlan,
  framesToSeconds,
  type Plan,
  samplesPerPacket,
  segmentPacketsOf,
  segmentsOf,
} from './plan.ts'

/** Every rung is cut at the same places. */
export function videoSlots({ video }: Plan): SegmentSlot[] {
  const { rate } = video.timeline
  return video.chunks.flatMap(chunk => {
    let frame = chunk.firstFrame
    return segmentsOf(video, chunk).map((frames, fragment) => {
      const startSeconds = framesToSeconds(frame, rate)
      frame += frames
      return { chunk: chunk.index, fragment, startSeconds }
    })
  })
}

export function audioSlots({ spans, segmentPackets, sampleRate }: AudioPlan): SegmentSlot[] {
  return spans.flatMap(span =>
    segmentPacketsOf(span, segmentPackets).map((_, fragment) => ({
      chunk: span.index,
      fragment,
      startSeconds:
        ((span.firstPacket + fragment * segmentPackets) * samplesPerPacket) / sampleRate,
    })),
  )
}

export interface TrackShape {
  slots: readonly SegmentSlot[]
  /** Objects of the track when it is whole: chunks, or spans of sound. */
  chunks: number
  /** The track itself, then those it may borrow from, best first. Sound and the lowest rung never borrow. */
  tracks: readonly string[]
}

/** Null when the plan has no such track. */
export function trackShape(plan: Plan, track: string): TrackShape | null {
  if (isAudioTrack(track)) {
    const audio = plan.audio.find(planned => planned.track === track)
    return audio ? { slots: audioSlots(audio), chunks: audio.spans.length, tracks: [track] } : null
  }
  const rungs = [...plan.video.rungs].sort((a, b) => b.height - a.height).map(rung => rung.track)
  const at = rungs.indexOf(track)
  if (at < 0) return null
  return { slots: videoSlots(plan), chunks: plan.video.chunks.length, tracks: rungs.slice(at) }
}
