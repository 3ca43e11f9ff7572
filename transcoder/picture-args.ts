// Poster and storyboard as FFmpeg arguments, and the storyboard's WebVTT: from keyframes only, so an hour costs seconds. Pure.
import { storyboardSheetName } from '#domain/keys.ts'
import { framesToSeconds, type Plan } from '#domain/plan.ts'
import { temporalFilter } from './ffmpeg-args.ts'
import { runArgs, sourceArgs } from './source-args.ts'

/** Times are seconds on the output's timeline. */
export interface Storyboard {
  tileWidth: number
  tileHeight: number
  columns: number
  rows: number
  intervalSeconds: number
  durationSeconds: number
  /** Tiles of each sheet; all full but the last. */
  sheets: number[]
}

const tileWidth = 160
/** A portrait tile is made narrower rather than taller than this. */
const maxTileHeight = 284
const sheetSide = 10
const maxSheets = 6
/** How far apart tiles lie, by the length of the video. */
const intervals: readonly [underSeconds: number, intervalSeconds: number][] = [
  [5 * 60, 2],
  [30 * 60, 5],
  [maxSheets * sheetSide ** 2 * 10, 10],
]

const even = (pixels: number) => Math.max(2, 2 * Math.round(pixels / 2))

export function planStoryboard(plan: Plan): Storyboard {
  const { width, height, timeline } = plan.video
  const durationSeconds = framesToSeconds(timeline.frames, timeline.rate)
  const longest = Math.ceil(durationSeconds / (maxSheets * sheetSide ** 2))
  const intervalSeconds = intervals.find(([under]) => durationSeconds <= under)?.[1] ?? longest
  const tiles = Math.max(1, Math.ceil(durationSeconds / intervalSeconds))
  const columns = Math.min(sheetSide, tiles)
  const rows = Math.min(sheetSide, Math.ceil(tiles / columns))
  const sheets: number[] = []
  for (let left = tiles; left > 0; left -= columns * rows)
    sheets.push(Math.min(left, columns * rows))
  const scale = Math.min(tileWidth / width, maxTileHeight / height)
  return {
    tileWidth: even(width * scale),
    tileHeight: even(height * scale),
    columns,
    rows,
    intervalSeconds,
    durationSeconds,
    sheets,
  }
}

/** Containers whose index says which packets are keyframes: the others are not even read. */
const keyframesInIndex = ['mov', 'matroska']

/**
 * `keyframes`: nothing else is decoded. `references`: all but B-frames, at a third of the cost of a whole film. It is for H.264 with
 * open GOPs: keyframes that are no IDR carry the low bits of their place in the order, FFmpeg guesses the others from the frames
 * in between, and without those brings two or three keyframes of a film, backwards.
 */
export type Decoded = 'keyframes' | 'references'

const pictureSource = ({ source }: Plan, input: string, decoded: Decoded) => [
  ...runArgs(1),
  ...(decoded === 'keyframes' && keyframesInIndex.includes(source.demuxer)
    ? ['-discard', 'nokey']
    : []),
  ...['-max_error_rate', '1'], // a damaged film has pictures of what is left of it
  ...['-skip_frame', decoded === 'keyframes' ? 'nokey' : 'bidir'],
  ...sourceArgs({ input, demuxer: source.demuxer }, 1, []),
]

/** False when the decoder gave keyframes in another order than they are shown in. */
export function areInOrder(stderr: string): boolean {
  const shown = [...stderr.matchAll(/^\[showinfo@keyframe @ \w+\] .*?pts: *(-?\d{1,15}) /gm)]
  const times = shown.map(([, pts]) => Number(pts))
  return times.every((pts, i) => i === 0 || pts >= (times[i - 1] ?? pts))
}

/** From the ladder's BT.709 to what JPEG means: BT.601, full range. */
const jpegColours =
  'setparams=colorspace=bt709,scale=out_color_matrix=bt601:out_range=pc,format=yuvj420p'

/** Scales first, because tone mapping a small picture is cheap; deinterlacing would need the frames between. */
function smaller({ video }: Plan, width: number, height: number): string {
  const filters = video.filters.filter(filter => !temporalFilter.test(filter))
  return [`scale=${width}:${height}:flags=area,setsar=1`, ...filters].join(',')
}

const posterWidth = 1280
/** How far a poster is sought, one look a second at most. */
const posterSeconds = 60
/** Large enough for what `choosePoster` counts, and nothing beside the decoding. */
const lookSize = '160:90'

/** For image2's pattern. */
type Numbered = number | '%d'
export const posterCandidate = (index: Numbered): string => `poster-${index}.jpg`
/** The same keyframe as a `Look`. */
export const posterLook = (index: Numbered): string => `poster-${index}.gray`
/** Its mean colour: one pixel, a byte each of red, green and blue. */
export const posterMean = (index: Numbered): string => `poster-${index}.rgb`

/** In two steps: swscale takes no filter longer than 256 pixels. Its colours are settled between: a neighbour wants grey ones. */
const meanOf = (label: string) =>
  `${label}scale=${lookSize}:flags=area:in_color_matrix=bt601,format=rgb24,scale=1:1:flags=area[mean]`

/** Keyframes from the film's start as candidates for its poster, each with its look: the first one alone, or a minute's. */
export function posterArgs({
  plan,
  input,
  seek,
}: {
  plan: Plan
  input: string
  seek: 'first' | 'minute'
}): string[] {
  const { stream, width, height } = plan.video
  const scale = Math.min(1, posterWidth / width, posterWidth / height)
  const graph = [
    `[0:${stream}]trim=duration=${posterSeconds}`,
    // For films of nothing but keyframes. Not quite a second: without the frames in between times are off by the reorder delay.
    "select='isnan(prev_selected_t)+gte(t-prev_selected_t,0.75)'",
    smaller(plan, even(width * scale), even(height * scale)),
    `${jpegColours},split=3[poster][seen][whole]`,
  ].join(',')
  const looks = `[seen]scale=${lookSize}:flags=area,format=gray[look];${meanOf('[whole]')}`
  const most = String(seek === 'first' ? 1 : posterSeconds + 1)
  const pictures = (label: string, codec: string[], names: string) => [
    ...['-map', label, '-map_metadata', '-1', '-map_chapters', '-1'],
    ...['-fps_mode', 'passthrough', '-frames:v', most, ...codec, '-threads', '1'],
    ...['-f', 'image2', '-start_number', '0', names],
  ]
  return [
    ...pictureSource(plan, input, 'keyframes'),
    ...['-filter_complex', `${graph};${looks}`],
    ...pictures('[poster]', ['-c:v', 'mjpeg', '-q:v', '3'], posterCandidate('%d')),
    ...pictures('[look]', ['-c:v', 'rawvideo'], posterLook('%d')),
    ...pictures('[mean]', ['-c:v', 'rawvideo'], posterMean('%d')),
  ]
}

/** The poster of a recording: the picture on its sleeve. */
export const coverArgs = (plan: Plan, input: string, cover: number): string[] =>
  drawnPoster(plan, input, [
    `[0:${cover}]scale='min(${posterWidth},iw)':'min(${posterWidth},ih)':flags=area`,
    'force_original_aspect_ratio=decrease:force_divisible_by=2,setsar=1',
  ])

/** showwavespic keeps every sample until it draws: what it gets of a long recording is coarser. */
const mostWaveSamples = 30_000_000

/** The poster of a recording without a cover: its first track, as loud as it is. A silent one is a line. */
export const waveArgs = (plan: Plan, input: string): string[] =>
  drawnPoster(plan, input, [
    `[0:${plan.audio[0]?.stream}]aresample=${waveRate(plan)},aformat=channel_layouts=mono,showwavespic=s=1280x720`,
    'scale=sqrt:colors=0x6fb3d2',
  ])

const waveRate = ({ durationSeconds }: Plan) =>
  Math.round(Math.min(8000, Math.max(1000, mostWaveSamples / durationSeconds)))

const drawnPoster = ({ source }: Plan, input: string, graph: string[]): string[] => [
  ...runArgs(1),
  ...sourceArgs({ input, demuxer: source.demuxer }, 1, []),
  ...[
    '-filter_complex',
    `${graph.join(':')},format=yuvj420p,split=2[poster][seen];${meanOf('[seen]')}`,
  ],
  ...onePicture('[poster]', ['-c:v', 'mjpeg', '-q:v', '3'], posterCandidate('%d')),
  ...onePicture('[mean]', ['-c:v', 'rawvideo'], posterMean('%d')),
]

const onePicture = (label: string, codec: string[], names: string): string[] => [
  ...['-map', label, '-map_metadata', '-1', '-map_chapters', '-1'],
  ...['-frames:v', '1', ...codec, '-threads', '1'],
  ...['-f', 'image2', '-start_number', '0', names],
]

export function storyboardArgs({
  plan,
  board,
  input,
  decoded,
}: {
  plan: Plan
  board: Storyboard
  input: string
  decoded: Decoded
}): string[] {
  const { stream, timeline } = plan.video
  const { zero } = timeline
  const tiles = board.sheets.reduce((sum, count) => sum + count, 0)
  const graph = [
    `[0:${stream}]showinfo@keyframe=checksum=0`, // for areInOrder
    `setpts=PTS-(${zero.num}/${zero.den})/TB`,
    // Each tile is the keyframe nearest its time, or the one before; the first stands for everything before it.
    `fps=fps=1/${board.intervalSeconds}:start_time=0:round=near:eof_action=pass`,
    'tpad=stop=-1:stop_mode=clone', // few keyframes: the last one fills the rest
    `trim=end_frame=${tiles}`,
    smaller(plan, board.tileWidth, board.tileHeight),
    `tile=${board.columns}x${board.rows}`,
    `${jpegColours}[sheets]`,
  ].join(',')
  return [
    ...pictureSource(plan, input, decoded),
    ...['-filter_complex', graph, '-map', '[sheets]'],
    ...['-map_metadata', '-1', '-map_chapters', '-1'],
    ...['-fps_mode', 'passthrough', '-c:v', 'mjpeg', '-q:v', '5', '-threads', '1'],
    ...['-f', 'image2', '-start_number', '0', storyboardSheetName(0).replace('0', '%d')],
  ]
}

const clock = (seconds: number) => {
  const milliseconds = Math.round(seconds * 1000)
  const part = (value: number, digits: number) => String(Math.floor(value)).padStart(digits, '0')
  const hours = part(milliseconds / 3_600_000, 2)
  const minutes = part((milliseconds / 60_000) % 60, 2)
  return `${hours}:${minutes}:${part((milliseconds / 1000) % 60, 2)}.${part(milliseconds % 1000, 3)}`
}

/** WebVTT: a cue a tile, «#xywh» of its sheet (W3C Media Fragments); only of the sheets that were made. */
export function storyboardVtt(board: Storyboard, madeSheets = board.sheets.length): string {
  const { columns, rows, tileWidth: w, tileHeight: h, intervalSeconds, durationSeconds } = board
  const cues = board.sheets.slice(0, madeSheets).flatMap((tiles, sheet) =>
    Array.from({ length: tiles }, (_, tile) => {
      const start = (sheet * columns * rows + tile) * intervalSeconds
      const end = Math.min(start + intervalSeconds, durationSeconds)
      const place = [(tile % columns) * w, Math.floor(tile / columns) * h, w, h].join(',')
      return `${clock(start)} --> ${clock(end)}\n${storyboardSheetName(sheet)}#xywh=${place}`
    }),
  )
  return `${['WEBVTT', ...cues].join('\n\n')}\n`
}
