// What a viewer of a counted film sees and hears: the number on every picture, the colours of its patches, and when each beep
// begins.
import { ffmpegBytes } from '../support/media.ts'
import { soundOf } from '../support/sound.ts'
import {
  barcodeCells,
  barcodeEnds,
  barcodeOf,
  type Colour,
  firstBeepSeconds,
  patches,
  patchesBegin,
} from './counted-film.ts'

/** Small, so that every block is a handful of pixels whatever the rung: 8 a barcode cell, 22 a patch. */
const width = 88
const height = 40

export interface Seen {
  /** Of each picture in order; −1 where no barcode can be read. */
  numbers: number[]
  /** Of the picture in the middle. */
  colours: Colour[]
}

/** Any error of the decoder ends it. FFmpeg converts by the file's own tags: wrong tags give wrong colours. */
export async function seeFilm(path: string): Promise<Seen> {
  const bytes = await ffmpegBytes([
    ...['-xerror', '-err_detect', 'explode'],
    ...['-i', path, '-map', '0:v:0', '-fps_mode', 'passthrough'],
    ...['-vf', `scale=${width}:${height}:flags=area+accurate_rnd`, '-pix_fmt', 'rgb24'],
    ...['-f', 'rawvideo', '-'],
  ])
  const size = width * height * 3
  const pictures = Array.from({ length: bytes.length / size }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  )
  const middle = pictures[pictures.length >> 1]
  return { numbers: pictures.map(readNumber), colours: middle ? readPatches(middle) : [] }
}

/** The mean over the inner half of a block; edges are given in parts of the picture. */
function blockColour(
  picture: Uint8Array,
  left: number,
  right: number,
  top: number,
  bottom: number,
): Colour {
  const inner = (from: number, to: number, size: number) => [
    Math.ceil((from + (to - from) / 4) * size),
    Math.floor((to - (to - from) / 4) * size),
  ]
  const [x0 = 0, x1 = 0] = inner(left, right, width)
  const [y0 = 0, y1 = 0] = inner(top, bottom, height)
  const sum = [0, 0, 0]
  for (let y = y0; y < y1; y++) {
    for (let x = x0; x < x1; x++) {
      for (let c = 0; c < 3; c++) {
        sum[c] = (sum[c] ?? 0) + (picture[(y * width + x) * 3 + c] ?? 0)
      }
    }
  }
  const [red = 0, green = 0, blue = 0] = sum.map(total => total / ((x1 - x0) * (y1 - y0)))
  return [red, green, blue]
}

function readNumber(picture: Uint8Array): number {
  const cells = Array.from(
    { length: barcodeCells },
    (_, i) => blockColour(picture, i / barcodeCells, (i + 1) / barcodeCells, 0, barcodeEnds)[1],
  )
  const [white = 0, black = 0] = [cells[0], cells.at(-1)]
  if (white - black < 60) return -1
  const bits = cells.map(value => Number(value > (white + black) / 2))
  const number = bits.slice(1, 9).reduce((sum, bit) => 2 * sum + bit, 0)
  return bits.join('') === barcodeOf(number).join('') ? number : -1
}

const readPatches = (picture: Uint8Array): Colour[] =>
  patches.map((_, i) =>
    blockColour(picture, i / patches.length, (i + 1) / patches.length, patchesBegin, 1),
  )

export interface Beep {
  seconds: number
  hertz: number
}

/** Quiet before a beep: less is the beep's own swing. */
const quietSeconds = 0.3

export async function hearBeeps(path: string, rate: number): Promise<Beep[]> {
  const sound = await soundOf(path, rate)
  const peak = sound.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
  if (peak < 0.1) return []
  const found: Beep[] = []
  let lastLoud = Number.NEGATIVE_INFINITY
  for (let n = 0; n < sound.length; n++) {
    if (Math.abs(sound[n] ?? 0) < peak / 4) continue
    if (n - lastLoud > quietSeconds * rate) {
      found.push({ seconds: n / rate, hertz: pitchAt(sound, rate, n) })
    }
    lastLoud = n
  }
  return found
}

/** By its rising zero crossings, in steps of 50 Hz. */
function pitchAt(sound: Float32Array, rate: number, from: number): number {
  const [start, end] = [from + 0.02 * rate, from + 0.08 * rate].map(Math.round)
  let first = 0
  let last = 0
  let periods = -1
  for (let n = start ?? 0; n < (end ?? 0); n++) {
    if ((sound[n - 1] ?? 0) < 0 && (sound[n] ?? 0) >= 0) {
      if (periods < 0) first = n
      last = n
      periods += 1
    }
  }
  return periods > 0 ? Math.round((periods * rate) / (last - first) / 50) * 50 : 0
}

/** How much later a beep is than the second it belongs to; between −0.5 and 0.5. */
export function beepDelay({ seconds }: Beep): number {
  const since = seconds - firstBeepSeconds
  return since - Math.round(since)
}
