// FFmpeg's options for one untrusted source: what it may open, how much it may take, and which part is read. Pure.
import type { Demuxer } from '#domain/timeline.ts'

/** Larger than any picture the limits let through: the decoder's own guard against a lying header. */
const maxDecodedPixels = 8192 * 8192
/** No single block of memory is larger: a damaged length field must not take the machine. */
const maxBlockBytes = 1024 * 1024 * 1024

export interface Source {
  /** `http://127.0.0.1:…` of the loopback range server, or a local work file in tests. */
  input: string
  demuxer: Demuxer
}

/** Nothing but the loopback server, or the local file: no other scheme, no pipe, no playlist's targets. */
export const protocolsOf = (input: string): string =>
  input.startsWith('http:') ? 'http,tcp' : 'file'

/** What every run begins with, before any input. */
export const runArgs = (threads: number): string[] => [
  '-nostdin', // a worker has no terminal to answer questions
  '-hide_banner', // the build's configuration is logged once, not with every chunk
  ...['-v', 'level+info'], // showinfo speaks at info; `level+` marks what is an error
  ...['-nostats', '-stats_period', '0.5', '-progress', 'pipe:1'], // progress for machines, on stdout
  '-y', // the working folder is this run's own: a second try writes over the first
  ...['-max_alloc', String(maxBlockBytes)],
  ...['-filter_threads', '1', '-filter_complex_threads', String(threads)], // one slot, one core
]

/** Options of the source itself, `-i` included; `seek` are those that decide where reading begins. */
export function sourceArgs(source: Source, threads: number, seek: readonly string[]): string[] {
  const { input, demuxer } = source
  return [
    ...['-threads', String(threads)], // of the decoder
    ...['-protocol_whitelist', protocolsOf(input)],
    ...['-f', demuxer], // the sniffed container, never FFmpeg's guess: no hls, concat or image2
    ...(demuxer === 'mov' ? ['-enable_drefs', '0', '-use_absolute_path', '0'] : []), // no references to other files
    ...['-max_pixels', String(maxDecodedPixels)],
    '-copyts', // timestamps stay the source's own: all arithmetic of the plan is absolute
    ...seek,
    ...['-i', input],
  ]
}

/**
 * Where reading begins. `-noaccurate_seek`: an accurate seek with `-copyts -seek_timestamp 1` applies the start time twice.
 * `-seek_timestamp 1`: the point is an instant of the source's clock, also where the source does not start at 0.
 */
export const seekArgs = (microseconds: number | null): string[] =>
  microseconds === null
    ? []
    : ['-noaccurate_seek', '-seek_timestamp', '1', '-ss', formatMicroseconds(microseconds)]

/** Seconds with six decimals, without the rounding of a division. */
function formatMicroseconds(microseconds: number): string {
  const whole = Math.abs(Math.round(microseconds))
  const text = `${Math.floor(whole / 1e6)}.${String(whole % 1e6).padStart(6, '0')}`
  return microseconds < 0 ? `-${text}` : text
}
