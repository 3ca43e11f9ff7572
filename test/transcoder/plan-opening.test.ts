// The plan of a film's opening: the beginning of the whole film's plan, or none; and in what a whole film may break it.
import { describe, expect, test } from 'vitest'
import { openingChunks, openingSpans } from '#domain/plan.ts'
import { readPlan, writePlan } from '#domain/plan-object.ts'
import { rational } from '#domain/rational.ts'
import type { PacketTable } from '#domain/timeline.ts'
import { firstSeconds } from '../../transcoder/packet-scan.ts'
import { breachOf, planOpening } from '../../transcoder/plan-opening.ts'
import type { SourceProbe } from '../../transcoder/probe.ts'
import { attemptOf, planFor, probeOf, type Shape, sound } from '../support/probed.ts'

const film: Shape = { demuxer: 'matroska', frames: 25 * 300, keyframeEvery: 75 }

const withTable = (probe: SourceProbe, change: (table: PacketTable) => PacketTable) =>
  probe.video ? { ...probe, video: { ...probe.video, table: change(probe.video.table) } } : probe

/** What is planned from the first 20 s of a film that says to last 300 s. */
function openingOf(shape: Shape = film, saidSeconds = 300) {
  const probe = withTable(probeOf(shape), table => firstSeconds(table, 20))
  return planOpening({ ...attemptOf(probe, shape), saidSeconds })
}

function breach(whole: SourceProbe, shape: Shape = film, saidSeconds = 300) {
  const opening = openingOf(shape, saidSeconds)
  if (!opening) throw new Error('no opening')
  return breachOf(readPlan(writePlan(opening)), planFor(whole, shape))
}

describe('an opening', () => {
  test('has the first chunks and spans alone', () => {
    const opening = openingOf()
    expect(opening?.video.chunks.map(({ frames }) => frames)).toEqual([50, 50, 100, 200, 400])
    expect(opening?.video.chunks).toHaveLength(openingChunks)
    expect(opening?.audio[0]?.spans).toHaveLength(openingSpans)
    expect(opening?.durationSeconds).toBe(300)
  })

  test.each<[string, Shape]>([
    ['of a transport stream', { ...film, demuxer: 'mpegts' }],
    ['that starts at 5 s', { ...film, firstTicks: 5000 }],
    ['with early sound', { ...film, firstTicks: 1000, audio: [{ ...sound }] }],
    ['without sound', { ...film, audio: [] }],
    ['of 23.976 a second', { ...film, frameTicks: 1001 / 24, video: { declaredRate: null } }],
    ['with one keyframe', { ...film, keyframeEvery: 100_000 }],
    ['in fields', { ...film, video: { fieldOrder: 'tt' } }],
  ])('%s is the beginning of its whole', (_name, shape) => {
    for (const said of [120, 250, 300, 5000]) expect(breach(probeOf(shape), shape, said)).toBeNull()
  })

  test.each<[string, Shape, number]>([
    ['says to be short', film, 119],
    ['says to be longer than allowed', { ...film, limits: { maxDurationSeconds: 299 } }, 300],
    ['is refused as it is', { ...film, video: { dolbyVisionOnly: true } }, 300],
    [
      'is too fast',
      { ...film, frameTicks: 1000 / 240, video: { declaredRate: rational(240) } },
      300,
    ],
  ])('is none of a film that %s', (_name, shape, said) => {
    expect(openingOf(shape, said)).toBeNull()
  })

  test('is none of a film whose rate varies from the start', () => {
    const probe = withTable(probeOf(film), table => ({
      ...firstSeconds(table, 20),
      pts: Float64Array.from(firstSeconds(table, 20).pts, (tick, i) => tick + (i % 3) * 9),
    }))
    expect(planOpening({ ...attemptOf(probe, film), saidSeconds: 300 })).toBeNull()
  })
})

describe('a whole film breaks its opening', () => {
  test('by another rate in its second half', () => {
    const whole = withTable(probeOf(film), table => ({
      ...table,
      pts: Float64Array.from(table.pts, (tick, i) => (i < 4000 ? tick : 160_000 + (i - 4000) * 20)),
    }))
    const declared = {
      ...whole,
      video: whole.video && { ...whole.video, declaredRate: rational(50) },
    }
    expect(breach(declared)).toMatch(/timeline|rungs/)
  })

  test('by ending inside it', () => {
    expect(breach(probeOf({ ...film, frames: 700 }))).toMatch(/^video\.chunks/)
  })

  test.each<[string, Shape]>([
    ['another size', { ...film, video: { width: 1280, height: 720 } }],
    ['other sound', { ...film, audio: [{ ...sound, sampleRate: 44_100 }] }],
    ['a second sound', { ...film, audio: [sound, { ...sound, stream: 2 }] }],
    ['another start', { ...film, firstTicks: 40 }],
    ['keyframes elsewhere', { ...film, keyframeEvery: 70 }],
  ])('by %s', (_name, shape) => {
    expect(breach(probeOf(shape))).not.toBeNull()
  })

  const heardTo = (seconds: number, shape: Shape = film) => {
    const whole = probeOf(shape)
    return { ...whole, audio: [{ ...sound, lastSeconds: rational(seconds) }] }
  }

  test('not by sound that goes on after its last picture', () => {
    const whole = heardTo(305)
    expect(planFor(whole, film).video.timeline.pictureFrames).toBe(25 * 300)
    expect(breach(whole)).toBeNull()
  })

  test('by pictures that end inside it, whatever is heard then', () => {
    expect(breach(heardTo(300, { ...film, frames: 25 * 25 }))).toBe('video.pictureFrames')
  })

  test('not by missing pictures later on', () => {
    const whole = withTable(probeOf(film), table => ({
      ...table,
      pts: Float64Array.from(table.pts, (tick, i) => (i < 4000 ? tick : tick + 40 * (i % 2))),
    }))
    expect(planFor(whole, film).video.timeline.sourceIsConstant).toBe(false)
    expect(breach(whole)).toBeNull()
  })
})
