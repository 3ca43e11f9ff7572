// A packed object passes only when it is exactly what the plan says, and the check names what is not.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AudioPlan, type PlannedChunk, segmentFrames } from '#domain/plan.ts'
import { rawSpanFile } from '../../transcoder/audio-args.ts'
import { checkAudioSpan, checkVideoChunk, sampleDecodeArgs } from '../../transcoder/check.ts'
import { trackFile } from '../../transcoder/ffmpeg-args.ts'
import { packAudio, packVideo } from '../../transcoder/pack.ts'
import { audioInit, fragment, videoInit, type WrittenFragment } from '../support/boxes.ts'
import { smallPlan } from '../support/small-plan.ts'

const plan = smallPlan()
const chunk = plan.video.chunks[3] as PlannedChunk
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-check-'))
})
afterAll(() => rm(folder, { recursive: true }))

const sampleTicks = 512

function videoFragments(): WrittenFragment[] {
  let frame = chunk.firstFrame
  return segmentFrames(chunk.frames, 48).map(frames => {
    const startTicks = frame * sampleTicks
    frame += frames
    const sizes = Array.from({ length: frames }, (_, at) => (at === 0 ? 900 : 40))
    return { startTicks, sampleTicks, sizes, offset: 1024 }
  })
}

const sizes = { timescale: 12_288, width: 428, height: 240 }

async function packed(fragments: WrittenFragment[], init = videoInit(sizes)) {
  const bytes = Buffer.concat([init, ...fragments.map(fragment)])
  await writeFile(join(folder, trackFile('240p')), bytes)
  return packVideo(folder, '240p')
}

describe('a rung', () => {
  const level = plan.video.rungs[0]?.level ?? 0
  const init = () => videoInit({ ...sizes, level })

  it('passes as planned, with its ranges for the record', async () => {
    const object = await packed(videoFragments(), init())
    checkVideoChunk(object, plan, '240p', chunk)
    expect(object).toMatchObject({
      ...{ startTicks: 192 * 512, samples: 192, timescale: 12_288 },
      ...{ initBytes: init().length, initHash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    })
    expect(object.fragments).toHaveLength(4)
    expect(Object.keys(object.fragments[0] ?? {})).toEqual(['ticks', 'bytes', 'keyframeBytes'])
    const stored = object.fragments.reduce((sum, { bytes }) => sum + bytes, object.initBytes)
    expect(stored).toBe(object.bytes)
  })

  const change = (at: number, by: Partial<WrittenFragment>) =>
    videoFragments().map((one, index) => (index === at ? { ...one, ...by } : one))
  it.each<[string, () => WrittenFragment[]]>([
    ['number of fragments', () => videoFragments().slice(1)],
    ['start of fragment 2', () => change(2, { startTicks: 1 })],
    ['number of samples of fragment 1', () => change(1, { sizes: [900, 40] })],
    ['duration of fragment 0', () => change(0, { sampleTicks: 511 })],
    ['keyframe first of fragment 3', () => change(3, { keyframe: false })],
    ['first picture of fragment 0', () => change(0, { offset: 1536 })],
  ])('is refused for its %s', async (finding, fragments) => {
    const object = await packed(fragments(), init())
    expect(() => checkVideoChunk(object, plan, '240p', chunk)).toThrow(
      expect.objectContaining({ code: 'check-failed', detail: expect.stringContaining(finding) }),
    )
  })

  it.each([
    ['width', () => videoInit({ ...sizes, level, width: 426 })],
    ['codec', () => videoInit({ ...sizes, level: level + 1 })],
    ['whole ticks', () => videoInit({ ...sizes, level, timescale: 12_289 })],
  ])('is refused for its %s', async (finding, otherInit) => {
    const object = await packed(videoFragments(), otherInit())
    expect(() => checkVideoChunk(object, plan, '240p', chunk)).toThrow(
      expect.objectContaining({ detail: expect.stringContaining(finding) }),
    )
  })
})

describe('a span', () => {
  const audio: AudioPlan = {
    ...(plan.audio[0] as AudioPlan),
    packets: 500,
    spans: [
      { index: 0, firstPacket: 0, packets: 188 },
      { index: 1, firstPacket: 188, packets: 188 },
      { index: 2, firstPacket: 376, packets: 124 },
    ],
  }
  /** As the encoder writes it: from packet `first` on, a fragment each segment. */
  const raw = async (first: number, segments: readonly number[]) => {
    let packet = first
    const fragments = segments.map(packets => {
      const startTicks = packet * 1024
      packet += packets
      return fragment({ startTicks, sampleTicks: 1024, sizes: Array(packets).fill(300) })
    })
    const bytes = Buffer.concat([audioInit({ editTicks: 0 }), ...fragments])
    await writeFile(join(folder, rawSpanFile(audio.track)), bytes)
  }

  it.each([
    ['the first loses its look-ahead', 0, 0, [94, 94, 3]],
    ['one in the middle also its preroll', 1, 94, [94, 94, 94, 3]],
    ['the last its preroll alone', 2, 282, [94, 94, 30]],
  ] as const)('%s', async (_, index, first, segments) => {
    await raw(first, segments)
    const span = audio.spans[index] as AudioPlan['spans'][0]
    const object = await packAudio(folder, audio, span)
    checkAudioSpan(object, audio, span)
    expect(object.startTicks).toBe(span.firstPacket * 1024)
    expect(object.samples).toBe(span.packets)
    expect(object.init.editTicks).toBe(1024)
  })

  it('is refused when a packet is missing', async () => {
    await raw(94, [94, 93, 94, 3])
    const span = audio.spans[1] as AudioPlan['spans'][0]
    const object = await packAudio(folder, audio, span)
    expect(() => checkAudioSpan(object, audio, span)).toThrow(
      expect.objectContaining({ code: 'check-failed' }),
    )
  })
})

it('the sampled decode fails at the first error and reads one file', () => {
  const args = sampleDecodeArgs('folder/240p.mp4')
  expect(args).toContain('-xerror')
  expect(args[args.indexOf('-protocol_whitelist') + 1]).toBe('file')
  expect(args.indexOf('-discard')).toBeLessThan(args.indexOf('-i'))
})

it('the sampled decode of several files reads each by the same rules, and all of them', () => {
  const args = sampleDecodeArgs(['a.mp4', 'b.mp4'])
  for (const file of ['a.mp4', 'b.mp4']) {
    const own = args.slice(0, args.indexOf(file))
    expect(own.slice(own.lastIndexOf('-err_detect'))).toEqual(
      expect.arrayContaining(['explode', '-protocol_whitelist', 'file', '-discard', 'nokey']),
    )
  }
  expect(args.filter((_, index) => args[index - 1] === '-map')).toEqual(['0:0', '1:0'])
})
