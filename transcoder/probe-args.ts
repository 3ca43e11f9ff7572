// ffprobe's options for one untrusted source: the walls every call has, what the header call prints, how packets are listed.
// Pure.
import type { Demuxer } from '#domain/timeline.ts'

/** Larger than any picture the limits let through: the guard against a lying header. */
const maxDecodedPixels = 8192 * 8192
/** No single block of memory is larger: a damaged length field must not take the machine. */
const maxBlockBytes = 1024 * 1024 * 1024

export interface ProbeInput {
  /** `http://127.0.0.1:…` of the loopback range server, or a local file in tests. */
  input: string
  demuxer: Demuxer
}

const walls = ({ input, demuxer }: ProbeInput): string[] => [
  ...['-v', 'error', '-hide_banner'],
  ...['-max_alloc', String(maxBlockBytes)],
  // Nothing but the loopback server: no other host, no file, no playlist's targets.
  ...['-protocol_whitelist', input.startsWith('http:') ? 'http,tcp' : 'file'],
  ...['-f', demuxer], // the sniffed container, never FFmpeg's guess
  ...(demuxer === 'mov' ? ['-enable_drefs', '0', '-use_absolute_path', '0'] : []), // no references to other files
  ...['-max_pixels', String(maxDecodedPixels)],
  ...['-threads', '1'], // a few frames only: a pool of threads costs more than it brings
]

const streamEntries = [
  ...['index', 'codec_type', 'codec_name', 'codec_tag_string', 'time_base', 'start_pts'],
  'duration_ts',
  ...['width', 'height', 'sample_aspect_ratio', 'field_order', 'r_frame_rate', 'pix_fmt'],
  ...['color_range', 'color_space', 'color_transfer', 'color_primaries'],
  ...['sample_rate', 'channels', 'profile'],
]

/** Streams and programs as JSON, and the first `packets` of all streams together: only what `readHeader` reads. */
export const headerArgs = (source: ProbeInput, packets: number): string[] => [
  ...walls(source),
  ...(packets > 0 ? ['-read_intervals', `%+#${packets}`] : []),
  '-show_entries',
  [
    `stream=${streamEntries.join(',')}`,
    'stream_disposition=default,attached_pic,timed_thumbnails',
    'stream_tags=language,title,enc_key_id,DURATION',
    'format=start_time,duration',
    'stream_side_data=side_data_type,rotation,dv_profile,dv_bl_signal_compatibility_id',
    'program_stream=index',
    ...(packets > 0 ? ['packet=stream_index,pts,flags'] : []),
  ].join(':'),
  ...['-of', 'json=compact=1'],
  source.input,
]

/** Part of a film: up to some seconds after its start, or from an instant on. */
export type Stretch = { firstSeconds: number } | { fromSeconds: number }

const intervalOf = (stretch: Stretch) =>
  'firstSeconds' in stretch ? `%+${stretch.firstSeconds}` : `${stretch.fromSeconds.toFixed(6)}%`

/** One line a packet in file order: pts, dts, duration, flags; of all, or of a stretch. */
export const packetArgs = (source: ProbeInput, stream: number, stretch?: Stretch): string[] => [
  ...walls(source),
  ...(stretch ? ['-read_intervals', intervalOf(stretch)] : []),
  // Packs carry one timestamp for several frames: FFmpeg works out the others, as its decoder will.
  ...(source.demuxer === 'mpeg' ? ['-fflags', '+genpts'] : []),
  ...['-select_streams', String(stream)],
  ...['-show_entries', 'packet=pts,dts,duration,flags'],
  ...['-of', 'csv=print_section=0'],
  source.input,
]

/** The timestamp of the first picture that leaves the decoder. More packets than a decoder holds back are read. */
export const firstFrameArgs = (source: ProbeInput, stream: number): string[] => [
  ...walls(source),
  ...['-select_streams', String(stream)],
  ...['-read_intervals', '%+#40'],
  ...['-show_entries', 'frame=best_effort_timestamp'],
  ...['-of', 'csv=print_section=0'],
  source.input,
]
