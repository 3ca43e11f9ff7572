// The arguments of a chunk: what each rung must be told, where reading begins, and what the graph lets through.
import { describe, expect, it } from 'vitest'
import type { Plan, PlannedChunk } from '#domain/plan.ts'
import type { Demuxer } from '#domain/timeline.ts'
import { encodeArgs, trackFile } from '../../transcoder/ffmpeg-args.ts'
import { tailFrame } from '../../transcoder/stderr-check.ts'
import { smallPlan } from '../support/small-plan.ts'

const url = 'http://127.0.0.1:4000/source'
const plan = smallPlan()

function argsOf(change: Partial<{ plan: Plan; chunk: PlannedChunk; input: string }> = {}) {
  const from = change.plan ?? plan
  const [, , , fourth] = from.video.chunks
  return encodeArgs({
    ...{ plan: from, chunk: change.chunk ?? (fourth as PlannedChunk) },
    ...{ rungs: from.video.rungs, input: change.input ?? url, threads: 2 },
  })
}

const after = (args: readonly string[], flag: string) => args[args.indexOf(flag) + 1]
const allAfter = (args: readonly string[], flag: string) =>
  args.flatMap((arg, at) => (arg === flag ? [args[at + 1]] : []))
const graphOf = (args: readonly string[]) => after(args, '-filter_complex') ?? ''

describe('the source', () => {
  it('may open nothing but where it is', () => {
    expect(after(argsOf(), '-protocol_whitelist')).toBe('http,tcp')
    expect(after(argsOf({ input: 'folder/a.mp4' }), '-protocol_whitelist')).toBe('file')
  })

  it.each<[Demuxer, boolean]>([
    ['mov', true],
    ['matroska', false],
    ['mpegts', false],
  ])('is read as %s, never guessed', (demuxer, references) => {
    const args = argsOf({ plan: { ...plan, source: { ...plan.source, demuxer } } })
    expect(args.indexOf('-f')).toBeLessThan(args.indexOf('-i'))
    expect(after(args, '-f')).toBe(demuxer)
    expect(args.includes('-enable_drefs')).toBe(references)
  })

  it('is sought by the clock of the source, inaccurately, before it is opened', () => {
    const args = argsOf()
    expect(after(args, '-ss')).toBe('7.958334')
    expect(args.indexOf('-ss')).toBeLessThan(args.indexOf('-i'))
    expect(args).toContain('-noaccurate_seek')
    expect(args.indexOf('-copyts')).toBeLessThan(args.indexOf('-i'))
    const first = argsOf({ chunk: plan.video.chunks[0] as PlannedChunk })
    expect(first).not.toContain('-ss')
    const early = { ...(plan.video.chunks[1] as PlannedChunk), seekMicroseconds: -1_400_000 }
    expect(after(argsOf({ chunk: early }), '-ss')).toBe('-1.400000')
  })

  it('goes through no shell and asks nobody', () => {
    expect(argsOf()[0]).toBe('-nostdin')
    expect(argsOf().every(arg => typeof arg === 'string' && arg !== '')).toBe(true)
  })
})

describe('the rungs', () => {
  it('have one file each, the highest first, scaled from one another', () => {
    const args = argsOf()
    expect(args.filter(arg => arg.endsWith('.mp4'))).toEqual(
      ['480p', '360p', '240p'].map(trackFile),
    )
    const scales = graphOf(args).match(/\[\w+\]scale=\d+:\d+/g)
    expect(scales).toEqual(['[source]scale=854:480', '[t1]scale=640:360', '[t2]scale=428:240'])
  })

  it('are planned sizes, levels and caps', () => {
    const args = argsOf()
    expect(allAfter(args, '-maxrate')).toEqual(['1200000', '700000', '300000'])
    expect(allAfter(args, '-bufsize')).toEqual(['2400000', '1400000', '600000'])
    expect(allAfter(args, '-level:v')).toEqual(
      plan.video.rungs.toReversed().map(({ level }) => (level / 10).toFixed(1)),
    )
  })

  it('cut a closed GOP of planned length and repeat their parameter sets', () => {
    const args = argsOf()
    for (const flag of ['-g', '-keyint_min'])
      expect(allAfter(args, flag)).toEqual(['48', '48', '48'])
    expect(new Set(allAfter(args, '-sc_threshold'))).toEqual(new Set(['0']))
    expect(new Set(allAfter(args, '-x264-params'))).toEqual(new Set(['repeat-headers=1']))
    for (const movflags of allAfter(args, '-movflags')) expect(movflags).toContain('+frag_discont')
  })

  it('carry nothing of what the source says about itself', () => {
    expect(allAfter(argsOf(), '-map_metadata')).toEqual(['-1', '-1', '-1'])
    expect(allAfter(argsOf(), '-map_chapters')).toEqual(['-1', '-1', '-1'])
  })

  it('may be one alone, and never none', () => {
    const [chunk] = plan.video.chunks as [PlannedChunk]
    const rungs = plan.video.rungs.slice(0, 1)
    const lead = encodeArgs({ plan, chunk, rungs, input: url, threads: 2 })
    expect(lead.filter(arg => arg.endsWith('.mp4'))).toEqual(['240p.mp4'])
    expect(graphOf(lead)).toMatch(/setparams=[^,]*\[v0\]$/)
    expect(() => encodeArgs({ plan, chunk, rungs: [], input: url, threads: 2 })).toThrow(RangeError)
  })
})

describe('the graph', () => {
  it('places frames on the planned clock', () => {
    const graph = graphOf(argsOf())
    expect(graph).toContain('settb=1/48000,setpts=PTS-(383000),fps=fps=24/1:')
    expect(graph).toContain('setpts=PTS+192,fps=fps=24/1,trim=end_frame=192')
  })

  it('deinterlaces what is decoded and tone-maps what is kept', () => {
    const filters = ['bwdif=mode=send_frame', 'tonemap=hable']
    const graph = graphOf(argsOf({ plan: { ...plan, video: { ...plan.video, filters } } }))
    expect(graph).toContain('[decoded]bwdif=mode=send_frame,settb')
    expect(graph).toContain('trim=end_frame=192,tonemap=hable[source]')
  })

  it('shows the first decoded frame and the last that must come from the source', () => {
    const graph = graphOf(argsOf())
    expect(graph).toContain('[guard]trim=end_frame=1,showinfo@first')
    expect(graph).toContain('[tail]trim=start_frame=191:end_frame=192,showinfo@last')
  })
})

describe('the last frame that must be real', () => {
  const { timeline } = plan.video
  it.each([
    ['in the middle: the last', { firstFrame: 0, frames: 96 }, 95],
    [
      'at the end: half a second before',
      { firstFrame: 384, frames: timeline.frames - 384 },
      timeline.frames - 384 - 13,
    ],
    ['of a chunk shorter than that: the first', { firstFrame: timeline.frames - 5, frames: 5 }, 0],
  ])('%s', (_, chunk, wanted) => {
    expect(tailFrame(timeline, chunk)).toBe(wanted)
  })
})
