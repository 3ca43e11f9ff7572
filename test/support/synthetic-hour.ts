// A finished film of an hour in memory, written box by box with samples of a few bytes: what the gate costs depends on how many
// objects and fragments there are, not on what is in them.
import type { Chunk } from '#domain/item.ts'
import { attemptPrefix, chunkKey } from '#domain/keys.ts'
import { planLadder } from '#domain/ladder.ts'
import { type Plan, planAudio, planChunks, segmentFrames, segmentPacketsOf } from '#domain/plan.ts'
import { rational } from '#domain/rational.ts'
import { finalPlaylists } from '../../transcoder/finish.ts'
import { readFragment, readInit } from '../../transcoder/fragments.ts'
import { audioInit, fragment, videoInit } from './boxes.ts'
import type { Finished } from './presentation.ts'
import { smallPlan } from './small-plan.ts'

const rate = rational(25)
const gopFrames = 50
const timescale = 12_800
const reorder = 1024
const nonce = '0'.repeat(18)

function hourPlan(seconds: number): Plan {
  const plan = smallPlan()
  const frames = seconds * 25
  const { timeline } = plan.video
  return {
    ...plan,
    durationSeconds: seconds,
    video: {
      ...plan.video,
      ...{ width: 1920, height: 1080, rungs: planLadder(1920, 1080, rate) },
      timeline: { ...timeline, rate, frames, gopFrames },
      chunks: planChunks(frames, gopFrames).map(chunk => ({
        ...chunk,
        ...{ seekMicroseconds: null, clockOffset: 0 },
      })),
    },
    audio: planAudio(
      [{ stream: 1, sampleRate: 48_000, language: null, name: null }],
      rational(seconds),
    ),
  }
}

export function syntheticFilm(seconds = 3600): Finished {
  const plan = hourPlan(seconds)
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
