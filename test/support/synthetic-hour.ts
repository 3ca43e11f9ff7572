// A finished film of an hour in memory, written box by box with samples of a few bytes: what the gate costs depends on how many
// objects and fragments there are, not on what is in them.
import type { Chunk } from '#domain/item.ts'
import { attemptPrefix, chunkKey } from '#domain/keys.ts'
import { segmentFrames, segmentPacketsOf } from '#domain/plan.ts'
import { finalPlaylists } from '../../transcoder/finish.ts'
import { readFragment, readInit } from '../../transcoder/fragments.ts'
import { audioInit, fragment, videoInit } from './boxes.ts'
import { madePlan } from './made-plan.ts'
import type { Finished } from './presentation.ts'

const framesASecond = 25
const gopFrames = 50
const timescale = 12_800
const reorder = 1024
const nonce = '0'.repeat(18)

export function syntheticFilm(seconds = 3600): Finished {
  const plan = madePlan(seconds, framesASecond, gopFrames)
  const prefix = attemptPrefix(plan.videoId, plan.attempt)
  const made: Finished = { plan, tracks: new Map(), files: new Map() }
  const add = (
    track: string,
    index: number,
    init: Buffer,
    written: { first: number; segments: number[]; sampleTicks: number; offset: number },
  ) => {
    const facts = readInit(init)
    let startTicks = written.first * written.sampleTicks
    const parts = written.segments.map(samples => {
      const { sampleTicks, offset } = written
      const sizes = Array<number>(samples).fill(8)
      const bytes = fragment({ startTicks, sampleTicks, sizes, offset })
      startTicks += samples * sampleTicks
      return bytes
    })
    const fragments = parts.map(part => readFragment(part, facts))
    const key = chunkKey(plan.videoId, plan.attempt, track, index, nonce)
    const chunk: Chunk = {
      ...{ track, index, key, fragments, createdAt: 0 },
      ...{ initBytes: init.byteLength, initHash: track, codec: facts.codec },
      ...{ timescale: facts.timescale, startTicks: fragments[0]?.startTicks ?? 0 },
      samples: written.segments.reduce((sum, samples) => sum + samples, 0),
    }
    made.tracks.set(track, [...(made.tracks.get(track) ?? []), chunk])
    made.files.set(key.slice(prefix.length), Buffer.concat([init, ...parts]))
  }
  for (const { track, pictureWidth: width, pictureHeight: height, level } of plan.video.rungs) {
    const init = videoInit({ timescale, editTicks: reorder, width, height, level })
    for (const { index, firstFrame, frames } of plan.video.chunks) {
      const segments = segmentFrames(frames, gopFrames)
      add(track, index, init, { first: firstFrame, segments, sampleTicks: 512, offset: reorder })
    }
  }
  for (const { track, spans, segmentPackets } of plan.audio) {
    for (const span of spans) {
      const segments = segmentPacketsOf(span, segmentPackets)
      const written = { first: span.firstPacket, segments, sampleTicks: 1024, offset: 0 }
      add(track, span.index, audioInit(), written)
    }
  }
  for (const [name, text] of finalPlaylists(plan, made.tracks)) {
    made.files.set(name, Buffer.from(text))
  }
  return made
}
