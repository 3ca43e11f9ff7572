// The list of what the FFmpeg layer is compiled with, held against what the transcoder's arguments ask for: all of it, and of
// what acts on an untrusted file's bytes nothing more.
import { expect, it } from 'vitest'
import type { Plan } from '#domain/plan.ts'
import { rational } from '#domain/rational.ts'
import type { Demuxer } from '#domain/timeline.ts'
import { anchorArgs, audioArgs } from '../../transcoder/audio-args.ts'
import { sampleDecodeArgs } from '../../transcoder/check.ts'
import { copyArgs } from '../../transcoder/copy-args.ts'
import { encodeArgs } from '../../transcoder/ffmpeg-args.ts'
import {
  coverArgs,
  planStoryboard,
  posterArgs,
  storyboardArgs,
  waveArgs,
} from '../../transcoder/picture-args.ts'
import { firstFrameArgs, headerArgs, packetArgs } from '../../transcoder/probe-args.ts'
import { planFor, planOf, type Shape, sound } from '../support/probed.ts'
import { read } from '../support/sources.ts'

const listed = new Map<string, Set<string>>()
for (const line of read('layers/ffmpeg/components.txt').split('\n')) {
  const [kind = '', ...names] = line.replace(/#.*/, '').trim().split(/ +/)
  const known = listed.get(kind) ?? new Set<string>()
  if (kind) listed.set(kind, new Set([...known, ...names]))
}

const demuxers: Record<Demuxer, true> = {
  ...{ mov: true, matroska: true, avi: true, mpegts: true, mpeg: true, flv: true },
  ...{ asf: true, ogg: true, mp3: true, aac: true, flac: true, wav: true, aiff: true },
}
const inputs = ['http://127.0.0.1:1/source', 'chunk.mp4']

/** Every kind of picture that is treated in a way of its own. */
const shapes: Shape[] = [
  {},
  { video: { fieldOrder: 'tt' } },
  { video: { matrix: 'smpte170m' } },
  { video: { pixelFormat: 'gbrp', matrix: 'gbr' } },
  { video: { transfer: 'smpte2084', matrix: 'bt2020nc', primaries: 'bt2020' } },
  { video: { transfer: 'arib-std-b67', matrix: 'bt2020nc', width: 641, height: 361 } },
  { video: { matrix: 'bt2020nc', primaries: 'bt2020' } },
]

function argsOf(plan: Plan, input: string): string[][] {
  const { rungs, chunks } = plan.video
  const source = { input, demuxer: plan.source.demuxer }
  const board = planStoryboard(plan)
  return [
    ...chunks.map(chunk => encodeArgs({ plan, chunk, rungs, input, threads: 1 })),
    ...plan.audio.flatMap(audio => [
      ...audio.spans.map(span => audioArgs({ plan, audio, span, input })),
      anchorArgs({ plan, audio, input }) ?? [],
    ]),
    posterArgs({ plan, input, seek: 'minute' }),
    storyboardArgs({ plan, board, input, decoded: 'keyframes' }),
    sampleDecodeArgs('chunk.mp4'),
    ...[headerArgs(source, 1), packetArgs(source, 0), firstFrameArgs(source, 0)],
  ]
}

/** A recording without a picture, with a cover and without. */
const recordings = [null, 1].flatMap(cover =>
  inputs.flatMap(input => {
    const plan = planFor({
      ...{ streams: 1, video: null, canToneMap: false, cover },
      audio: [{ ...sound, lastSeconds: rational(60) }],
    })
    const [rung] = plan.video.rungs
    const [chunk] = plan.video.chunks
    if (!rung || !chunk) throw new Error('a plan has a rung and a chunk')
    return [
      encodeArgs({ plan, chunk, rungs: [rung], input, threads: 1 }),
      cover === null ? waveArgs(plan, input) : coverArgs(plan, input, cover),
    ]
  }),
)

/** A part of a rung that is made of the source's own packets. */
const copies = inputs.map(input => {
  const plan = planOf({})
  const copy = {
    copied: true as const,
    ...{ reason: 'It is good.', track: '360p', codec: 'avc1.4D401E', cuts: [0] },
    ...{ peakBitsPerSecond: 1, ticksAFrame: 512, zeroTicks: 0, reorderFrames: 1 },
  }
  return copyArgs({ plan, copy, chunks: plan.video.chunks, input })
})

const commands = shapes
  .flatMap(shape =>
    (Object.keys(demuxers) as Demuxer[]).flatMap(demuxer =>
      inputs.flatMap(input => argsOf(planOf({ ...shape, demuxer }), input)),
    ),
  )
  .concat(recordings, copies)

/** What stands behind an option, in all commands. */
const valuesOf = (option: string) =>
  commands.flatMap(args => args.flatMap((arg, at) => (args[at - 1] === option ? [arg] : [])))

const filtersOf = (graph: string) =>
  graph
    .replaceAll(/'[^']*'/g, '')
    .split(/[;,]/)
    .map(part => part.replaceAll(/\[[^\]]*\]/g, '').trim())
    .map(filter => /^\w+/.exec(filter)?.[0] ?? '')

/** `-f` before the last argument is the muxer of an output, every other one a demuxer. */
const muxersOf = (args: string[]) =>
  args.flatMap((arg, at) => (args[at - 1] === '-f' && args.indexOf('-i', at) < 0 ? [arg] : []))

const sorted = (names: Iterable<string>) => [...new Set(names)].sort()
const ffmpegCommands = commands.filter(args => args.includes('-i'))
/** FFmpeg's options call this one by another name than its build does. */
const buildName = (demuxer: string) => (demuxer === 'mpeg' ? 'mpegps' : demuxer)

it('has every filter of the graphs and no other', () => {
  const used = [...valuesOf('-filter_complex'), ...valuesOf('-vf')].flatMap(filtersOf)
  expect(sorted(listed.get('filter') ?? [])).toEqual(sorted(used))
})

/** By these FFmpeg tells what a stream holds whose container does not say it; libavformat/demux.c, set_codec_from_probe_data. */
const probes = [
  ...['mpegvideo', 'h264', 'hevc', 'm4v'],
  ...['aac', 'loas', 'ac3', 'eac3', 'dts', 'mp3', 'truehd'],
]

it('has every container that is let in, what tells their streams apart, and no other', () => {
  const names = Object.keys(demuxers).map(buildName)
  expect(sorted(listed.get('demuxer') ?? [])).toEqual(sorted([...names, ...probes]))
})

/** What decoders and muxers put in by themselves. */
const ownBitstreamFilters = ['extract_extradata', 'aac_adtstoasc', 'vp9_superframe_split', 'null']

it('has every bitstream filter and no other', () => {
  const used = valuesOf('-bsf:v').flatMap(filtersOf)
  expect(used).toContain('setts')
  expect(sorted(listed.get('bsf') ?? [])).toEqual(sorted([...ownBitstreamFilters, ...used]))
})

it('has every container that is written and no other', () => {
  expect(sorted(listed.get('muxer') ?? [])).toEqual(sorted(ffmpegCommands.flatMap(muxersOf)))
})

it('has every encoder, and what the null muxer takes', () => {
  const named = [...valuesOf('-c:v'), ...valuesOf('-c:a')].filter(name => name !== 'copy')
  const forNull = ['wrapped_avframe', 'pcm_s16le']
  expect(sorted(listed.get('encoder') ?? [])).toEqual(sorted([...named, ...forNull]))
})

it('has every protocol that an input may use, work files and progress, and no other', () => {
  const allowed = valuesOf('-protocol_whitelist').flatMap(text => text.split(','))
  expect(valuesOf('-progress')).toContain('pipe:1')
  expect(sorted(listed.get('protocol') ?? [])).toEqual(sorted([...allowed, 'pipe']))
})
