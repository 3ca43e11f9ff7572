// The arguments of a span: which samples the encoder gets, where reading begins, and the anchor of coarse clocks.
import { describe, expect, it } from 'vitest'
import { type AudioPlan, type Plan, planAudioSpans } from '#domain/plan.ts'
import { rational } from '#domain/rational.ts'
import type { Demuxer } from '#domain/timeline.ts'
import { anchorArgs, audioArgs, readAnchor } from '../../transcoder/audio-args.ts'
import { smallPlan } from '../support/small-plan.ts'

const input = 'http://127.0.0.1:4000/source'
const long: AudioPlan = {
  ...(smallPlan().audio[0] as AudioPlan),
  packets: 20_000,
  spans: planAudioSpans(20_000, 94, 48_000, 4),
}
const planOf = (demuxer: Demuxer, zero = rational(0)): Plan => {
  const plan = smallPlan()
  const timeline = { ...plan.video.timeline, zero }
  return {
    ...plan,
    source: { ...plan.source, demuxer },
    video: { ...plan.video, timeline },
    audio: [long],
  }
}
const argsOf = (index: number, plan = planOf('mov'), anchor = rational(0)) =>
  audioArgs({ plan, audio: long, span: long.spans[index] as AudioPlan['spans'][0], input, anchor })
const after = (args: readonly string[], flag: string) => args[args.indexOf(flag) + 1]
const graphOf = (args: readonly string[]) => after(args, '-filter_complex') ?? ''

describe('samples', () => {
  it('begin at zero for the first span, with three packets of look-ahead', () => {
    expect(long.spans[0]).toEqual({ index: 0, firstPacket: 0, packets: 188 })
    expect(graphOf(argsOf(0))).toContain(`atrim=start_sample=0:end_sample=${(188 - 1 + 3) * 1024}`)
    expect(graphOf(argsOf(0))).toContain('asetpts=N+1024[sound]')
  })

  it('begin a segment early for later spans, counted from a whole second', () => {
    const first = (188 - 94) * 1024
    const graph = graphOf(argsOf(1))
    expect(graph).toContain(`atrim=start_sample=${first - 2 * 48_000}:`)
    expect(graph).toContain('+2*SR)')
    expect(graph).toContain(`asetpts=N+${first + 1024}[sound]`)
  })

  it('end with the track for the last span', () => {
    const last = long.spans.length - 1
    const origin = /\+(\d+)\*SR\)/.exec(graphOf(argsOf(last)))?.[1]
    expect(graphOf(argsOf(last))).toContain(
      `:end_sample=${19_999 * 1024 - Number(origin) * 48_000}`,
    )
  })

  it('come in fragments of one segment', () => {
    const duration = Number(after(argsOf(1), '-frag_duration'))
    const packets = (duration / 1e6) * (48_000 / 1024)
    expect(Math.ceil(packets)).toBe(94)
    expect(packets).toBeCloseTo(93.5, 3)
  })
})

describe('reading', () => {
  it('begins at the start for the first span, and before the preroll for others', () => {
    expect(argsOf(0)).not.toContain('-ss')
    expect(after(argsOf(1), '-ss')).toBe('1.000000')
    expect(after(argsOf(2, planOf('mpegts', rational(7, 5))), '-ss')).toBe('53.400000')
    // Ten seconds before the second would lie before the source.
    expect(argsOf(1, planOf('mpegts'))).not.toContain('-ss')
  })
})

describe('the anchor', () => {
  const asked = (demuxer: Demuxer, audio = long) =>
    anchorArgs({ plan: planOf(demuxer), audio, input })

  it('is asked for where clocks are coarse and there is a joint', () => {
    expect(asked('matroska')).toContain('%+#2')
    expect(asked('mov')).toBeNull()
    expect(asked('matroska', { ...long, spans: long.spans.slice(0, 1) })).toBeNull()
  })

  it.each([
    ['pts=-7\npts=14\ntime_base=1/1000\n', rational(14, 1000)],
    ['pts=126000\npts=128090\ntime_base=1/90000\n', rational(128_090, 90_000)],
    ['pts=0\ntime_base=1/1000\n', null],
    ['pts=N/A\npts=N/A\ntime_base=1/1000\n', null],
    ['', null],
  ])('is the second packet: %j', (text, wanted) => {
    expect(readAnchor(text)).toEqual(wanted)
  })

  it('stands in the graph as a fraction, never as text of the file', () => {
    expect(graphOf(argsOf(1, planOf('matroska'), rational(7, 500)))).toContain('round(7/500*SR)')
  })
})
