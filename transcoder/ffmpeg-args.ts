// One chunk of the picture as FFmpeg arguments: one decode, cascaded scaling, one encoder and one file a rung. The recipe is
// proven frame by frame: chunks joined equal one run over the whole source. Pure.
import type { Rung } from '#domain/ladder.ts'
import { framesToSeconds, type Plan, type PlannedChunk, segmentsOf } from '#domain/plan.ts'
import { drawnSource } from './drawn-picture.ts'
import { runArgs, seekArgs, sourceArgs } from './source-args.ts'
import { tailFrame } from './stderr-check.ts'

export interface ChunkRun {
  plan: Plan
  chunk: PlannedChunk
  /** Rungs to make in this run, in any order. */
  rungs: readonly Rung[]
  input: string
  /** Threads of the decoder; every encoder has one. */
  threads: number
}

/** FFmpeg's file of one track in its working folder: init section and fragments, the object as it will be stored. */
export const trackFile = (track: string): string => `${track}.mp4`

/** Filters that look at neighbouring frames: they belong before the rate is made constant, on the decoder's own frames. */
export const temporalFilter = /^(bwdif|yadif|w3fdif|estdif)\b/

/** Every rung is told to be what the ladder makes: BT.709, limited range. A filter of the plan converts what is not. */
const colourTags = 'setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709'

/** @throws RangeError when no rung is asked for. */
export function encodeArgs({ plan, chunk, rungs, input, threads }: ChunkRun): string[] {
  if (rungs.length === 0) throw new RangeError('a chunk needs at least one rung')
  const descending = [...rungs].sort((a, b) => b.pictureHeight - a.pictureHeight)
  return [
    ...runArgs(threads),
    ...(plan.video.drawn ? [] : pictureSource(plan, chunk, input, threads)),
    ...[
      '-filter_complex',
      plan.video.drawn ? drawnGraph(plan, chunk, descending) : chunkGraph(plan, chunk, descending),
    ],
    ...descending.flatMap((rung, index) => rungArgs(rung, index, gopArgs(plan, chunk))),
  ]
}

const pictureSource = (plan: Plan, chunk: PlannedChunk, input: string, threads: number) => [
  // A change of size in the middle must not rebuild the graph (its clocks would start again): scale follows by itself.
  ...['-reinit_filter', '0'],
  ...sourceArgs({ input, demuxer: plan.source.demuxer }, threads, seekArgs(chunk.seekMicroseconds)),
]

/** Decoder → guard · constant rate → tail check · the chunk's frames → ladder, one labelled end `[v…]` a rung. */
function chunkGraph(plan: Plan, chunk: PlannedChunk, descending: readonly Rung[]): string {
  const { stream, timeline, filters } = plan.video
  const temporal = filters.filter(filter => temporalFilter.test(filter))
  const spatial = filters.filter(filter => !temporalFilter.test(filter))
  const tail = tailFrame(timeline, chunk)
  const rate = `${timeline.rate.num}/${timeline.rate.den}`
  const constantRate = [
    ...temporal,
    `settb=1/${timeline.clock}`, // every frame boundary is a whole tick
    `setpts=PTS-(${chunk.clockOffset})`, // half a frame before the chunk's first: `round=down` then rounds alike in every chunk
    // eof_action=pass: without it the last frame can be lost.
    `fps=fps=${rate}:start_time=0:round=down:eof_action=pass`,
  ].join(',')
  const frames = [
    'tpad=stop=-1:stop_mode=clone', // the chunk has its planned length whatever the source's end does; the tail check tells
    `setpts=PTS+${chunk.firstFrame}`, // absolute: tfdt needs no offset option
    // Changes no frame. Behind setpts builds from FFmpeg 6 on forget how long one lasts: one that is a fragment of its own would
    // last no time at all. Before trim, so that it never meets an end.
    `fps=fps=${rate}`,
    `trim=end_frame=${chunk.frames}`,
    ...spatial,
  ].join(',')
  return [
    // The first frame that leaves the decoder, for checkStderr.
    `[0:${stream}]split=2[guard][decoded]`,
    '[guard]trim=end_frame=1,showinfo@first=checksum=0,nullsink',
    `[decoded]${constantRate},split=2[tail][frames]`,
    // The last real frame, before tpad could hide that it is missing.
    `[tail]trim=start_frame=${tail}:end_frame=${tail + 1},showinfo@last=checksum=0,nullsink`,
    `[frames]${frames}[source]`,
    ...ladderGraph(descending),
  ].join(';')
}

/** No source, so nothing to guard. One line of filters: FFmpeg 9 fails on branches where a graph has no input. */
function drawnGraph({ video }: Plan, chunk: PlannedChunk, descending: readonly Rung[]): string {
  const { num, den } = video.timeline.rate
  const frames = [
    drawnSource(video),
    `setpts=PTS+${chunk.firstFrame}`,
    `fps=fps=${num}/${den}`, // as above: for how long a frame lasts
    `trim=end_frame=${chunk.frames}[source]`,
  ].join(',')
  return [frames, ...ladderGraph(descending)].join(';')
}

/** Each rung is scaled from the one above it: 3 % of the work instead of 9 % from the top. */
function ladderGraph(descending: readonly Rung[]): string[] {
  return descending.map((rung, index) => {
    const from = index === 0 ? 'source' : `t${index}`
    const last = index === descending.length - 1
    const size = `scale=${rung.pictureWidth}:${rung.pictureHeight}:flags=bicubic`
    // Full range becomes limited on the way; 4:2:0 with 8 bits is what every player decodes.
    const first =
      index === 0
        ? `${size}:out_range=tv,setsar=1,format=yuv420p,${colourTags}`
        : `${size},setsar=1`
    return `[${from}]${first}${last ? `[v${index}]` : `,split=2[v${index}][t${index + 1}]`}`
  })
}

/** One GOP is one segment: closed, of planned length, no extra keyframes at cuts. */
function gopArgs({ video }: Plan, chunk: PlannedChunk): string[] {
  const { gopFrames, rate } = video.timeline
  const fixed = (frames: number) => [
    '-g',
    `${frames}`,
    '-keyint_min',
    `${frames}`,
    '-sc_threshold',
    '0',
  ]
  if (!video.copyLane?.copied) return fixed(gopFrames)
  // Where another rung is copied its keyframes are the cuts. A quarter of a frame early: rounded or not, it is that frame.
  let frame = chunk.firstFrame
  const segments = segmentsOf(video, chunk)
  const times = segments.slice(0, -1).map(frames => {
    frame += frames
    return framesToSeconds(frame - 0.25, rate).toFixed(6)
  })
  const forced = times.length > 0 ? ['-force_key_frames', times.join(','), '-forced-idr', '1'] : []
  return [...fixed(Math.max(gopFrames, ...segments)), ...forced]
}

function rungArgs(rung: Rung, index: number, gop: readonly string[]): string[] {
  const cap = rung.maxBitsPerSecond
  return [
    ...['-map', `[v${index}]`],
    ...['-map_metadata', '-1', '-map_chapters', '-1'], // the source's place, device and titles stay private
    ...['-fps_mode', 'passthrough'], // the filter's frames are the chunk: none dropped, none repeated
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '23', '-profile:v', 'high'],
    ...['-maxrate', String(cap), '-bufsize', String(cap * 2)], // BANDWIDTH stays true for noise and confetti
    ...['-level:v', (rung.level / 10).toFixed(1)], // fixed before encoding, so that CODECS is known
    ...gop,
    ...['-threads', '1'], // the same bits whatever machine works; parallel work is more chunks
    ...['-a53cc', '0'], // the playlists say CLOSED-CAPTIONS=NONE
    // SPS and PPS in band: while a list grows, a player meets fragments of another rung.
    ...['-x264-params', 'repeat-headers=1'],
    ...fragmentedArgs(rung.track),
  ]
}

/** The form of every object of the picture: an init section and a fragment a GOP. */
export function fragmentedArgs(track: string): string[] {
  return [
    ...['-avoid_negative_ts', 'disabled'], // or the first chunk moves by the reorder delay and overlaps the second
    // A fragment a GOP; moov written late, when the reorder delay is known; tfdt starts at the chunk's own time
    // (frag_discont); offsets count from the moof; no index of fragments at the end.
    ...['-movflags', '+frag_keyframe+delay_moov+default_base_moof+frag_discont+skip_trailer'],
    ...['-use_editlist', '1'], // takes the reorder delay out again: picture and sound stay in sync
    ...['-f', 'mp4', trackFile(track)],
  ]
}
