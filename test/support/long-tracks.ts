// A finished film of hours that nobody has to encode: records of its chunks, and their bytes made when they are asked for. Real
// boxes around samples of zeros: what joining costs depends on how many there are and how long, not on what is in them.
import type { Chunk } from '#domain/item.ts'
import { chunkKey } from '#domain/keys.ts'
import { type Plan, segmentFrames, segmentPacketsOf } from '#domain/plan.ts'
import { readFragment, readInit } from '../../transcoder/fragments.ts'
import { audioInit, fragment, videoInit } from './boxes.ts'
import { madePlan } from './made-plan.ts'

const framesASecond = 24
const gopFrames = 48
const frameTicks = 512
const reorderTicks = 1024
const packetTicks = 1024
const keyframeBytes = 90_000
const packetBytes = 341
const nonce = '0'.repeat(18)

export const planOf = (seconds: number): Plan => madePlan(seconds, framesASecond, gopFrames)

interface Piece {
  init: Buffer
  first: number
  segments: number[]
  sampleTicks: number
  offset: number
  sizes(samples: number): number[]
}

const fragmentsOf = ({ first, segments, sampleTicks, offset, sizes }: Piece): Buffer[] => {
  let startTicks = first * sampleTicks
  return segments.map(samples => {
    const written = fragment({ startTicks, sampleTicks, sizes: sizes(samples), offset })
    startTicks += samples * sampleTicks
    return written
  })
}

/** @param bitsPerSecond of the picture */
export function longTracks(plan: Plan, bitsPerSecond: number) {
  const pieces = new Map<string, Piece>()
  const chunks = new Map<string, Chunk[]>()
  const add = (track: string, index: number, piece: Piece) => {
    const facts = readInit(piece.init)
    const key = chunkKey(plan.videoId, plan.attempt, track, index, nonce)
    const chunk: Chunk = {
      ...{ track, index, key, createdAt: 0, startTicks: piece.first * piece.sampleTicks },
      fragments: fragmentsOf(piece).map(bytes => readFragment(bytes, facts)),
      ...{ initBytes: piece.init.byteLength, initHash: track, codec: facts.codec },
      timescale: facts.timescale,
      samples: piece.segments.reduce((sum, samples) => sum + samples, 0),
    }
    pieces.set(key, piece)
    chunks.set(track, [...(chunks.get(track) ?? []), chunk])
  }
  const frameBytes = Math.round(
    (bitsPerSecond * (gopFrames / framesASecond)) / 8 / (gopFrames - 1) -
      keyframeBytes / (gopFrames - 1),
  )
  const timescale = framesASecond * frameTicks
  const init = videoInit({ timescale, editTicks: reorderTicks, width: 1920, height: 1080 })
  for (const { index, firstFrame, frames } of plan.video.chunks) {
    add('1080p', index, {
      ...{ init, first: firstFrame, segments: segmentFrames(frames, gopFrames) },
      ...{ sampleTicks: frameTicks, offset: reorderTicks },
      sizes: samples => [keyframeBytes, ...Array<number>(samples - 1).fill(frameBytes)],
    })
  }
  for (const { track, spans, segmentPackets } of plan.audio) {
    for (const span of spans) {
      add(track, span.index, {
        ...{ init: audioInit(), first: span.firstPacket },
        ...{
          segments: segmentPacketsOf(span, segmentPackets),
          sampleTicks: packetTicks,
          offset: 0,
        },
        sizes: samples => Array<number>(samples).fill(packetBytes),
      })
    }
  }
  let last: { key: string; bytes: Buffer } | null = null
  return {
    chunks,
    /** A chunk's object; two tracks are read side by side. */
    object(key: string): Buffer | null {
      const piece = pieces.get(key)
      if (!piece) return null
      if (last?.key !== key)
        last = { key, bytes: Buffer.concat([piece.init, ...fragmentsOf(piece)]) }
      return last.bytes
    },
  }
}
