// Sound as numbers for tests: a signal that is never alike twice, WAV files, decoded samples placed by their timestamps, and
// how far two stretches lie apart.
import { writeFile } from 'node:fs/promises'
import { ffmpegBytes } from './media.ts'

/** A sweep with two partials and a little noise: any shift shows, and an encoder has work at every instant. */
export function signal(samples: number, rate: number): Float32Array {
  let seed = 1
  const noise = () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) | 0
    return seed / 2 ** 31
  }
  return Float32Array.from({ length: samples }, (_, n) => {
    const t = n / rate
    const phase = 2 * Math.PI * (220 * t + 40 * t * t * (1 / (1 + t / 9)))
    const tremor = 0.75 + 0.25 * Math.sin(2 * Math.PI * 3.1 * t)
    const value = tremor * (0.3 * Math.sin(phase) + 0.15 * Math.sin(2.7 * phase)) + 0.02 * noise()
    // As 16 bits hold it, so that what comes back from a lossless file is equal.
    return (Math.round(value * 32768) + 0) / 32768
  })
}

/** 16-bit WAV, every channel alike. */
export async function writeWav(path: string, samples: Float32Array, rate: number, channels = 1) {
  const data = Buffer.alloc(samples.length * 2 * channels)
  samples.forEach((sample, n) => {
    for (let channel = 0; channel < channels; channel++) {
      data.writeInt16LE(Math.round(sample * 32768), (n * channels + channel) * 2)
    }
  })
  const header = Buffer.alloc(44)
  header.write('RIFF', 0)
  header.writeUInt32LE(36 + data.length, 4)
  header.write('WAVEfmt ', 8)
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(channels, 22)
  header.writeUInt32LE(rate, 24)
  header.writeUInt32LE(rate * channels * 2, 28)
  header.writeUInt16LE(channels * 2, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36)
  header.writeUInt32LE(data.length, 40)
  await writeFile(path, Buffer.concat([header, data]))
  return path
}

/** One channel, the left one by default; sample n is the sound at n / rate after `zeroSeconds` on the container's clock. */
export async function soundOf(
  path: string,
  rate: number,
  zeroSeconds = 0,
  channel = 0,
): Promise<Float32Array> {
  const place = `asetpts=PTS-(${zeroSeconds})/TB,aresample=${rate}:async=1:first_pts=0,pan=mono|c0=c${channel}`
  const bytes = await ffmpegBytes([
    ...['-copyts', '-i', path, '-map', '0:a:0', '-af', place, '-f', 'f32le', '-'],
  ])
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4).slice()
}

/** By how many samples `found` is late against `wanted`, by the largest correlation over `length` samples from `at` on. */
export function lagAt(
  wanted: Float32Array,
  found: Float32Array,
  at: number,
  length: number,
): number {
  const most = 120
  let best = { lag: 0, sum: Number.NEGATIVE_INFINITY }
  for (let lag = -most; lag <= most; lag++) {
    let sum = 0
    for (let n = at; n < at + length; n++) sum += (wanted[n] ?? 0) * (found[n + lag] ?? 0)
    if (sum > best.sum) best = { lag, sum }
  }
  return best.lag
}

/** Amplitude of a tone within a second of sound from `at` on. */
export function toneOf(sound: Float32Array, rate: number, hertz: number, at = 0): number {
  let [real, imaginary] = [0, 0]
  for (let n = 0; n < rate; n++) {
    const angle = (2 * Math.PI * hertz * n) / rate
    real += (sound[at + n] ?? 0) * Math.cos(angle)
    imaginary += (sound[at + n] ?? 0) * Math.sin(angle)
  }
  return (2 * Math.hypot(real, imaginary)) / rate
}

/** Signal to noise ratio of a stretch, dB. */
export function fidelity(
  wanted: Float32Array,
  found: Float32Array,
  from: number,
  to: number,
): number {
  let power = 0
  let error = 0
  for (let n = from; n < to; n++) {
    power += (wanted[n] ?? 0) ** 2
    error += ((wanted[n] ?? 0) - (found[n] ?? 0)) ** 2
  }
  return 10 * Math.log10(power / error)
}
