// The check of a packed object against the plan, before its record may exist: once listed to a viewer it can't be replaced.
// Pure; the only tolerance is none.
import { MillraceError } from '#domain/errors.ts'
import { aacCodec } from '#domain/ladder.ts'
import {
  type AudioPlan,
  type AudioSpan,
  type ChunkSpan,
  type Plan,
  plannedCodec,
  samplesPerPacket,
  segmentPacketsOf,
  segmentsOf,
} from '#domain/plan.ts'
import { primingSamples } from './audio-args.ts'
import type { Packed } from './pack.ts'

type Expect = (what: string, found: unknown, planned: unknown) => void

const expectAbout =
  (name: string): Expect =>
  (what, found, planned) => {
    if (found === planned) return
    throw new MillraceError('check-failed', {
      detail: `${name}: ${what} is ${found}, planned ${planned}`,
    })
  }

/** @throws MillraceError `check-failed` with the first finding in its detail. */
export function checkVideoChunk(packed: Packed, plan: Plan, track: string, chunk: ChunkSpan): void {
  const expect = expectAbout(`${track} chunk ${chunk.index}`)
  const rung = plan.video.rungs.find(candidate => candidate.track === track)
  const { rate } = plan.video.timeline
  const { init } = packed
  expect('kind', init.kind, 'video')
  expect('width', init.width, rung?.pictureWidth)
  expect('height', init.height, rung?.pictureHeight)
  expect('codec', init.codec, rung && plannedCodec(plan.video, rung))
  if (init.sps) {
    expect('width in the SPS', init.sps.width, rung?.pictureWidth)
    expect('height in the SPS', init.sps.height, rung?.pictureHeight)
    expect('codec in the SPS', `avc1.${init.sps.profileLevel}`, init.codec)
  }
  const frameTicks = (init.timescale * rate.den) / rate.num
  expect('a frame in whole ticks', Number.isInteger(frameTicks), true)
  checkFragments(packed, expect, {
    sampleTicks: frameTicks,
    firstSample: chunk.firstFrame,
    segments: segmentsOf(plan.video, chunk),
  })
}

/** @throws MillraceError `check-failed` with the first finding in its detail. */
export function checkAudioSpan(packed: Packed, audio: AudioPlan, span: AudioSpan): void {
  const expect = expectAbout(`${audio.track} span ${span.index}`)
  const { init } = packed
  expect('kind', init.kind, 'audio')
  expect('codec', init.codec, aacCodec)
  expect('timescale', init.timescale, audio.sampleRate)
  expect('sample rate', init.sampleRate, audio.sampleRate)
  expect('channels', init.channels, audio.channels)
  expect('priming', init.editTicks, primingSamples)
  checkFragments(packed, expect, {
    sampleTicks: samplesPerPacket,
    firstSample: span.firstPacket,
    segments: segmentPacketsOf(span, audio.segmentPackets),
  })
}

interface Planned {
  sampleTicks: number
  firstSample: number
  /** Samples of each fragment. */
  segments: readonly number[]
}

function checkFragments(packed: Packed, expect: Expect, planned: Planned): void {
  const { facts, init } = packed
  const { sampleTicks, segments } = planned
  expect('number of fragments', facts.length, segments.length)
  let startTicks = planned.firstSample * sampleTicks
  for (const [index, fragment] of facts.entries()) {
    const samples = segments[index] ?? 0
    const ticks = samples * sampleTicks
    const say = (what: string) => `${what} of fragment ${index}`
    expect(say('number of samples'), fragment.samples, samples)
    expect(say('start'), fragment.startTicks, startTicks)
    expect(say('duration'), fragment.ticks, ticks)
    expect(say('keyframe first'), fragment.startsWithKeyframe, true)
    if (init.kind === 'video') {
      // Closed GOPs: what is shown of a fragment is what is decoded of it, after the edit list.
      expect(say('first picture'), fragment.compositionStart - init.editTicks, startTicks)
      expect(
        say('end of the last picture'),
        fragment.compositionEnd - init.editTicks,
        startTicks + ticks,
      )
    }
    startTicks += ticks
  }
}

/**
 * FFmpeg's arguments that decode packed objects, one process for all, and fail at the first error: their keyframes, which cost a
 * fiftieth of the whole, or all of them.
 */
export function sampleDecodeArgs(
  files: string | readonly string[],
  which: 'keyframes' | 'all' = 'keyframes',
): string[] {
  const all = [files].flat()
  const inputs = all.flatMap(file => [
    ...['-err_detect', 'explode', '-threads', '1', '-protocol_whitelist', 'file', '-f', 'mov'],
    // Not -skip_frame: FFmpeg 9 refuses it for a file of sound alone.
    ...(which === 'keyframes' ? ['-discard', 'nokey'] : []),
    ...['-i', file],
  ])
  return [
    ...['-nostdin', '-hide_banner', '-v', 'error'],
    '-xerror', // any error ends the run with a failure
    ...inputs,
    ...all.flatMap((_, index) => ['-map', `${index}:0`]),
    ...['-f', 'null', '-'],
  ]
}
