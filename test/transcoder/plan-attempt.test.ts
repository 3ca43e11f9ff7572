// From a probe's answer to a plan or a refusal: pictures of every shape, limits, chunks.
import { describe, expect, test } from 'vitest'
import { MillraceError } from '#domain/errors.ts'
import { readPlan, writePlan } from '#domain/plan-object.ts'
import { rational } from '#domain/rational.ts'
import type { SourceProbe } from '../../transcoder/probe.ts'
import type { VideoFacts } from '../../transcoder/stream-facts.ts'
import { planFor, planOf, type Shape, sound } from '../support/probed.ts'

function refusal(shape: Shape) {
  try {
    planOf(shape)
  } catch (thrown) {
    return thrown instanceof MillraceError ? thrown.code : thrown
  }
  return 'planned'
}

const sizeOf = (video: Partial<VideoFacts>) => {
  const { width, height } = planOf({ video }).video
  return [width, height]
}

describe('the picture stands upright with square pixels', () => {
  test.each<[string, Partial<VideoFacts>, number[]]>([
    ['as it is', {}, [1920, 1080]],
    ['turned to the left', { rotationDegrees: 90 }, [1080, 1920]],
    ['turned to the right', { rotationDegrees: -90 }, [1080, 1920]],
    ['upside down', { rotationDegrees: 180 }, [1920, 1080]],
    ['three quarters', { rotationDegrees: 270 }, [1080, 1920]],
    ['a little askew', { rotationDegrees: 12 }, [1920, 1080]],
    ['wide pixels', { width: 1440, pixelAspect: rational(4, 3) }, [1920, 1080]],
    [
      'wide pixels, turned',
      { width: 1440, pixelAspect: rational(4, 3), rotationDegrees: 90 },
      [1080, 1920],
    ],
    ['narrow pixels', { width: 720, height: 480, pixelAspect: rational(8, 9) }, [640, 480]],
  ])('%s', (_name, video, size) => {
    expect(sizeOf(video)).toEqual(size)
  })

  test('the ladder follows the short side', () => {
    const { rungs } = planOf({ video: { rotationDegrees: 90 } }).video
    expect(rungs.map(({ height }) => height)).toEqual([240, 360, 480, 720, 1080])
    expect(rungs[0]).toMatchObject({ pictureWidth: 240, pictureHeight: 426 })
  })
})

describe('refusals', () => {
  test.each<[string, Shape, string]>([
    ['many streams', { streams: 17 }, 'too-many-streams'],
    ['a picture too wide', { video: { width: 7681 } }, 'picture-too-large'],
    ['a picture too high, standing', { video: { width: 4321, height: 4322 } }, 'picture-too-large'],
    [
      'pixels that make it too wide',
      { video: { width: 7000, pixelAspect: rational(2) } },
      'picture-too-large',
    ],
    ['the largest picture', { video: { width: 7680, height: 4320 } }, 'planned'],
    ['the largest picture, standing', { video: { width: 4320, height: 7680 } }, 'planned'],
    [
      '240 frames a second',
      { frameTicks: 1000 / 240, video: { declaredRate: rational(240) } },
      'rate-too-high',
    ],
    ['longer than allowed', { limits: { maxDurationSeconds: 9 } }, 'too-long'],
    ['just as long as allowed', { limits: { maxDurationSeconds: 10 } }, 'planned'],
    [
      'times no clock can hold',
      { video: { declaredRate: rational(1) }, frameTicks: 1e14 },
      'unsupported-source',
    ],
    [
      'HDR without the filters for it',
      { video: { transfer: 'smpte2084' }, canToneMap: false },
      'unsupported-source',
    ],
    ['Dolby Vision alone', { video: { dolbyVisionOnly: true } }, 'unsupported-source'],
    [
      'one keyframe in seven hours',
      { frames: 630_000, keyframeEvery: 630_000 },
      'unsupported-source',
    ],
    ['one keyframe in half an hour', { frames: 45_000, keyframeEvery: 45_000 }, 'planned'],
  ])('%s', (_name, shape, outcome) => {
    expect(refusal(shape)).toBe(outcome)
  })

  test('too few keyframes are refused with what to do', () => {
    const shape = { frames: 630_000, keyframeEvery: 630_000 }
    expect(() => planOf(shape)).toThrow(/hardly any keyframes.*Export it again/)
  })

  test('neither picture nor sound, and sound that nothing can be read of', () => {
    expect(() => planFor(soundAlone([]))).toThrow(expect.objectContaining({ code: 'no-video' }))
    const unread = soundAlone([{ ...sound, lastSeconds: null }])
    expect(() => planFor(unread)).toThrow(expect.objectContaining({ code: 'source-unreadable' }))
    const endless = soundAlone([{ ...sound, lastSeconds: rational(9 * 3600) }])
    expect(() => planFor(endless)).toThrow(expect.objectContaining({ code: 'too-long' }))
  })
})

const soundAlone = (audio: SourceProbe['audio'], cover: number | null = null): SourceProbe => ({
  ...{ streams: audio.length, video: null, audio, cover, canToneMap: false },
})

describe('a recording without a picture', () => {
  const first = rational(1105, 44_100)
  const track = { ...sound, sampleRate: 44_100, firstSeconds: first }
  const long = { ...track, lastSeconds: rational(60_010, 1000) }

  test('is a plain film of one small rung, as long as its sound, from its first sample on', () => {
    const plan = planFor(soundAlone([long], 1))
    expect(plan.video.drawn).toEqual({ cover: 1 })
    expect(plan.video.timeline).toMatchObject({ rate: rational(10), zero: first, frames: 600 })
    expect(plan.durationSeconds).toBe(60)
    expect(plan.video.rungs.map(({ track }) => track)).toEqual(['240p'])
    expect(plan.video.chunks.reduce((sum, { frames }) => sum + frames, 0)).toBe(600)
    expect(plan.audio[0]?.packets).toBe(Math.ceil((60 * 44_100) / 1024) + 1)
    expect(readPlan(writePlan(plan))).toEqual(plan)
  })

  test('lasts as long as its longest track, and begins with its earliest', () => {
    const later = { ...track, stream: 2, firstSeconds: rational(1), lastSeconds: rational(90) }
    const { timeline } = planFor(soundAlone([later, long])).video
    expect(timeline.zero).toEqual(first)
    expect(timeline.frames).toBe(900)
  })
})

describe('the timeline and its chunks', () => {
  test('the plan survives being written and read', () => {
    const plan = planOf({
      audio: [sound, { ...sound, stream: 2, language: null, title: 'Director' }],
    })
    expect(readPlan(writePlan(plan))).toEqual(plan)
    expect(plan.audio.map(({ stream, language }) => [stream, language])).toEqual([
      [1, 'en'],
      [2, null],
    ])
    expect(plan.audio[1]?.name).toBe('Director')
  })

  test('chunks cover the film and start at keyframes', () => {
    const plan = planOf({ frames: 3000 })
    const { chunks, timeline } = plan.video
    expect(timeline.frames).toBe(3000)
    expect(chunks.reduce((sum, { frames }) => sum + frames, 0)).toBe(3000)
    expect(chunks.map(({ firstFrame }) => firstFrame).slice(0, 6)).toEqual([
      0, 50, 100, 200, 400, 800,
    ])
    expect(chunks.map(({ seekMicroseconds }) => seekMicroseconds).slice(0, 6)).toEqual([
      null,
      2_000_001,
      4_000_001,
      8_000_001,
      16_000_001,
      32_000_001,
    ])
  })

  test('the earliest of all sounds counts', () => {
    const early = { ...sound, stream: 2, firstSeconds: rational(1, 5) }
    const late = { ...sound, firstSeconds: rational(9) }
    const { timeline } = planOf({ firstTicks: 1000, audio: [late, early] }).video
    expect(timeline.zero).toEqual(rational(1, 5))
    expect(timeline.frames).toBe(270)
  })

  test('the last picture is held to the end of the last sound', () => {
    const long = { ...sound, stream: 2, lastSeconds: rational(10_030, 1000) }
    const longest = { ...sound, lastSeconds: rational(70_010, 1000) }
    const { video, audio, durationSeconds } = planOf({ audio: [long, longest] })
    expect(video.timeline).toMatchObject({ frames: 1751, pictureFrames: 250 })
    expect(durationSeconds).toBe(70.04)
    const behind = video.chunks.filter(({ firstFrame }) => firstFrame >= 250)
    expect(behind.length).toBeGreaterThan(2)
    // Each is decoded from the last keyframe, and its clock begins with the last picture.
    const last = { seekMicroseconds: 8_000_001, clockOffset: behind[0]?.clockOffset }
    for (const chunk of behind) expect(chunk).toMatchObject(last)
    const tick = video.timeline.clock / 25
    expect(last.clockOffset).toBe(249 * tick - tick / 2)
    const packets = Math.ceil((durationSeconds * 48_000) / 1024) + 1
    expect(audio.map(track => track.packets)).toEqual([packets, packets])
  })

  test('what an encoder puts behind the last sound holds no picture', () => {
    const padded = { ...sound, lastSeconds: rational(10_100, 1000) }
    expect(planOf({ audio: [padded] }).video.timeline).toEqual(planOf().video.timeline)
    const early = { ...sound, lastSeconds: rational(4) }
    expect(planOf({ audio: [early] }).video.timeline).toEqual(planOf().video.timeline)
  })

  test('no sound is a plan without sound', () => {
    expect(planOf({ audio: [] }).audio).toEqual([])
  })

  test('a deinterlaced chunk decodes from before its first frame', () => {
    const { chunks } = planOf({ video: { fieldOrder: 'tt' } }).video
    expect(chunks[2]?.firstFrame).toBe(100)
    expect(chunks[2]?.seekMicroseconds).toBe(2_000_001)
    expect(chunks[2]?.clockOffset).toBe(planOf().video.chunks[2]?.clockOffset)
  })

  test("a decoder's delay moves the clock, and never the seek past what is shown", () => {
    const shape = { demuxer: 'avi', frames: 1000 } as const
    const plain = planOf(shape).video
    const delayed = planOf({ ...shape, decoderDelay: 80 }).video
    expect(delayed.timeline).toEqual(plain.timeline)
    const ticks = (80 * plain.timeline.clock) / 1000
    for (const [i, chunk] of delayed.chunks.entries()) {
      expect(chunk.clockOffset).toBe((plain.chunks[i]?.clockOffset ?? 0) + ticks)
      expect(chunk.seekMicroseconds ?? 0).toBeLessThanOrEqual(
        chunk.firstFrame * 40_000 - 80_000 * Number(chunk.index > 0),
      )
    }
  })
})
