// A typical source and its plan: what the pipeline would decide for a film of this length and size, with one sound track, from
// the domain's own functions. Pure.
import { planLadder } from '#domain/ladder.ts'
import { type Plan, planAudio, planChunks } from '#domain/plan.ts'
import { type Rational, rational } from '#domain/rational.ts'

export interface Film {
  seconds: number
  width: number
  height: number
  rate: Rational
  /** Of the uploaded file, sound included. */
  bitsPerSecond: number
}

export const filmBytes = ({ seconds, bitsPerSecond }: Film): number => (seconds * bitsPerSecond) / 8

/** Where decoding starts is left out: it costs nothing that is counted. */
export function planFilm(film: Film): Plan {
  const { seconds, width, height, rate } = film
  const frames = Math.max(1, Math.round((seconds * rate.num) / rate.den))
  const gopFrames = Math.round((2 * rate.num) / rate.den)
  const clock = 90_000
  return {
    videoId: 'v_0000000000000000000000',
    attempt: 1,
    engine: 'ffmpeg',
    encoder: 'typical',
    source: { key: 'typical', etag: 'typical', sizeBytes: filmBytes(film), demuxer: 'mov' },
    durationSeconds: (frames * rate.den) / rate.num,
    video: {
      stream: 0,
      timeline: { rate, sourceIsConstant: true, zero: rational(0), frames, gopFrames, clock },
      ...{ width, height, filters: [] },
      rungs: planLadder(width, height, rate),
      chunks: planChunks(frames, gopFrames).map(chunk => ({
        ...chunk,
        seekMicroseconds: null,
        clockOffset: 0,
      })),
    },
    audio: planAudio(
      [{ stream: 1, sampleRate: 48_000, language: null, name: null }],
      rational(frames * rate.den, rate.num),
    ),
  }
}
