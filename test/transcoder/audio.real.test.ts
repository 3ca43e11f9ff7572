// Spans of sound encoded apart sound like one continuous run, begin and end in sync with the source, and keep its level.
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { type AudioPlan, samplesPerPacket } from '#domain/plan.ts'
import { toNumber } from '#domain/rational.ts'
import type { Demuxer } from '#domain/timeline.ts'
import {
  joinPacked,
  makeSource,
  mediaFolder,
  planSource,
  type Source,
  wholeSpan,
} from '../support/media.ts'
import { fidelity, lagAt, signal, soundOf, toneOf, writeWav } from '../support/sound.ts'
import { encodeSound, shortSpans } from '../support/spans.ts'

const folder = mediaFolder()
afterAll(folder.remove)

const videoSeconds = 7

interface Case {
  name: string
  file: string
  demuxer: Demuxer
  codec: string[]
  rate: number
  /** When the sound begins, counted from the first picture. */
  beginsAt?: number
  lastsSeconds?: number
}

const pcm = ['-c:a', 'pcm_s16le']
const aac = ['-c:a', 'aac', '-b:a', '320k']
const cases: Case[] = [
  { name: '48 kHz', file: 'a.mov', demuxer: 'mov', codec: pcm, rate: 48_000 },
  { name: '44.1 kHz', file: 'b.mov', demuxer: 'mov', codec: pcm, rate: 44_100 },
  { name: 'late sound', file: 'c.mov', demuxer: 'mov', codec: pcm, rate: 48_000, beginsAt: 0.3 },
  {
    name: 'late sound, 44.1 kHz',
    file: 'd.mkv',
    demuxer: 'matroska',
    codec: ['-c:a', 'flac'],
    rate: 44_100,
    beginsAt: 0.3,
  },
  { name: 'early sound', file: 'e.mov', demuxer: 'mov', codec: pcm, rate: 44_100, beginsAt: -0.5 },
  {
    name: 'sound that ends early',
    file: 'f.mov',
    demuxer: 'mov',
    codec: pcm,
    rate: 48_000,
    lastsSeconds: 4,
  },
  { name: 'AAC in MP4', file: 'g.mp4', demuxer: 'mov', codec: aac, rate: 48_000 },
  { name: 'AAC in MPEG-TS', file: 'h.ts', demuxer: 'mpegts', codec: aac, rate: 44_100 },
  {
    name: 'Opus in Matroska',
    file: 'i.mkv',
    demuxer: 'matroska',
    codec: ['-c:a', 'libopus', '-b:a', '256k'],
    rate: 48_000,
  },
]

const picture = ['-f', 'lavfi', '-i', `testsrc2=s=64x36:r=25:d=${videoSeconds}`]
const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '50']

async function sourceOf({
  file,
  demuxer,
  codec,
  rate,
  beginsAt = 0,
  lastsSeconds = videoSeconds,
}: Case) {
  const samples = signal(lastsSeconds * rate, rate)
  const wav = await writeWav(join(folder.path, `${file}.wav`), samples, rate)
  const path = await makeSource(join(folder.path, file), [
    ...['-itsoffset', String(Math.max(0, -beginsAt)), ...picture],
    ...['-itsoffset', String(Math.max(0, beginsAt)), '-i', wav],
    ...['-map', '0:v', '-map', '1:a', ...h264, ...codec],
  ])
  return { source: await planSource(path, demuxer), samples }
}

const trackOf = ({ plan }: Source): AudioPlan => plan.audio[0] as AudioPlan

describe.each(cases)('$name', one => {
  it('joins without a trace and stays in sync within a millisecond', async () => {
    const { source, samples } = await sourceOf(one)
    const audio = trackOf(source)
    const rate = audio.sampleRate
    const whole = await encodeSound(source, audio, wholeSpan(audio))
    const spans = await encodeSound(source, audio, shortSpans(audio))

    const all = [...whole.made, ...spans.made]
    expect(new Set(all.map(({ initHash }) => initHash)).size).toBe(1)
    expect(spans.made.length).toBeGreaterThan(2)
    expect(spans.sound.length).toBe(whole.sound.length)
    // All but the priming packet is heard.
    expect(spans.sound.length).toBe((audio.packets - 1) * samplesPerPacket)

    // The source's sound by its own timestamps; where they are exact, that is the signal itself where it was put.
    const { zero } = source.plan.video.timeline
    const wanted = await soundOf(source.path, rate, toNumber(zero))
    const beginsAt = Math.max(0, one.beginsAt ?? 0) * rate
    if (one.codec === pcm)
      expect(wanted.slice(beginsAt, beginsAt + samples.length)).toEqual(samples)
    const quarter = rate / 4
    const millisecond = rate / 1000
    const end = Math.min(beginsAt + samples.length, spans.sound.length)
    for (const at of [beginsAt, end - quarter - samplesPerPacket]) {
      expect(Math.abs(lagAt(wanted, spans.sound, at, quarter))).toBeLessThanOrEqual(millisecond)
    }
    // No fade at the start: the priming packet is there for the decoder.
    const level = (sound: Float32Array, from: number) =>
      Math.hypot(...sound.subarray(from, from + 256))
    expect(level(spans.sound, beginsAt)).toBeGreaterThan(0.8 * level(wanted, beginsAt))

    // The source as both runs were given it: shifted by the rounding of its container's clock, at most.
    const shift = lagAt(wanted, whole.sound, beginsAt + quarter, quarter)
    const placed =
      shift < 0
        ? wanted.subarray(-shift)
        : Float32Array.from([...new Float32Array(shift), ...wanted])
    for (const { startTicks } of spans.made.slice(1)) {
      const joint = startTicks - samplesPerPacket
      if (joint + 4 * samplesPerPacket > end) continue
      const around = [joint - 2 * samplesPerPacket, joint + 2 * samplesPerPacket] as const
      const apart = fidelity(placed, spans.sound, ...around)
      expect(apart).toBeGreaterThan(fidelity(placed, whole.sound, ...around) - 0.5)
    }
  })
})

describe('level', () => {
  const tone = (channels: number, pan: string) => [
    ...[...picture, '-f', 'lavfi', '-i', 'sine=f=440:r=48000:d=7'],
    ...['-filter_complex', `[1:a]volume=4,pan=${pan}[a]`, '-map', '0:v', '-map', '[a]'],
    ...[...h264, ...pcm, '-ac', String(channels)],
  ]
  const peakOf = async (name: string, args: string[]) => {
    const source = await planSource(await makeSource(join(folder.path, name), args), 'mov')
    const { sound } = await encodeSound(source, trackOf(source), wholeSpan(trackOf(source)))
    return sound
      .subarray(48_000, 96_000)
      .reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  }

  it('keeps a mono voice as loud as it was', async () => {
    expect(await peakOf('mono.mov', tone(1, 'mono|c0=c0'))).toBeCloseTo(0.5, 1)
  })

  it('keeps a loud moment of all channels below full scale', async () => {
    const loud = tone(6, '5.1|FL=2*c0|FR=2*c0|FC=2*c0|LFE=2*c0|BL=2*c0|BR=2*c0')
    const peak = await peakOf('loud.mov', loud)
    expect(peak).toBeGreaterThan(0.9)
    expect(peak).toBeLessThan(1.05)
  })
})

/** A source whose channels are tones of their own, as both channels of its track are heard. */
async function heardOf(name: string, layout: string, hertz: readonly number[], rate = 48_000) {
  const tones = hertz.map(one => `0.2*sin(2*PI*${one}*t)`).join('|')
  const path = await makeSource(join(folder.path, name), [
    ...[...picture, '-f', 'lavfi', '-i', `aevalsrc=exprs=${tones}:s=${rate}:d=3:c=${layout}`],
    ...['-map', '0:v', '-map', '1:a', '-t', '3', ...h264, '-c:a', 'pcm_s24le'],
  ])
  const source = await planSource(path, 'mov')
  const audio = trackOf(source)
  const { made } = await encodeSound(source, audio, wholeSpan(audio))
  const joined = await joinPacked(made, `${path}.joined.mp4`)
  const channels = await Promise.all(
    [0, 1].map(channel => soundOf(joined, audio.sampleRate, 0, channel)),
  )
  const levelsOf = (sound: Float32Array) =>
    hertz.map(one => toneOf(sound, audio.sampleRate, one, audio.sampleRate) / 0.2)
  return channels.map(levelsOf)
}

const half = Math.SQRT1_2
/** ITU-R BS.775, table 2: what each channel gives to the left and to the right; the LFE is left out. */
const downmixes = [
  {
    layout: '5.1',
    left: [1, 0, half, 0, half, 0],
    right: [0, 1, half, 0, 0, half],
  },
  {
    layout: '7.1',
    left: [1, 0, half, 0, half, 0, half, 0],
    right: [0, 1, half, 0, 0, half, 0, half],
  },
]

describe.each(downmixes)('$layout', ({ layout, left, right }) => {
  it('is mixed down by the coefficients of BS.775, none of them scaled', async () => {
    const hertz = left.map((_, channel) => (channel === 3 ? 60 : 300 + 200 * channel))
    const found = await heardOf(`tones-${layout}.mov`, layout, hertz)
    for (const [side, wanted] of [left, right].entries()) {
      for (const [channel, level] of wanted.entries()) {
        expect(found[side]?.[channel], `channel ${channel} in ${side}`).toBeCloseTo(level, 1)
      }
    }
  })
})

describe.each([8000, 11_025, 16_000, 32_000, 88_200, 96_000, 192_000])('%i Hz', rate => {
  it('keeps pitch and level of one channel and of two', async () => {
    for (const [layout, hertz] of [
      ['mono', [440]],
      ['stereo', [440, 1000]],
    ] as const) {
      const [left, right] = await heardOf(`${layout}-${rate}.mov`, layout, hertz, rate)
      expect(left?.[0]).toBeCloseTo(1, 1)
      expect(right?.at(-1)).toBeCloseTo(1, 1)
    }
  })
})
