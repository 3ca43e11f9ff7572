// The synthetic source of all inputs: every picture carries its number as a barcode of large blocks and four known colours,
// the sound beeps once a second. Read back in read-back.ts.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export const masterWidth = 640
export const masterHeight = 360
/** As many as the barcode holds. */
const masterFrames = 256

/** White, eight bits of the number (highest first), a bit that makes their count even, black. */
export const barcodeCells = 11
/** Parts of the picture's height: barcode, a ramp that moves, patches. */
export const barcodeEnds = 0.4
export const patchesBegin = 0.6

export type Colour = readonly [red: number, green: number, blue: number]

/** Left to right at the bottom; none so strong that a matrix would clip it. */
export const patches: readonly Colour[] = [
  [190, 60, 60],
  [60, 160, 80],
  [70, 80, 190],
  [128, 128, 128],
]

const bitsOf = (number: number) => Array.from({ length: 8 }, (_, i) => (number >> (7 - i)) & 1)

export function barcodeOf(number: number): number[] {
  const bits = bitsOf(number)
  return [1, ...bits, bits.reduce((sum, bit) => sum + bit, 0) % 2, 0]
}

function colourAt(cells: readonly number[], number: number, x: number, y: number): Colour {
  if (y < barcodeEnds) {
    const value = cells[Math.floor(x * barcodeCells)] ? 235 : 20
    return [value, value, value]
  }
  if (y >= patchesBegin) return patches[Math.floor(x * patches.length)] ?? [0, 0, 0]
  const value = 40 + (Math.floor(x * masterWidth + 5 * number) % 160)
  return [value, value, value]
}

function drawRow(cells: readonly number[], number: number, y: number): Buffer {
  const row = Buffer.alloc(masterWidth * 3)
  for (let x = 0; x < masterWidth; x++) {
    row.set(colourAt(cells, number, (x + 0.5) / masterWidth, y), x * 3)
  }
  return row
}

function drawPicture(number: number): Buffer {
  const cells = barcodeOf(number)
  const bands = [0, barcodeEnds, patchesBegin, 1].map(edge => Math.round(edge * masterHeight))
  const rows = bands.slice(0, -1).flatMap((from, i) => {
    const row = drawRow(cells, number, (from + 0.5) / masterHeight)
    return Array.from({ length: (bands[i + 1] ?? from) - from }, () => row)
  })
  return Buffer.concat(rows)
}

/** Pictures 0 … 255 as RGB without loss; its clock does not matter, `filmArgs` gives it another. */
export async function makeMaster(folder: string): Promise<string> {
  const path = join(folder, 'master.mkv')
  const size = `${masterWidth}x${masterHeight}`
  const raw = ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', size, '-r', '25', '-i', 'pipe:0']
  const coded = ['-c:v', 'utvideo', '-pix_fmt', 'gbrp', path]
  const child = spawn('ffmpeg', ['-v', 'error', '-y', ...raw, ...coded], {
    stdio: ['pipe', 'inherit', 'inherit'],
  })
  const ended = once(child, 'exit')
  for (let number = 0; number < masterFrames; number++) {
    if (!child.stdin.write(drawPicture(number))) await once(child.stdin, 'drain')
  }
  child.stdin.end()
  const [code] = await ended
  if (code !== 0) throw new Error(`the master could not be made: ${code}`)
  return path
}

/** The first beep; one a second follows. */
export const firstBeepSeconds = 0.5
const beepSeconds = 0.1

export interface Beeps {
  seconds?: number
  rate?: number
  hertz?: number
  /** `5.1`, …: the channels that are silent are 0. */
  layout?: string
  /** Indexes of the channels that beep; all by default. */
  loud?: readonly number[]
  channels?: number
}

export function beeps(wanted: Beeps = {}): string[] {
  const { seconds = 4, rate = 48_000, hertz = 1000, layout = 'stereo', channels = 2 } = wanted
  const isOn = `lt(mod(t+${1 - firstBeepSeconds}\\,1)\\,${beepSeconds})`
  const beep = `0.6*sin(2*PI*${hertz}*t)*${isOn}`
  const loud = wanted.loud ?? Array.from({ length: channels }, (_, i) => i)
  const expressions = Array.from({ length: channels }, (_, i) => (loud.includes(i) ? beep : '0'))
  return [
    ...['-f', 'lavfi', '-i'],
    `aevalsrc=exprs=${expressions.join('|')}:s=${rate}:d=${seconds}:c=${layout}`,
  ]
}

export interface Film {
  /** Pictures a second. */
  rate?: string
  frames?: number
  /** Number of the first picture. */
  from?: number
  /** Filters between the counted pictures and the encoder. */
  look?: readonly string[]
  video?: readonly string[]
  /** Inputs of sound, each as `beeps` gives it; one by default, none for a silent film. */
  sounds?: readonly (readonly string[])[]
  audio?: readonly string[]
  /** When the picture, or the sound, begins. */
  pictureAt?: number
  soundAt?: number
  output?: readonly string[]
}

export const bt709 = ['scale=out_color_matrix=bt709:out_range=tv', 'format=yuv420p']
/** For encoders that take the tags of the pictures instead of their own options. */
export const saidBt709 = 'setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709'
/** For encoders that name no matrix: a small picture is BT.601 then. */
export const bt601 = ['scale=out_color_matrix=bt601:out_range=tv', 'format=yuv420p']
export const taggedBt709 = [
  ...['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709'],
  ...['-color_range', 'tv'],
]
export const x264 = (...more: string[]): string[] => [
  ...['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '18', '-g', '30', '-bf', '2', ...more],
]

/** FFmpeg's arguments for a film of counted pictures and beeps, without the file's name. 4 s of 25 pictures by default. */
export function filmArgs(master: string, film: Film = {}): string[] {
  const { rate = '25', frames = 100, from = 0, look = bt709 } = film
  const { pictureAt = 0, soundAt = 0 } = film
  const sounds = film.sounds ?? [beeps()]
  const audio = film.audio ?? ['-c:a', 'aac', '-b:a', '160k']
  const video = film.video ?? x264(...taggedBt709)
  const cut = [
    `trim=start_frame=${from}:end_frame=${from + frames}`,
    ...(from > 0 ? ['setpts=PTS-STARTPTS'] : []),
  ]
  const late = pictureAt > 0 ? [`setpts=PTS+${pictureAt}/TB`] : []
  return [
    ...['-r', rate, '-i', master],
    ...sounds.flatMap(sound => ['-itsoffset', String(soundAt), ...sound]),
    ...['-map', '0:v', ...sounds.flatMap((_, i) => ['-map', `${i + 1}:a`])],
    ...['-vf', [...cut, ...look, ...late].join(',')],
    ...[...video, ...(sounds.length > 0 ? audio : []), ...(film.output ?? [])],
  ]
}
