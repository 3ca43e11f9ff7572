// One span of one sound track as FFmpeg arguments: AAC-LC on the track's grid of packets, so that spans join without a gap or
// a click. Pure.
import { type AudioPlan, type AudioSpan, type Plan, samplesPerPacket } from '#domain/plan.ts'
import {
  multiplyRational,
  parseRational,
  type Rational,
  rational,
  toNumber,
} from '#domain/rational.ts'
import type { Demuxer } from '#domain/timeline.ts'
import { protocolsOf, runArgs, seekArgs, sourceArgs } from './source-args.ts'

export interface SpanRun {
  plan: Plan
  audio: AudioPlan
  span: AudioSpan
  input: string
  /** From `readAnchor`; null or absent where `anchorArgs` asks for none. */
  anchor?: Rational | null
}

/**
 * The encoder delays sound by one packet (priming). Packet 0 of a track is that priming: packet p holds the samples from
 * (p − 1) · 1,024 on, counted from the timeline's zero, and the edit list of the init section takes the packet off again.
 */
export const primingSamples = samplesPerPacket

/** Packets after a span that are encoded and left out: the encoder decides each packet by looking at the next ones. */
const lookAheadPackets = 3

/**
 * Packets encoded before a span and left out, so that the encoder is in the state of one long run: a whole segment, because
 * then they are a fragment of their own.
 */
export const prerollPackets = (audio: AudioPlan, span: AudioSpan): number =>
  span.firstPacket === 0 ? 0 : Math.min(audio.segmentPackets, span.firstPacket)

export const isLastSpan = (audio: AudioPlan, span: AudioSpan): boolean =>
  span.firstPacket + span.packets >= audio.packets

/** FFmpeg's file of a span: with the packets to leave out. */
export const rawSpanFile = (track: string): string => `${track}.raw.mp4`

/** Decoders need some packets before their output is right; demuxers without an index land some seconds off. */
const seekMarginSeconds: Record<Demuxer, number> = {
  mov: 1,
  matroska: 3,
  avi: 5,
  flv: 5,
  ogg: 5,
  asf: 10,
  mpeg: 10,
  mpegts: 10,
  // These find every packet.
  mp3: 1,
  aac: 1,
  flac: 1,
  wav: 1,
  aiff: 1,
}

/** Their clocks count samples, or finer. */
const exactClocks = new Set<Demuxer>(['mov', 'mp3', 'aac', 'flac', 'wav', 'aiff'])

/** Timestamps jitter by some milliseconds in careless files; from here on it is a gap to fill or an overlap to cut. */
const gapSeconds = 0.05

/**
 * ffprobe's arguments for the track's second packet; null where it is not needed. Containers of films other than MP4 round timestamps
 * to their own clock (Matroska: 1 ms). Counted in whole frames from one packet, all spans lie on the same samples as one run
 * over the whole; without that a joint is off by up to a millisecond, and clicks. The second, because decoders cut the first.
 */
export function anchorArgs({ plan, audio, input }: Omit<SpanRun, 'span'>): string[] | null {
  const { demuxer } = plan.source
  if (exactClocks.has(demuxer) || audio.spans.length < 2) return null
  return [
    ...['-v', 'error', '-protocol_whitelist', protocolsOf(input), '-f', demuxer],
    ...['-select_streams', String(audio.stream), '-read_intervals', '%+#2'],
    ...['-show_entries', 'packet=pts:stream=time_base', '-of', 'default=noprint_wrappers=1'],
    input,
  ]
}

/** Seconds on the source's clock; null for a track of one packet. */
export function readAnchor(text: string): Rational | null {
  const [, second] = [...text.matchAll(/^pts=(-?\d{1,15})$/gm)]
  const timebase = parseRational(/^time_base=(\S+)$/m.exec(text)?.[1] ?? '')
  return second?.[1] && timebase ? multiplyRational(rational(Number(second[1])), timebase) : null
}

export function audioArgs({ plan, audio, span, input, anchor = null }: SpanRun): string[] {
  const preroll = prerollPackets(audio, span)
  const firstSample = (span.firstPacket - preroll) * samplesPerPacket
  const followers = isLastSpan(audio, span) ? 0 : lookAheadPackets
  // The last packet ends one packet earlier on the sound's own clock; see primingSamples.
  const endSample = (span.firstPacket + span.packets - 1 + followers) * samplesPerPacket
  // Whole seconds are whole samples at every rate, so a resampler that starts there is in phase with one long run.
  const originSeconds = Math.floor(firstSample / audio.sampleRate)
  const { zero } = plan.video.timeline
  return [
    ...runArgs(1),
    ...sourceArgs(
      { input, demuxer: plan.source.demuxer },
      1,
      seekArgs(seekPoint(plan, originSeconds)),
    ),
    ...['-filter_complex', graph({ audio, firstSample, endSample, originSeconds, zero, anchor })],
    ...['-map', '[sound]'],
    ...['-map_metadata', '-1', '-map_chapters', '-1'], // nothing personal of the source
    ...['-c:a', 'aac', '-profile:a', 'aac_low', '-b:a', String(audio.bitsPerSecond)],
    // Steady from its first packets; twoloop needs 10 s to settle, so every span would begin 3 dB worse than one long run.
    ...['-aac_coder', 'fast'],
    ...['-avoid_negative_ts', 'disabled'], // times stay absolute, as in the picture
    // moov after the first packets, which are known to give equal init sections; tfdt starts at the span's own time
    // (frag_discont); offsets count from the moof; no index of fragments at the end.
    ...['-movflags', '+delay_moov+default_base_moof+frag_discont+skip_trailer'],
    ...['-use_editlist', '1'], // the list into which the priming is written when the span is packed
    // Half a packet short of a segment: every fragment then has exactly segmentPackets.
    ...['-frag_duration', String(fragmentMicroseconds(audio))],
    ...['-f', 'mp4', rawSpanFile(audio.track)],
  ]
}

const fragmentMicroseconds = ({ segmentPackets, sampleRate }: AudioPlan) =>
  Math.round(((segmentPackets - 0.5) * samplesPerPacket * 1e6) / sampleRate)

function seekPoint(plan: Plan, originSeconds: number): number | null {
  const margin = seekMarginSeconds[plan.source.demuxer]
  if (originSeconds <= margin) return null
  return Math.round((toNumber(plan.video.timeline.zero) + originSeconds - margin) * 1e6)
}

/** Of the source behind a span's end; whatever filters and encoder look ahead at is less. */
const beyondSeconds = 1

interface Graph {
  audio: AudioPlan
  /** Samples of the output from the timeline's zero on. */
  firstSample: number
  endSample: number
  originSeconds: number
  zero: Rational
  anchor: Rational | null
}

function graph({ audio, firstSample, endSample, originSeconds, zero, anchor }: Graph): string {
  const seconds = ({ num, den }: Rational) => (den === 1 ? `${num}` : `${num}/${den}`)
  // SR is the decoder's rate. Rounded once, so that every span of a track rounds alike.
  const origin = `round(${seconds(zero)}*SR)+${originSeconds}*SR`
  const origin0 = originSeconds * audio.sampleRate
  return [
    `[0:${audio.stream}]asettb=1/sr`, // one tick is one sample of the source
    `asetpts='${placed(anchor, seconds)}-(${origin})'`,
    // A damaged timestamp may lie hours ahead, and the resampler would hold all the silence up to it in memory.
    `atrim=end=${(endSample - origin0) / audio.sampleRate + beyondSeconds}`,
    // Sound begins at the origin: earlier sound is cut, a late start and gaps become silence, by the container's timestamps.
    `aresample=async=1:min_comp=0:min_hard_comp=${gapSeconds}:first_pts=0`,
    // The resampler spreads one channel over two at −3 dB; a voice recorded with one microphone keeps its level instead.
    "volume='if(eq(nb_channels,1),sqrt(2),1)':precision=float:eval=once",
    // ITU-R BS.775: left + 0.71 centre + 0.71 surround, as they are: rematrix_maxval keeps them from being scaled down, which
    // would make every dialogue of a film 8 dB too quiet for the rare moment when all channels are loud at once.
    `aresample=${audio.sampleRate}:rematrix_maxval=1000`,
    'aformat=sample_fmts=fltp:channel_layouts=stereo',
    // That moment is turned down instead of cut off. Below full scale every sample passes as it is, and none is moved.
    'alimiter=limit=1:level=disabled:latency=1',
    `apad=whole_len=${endSample - origin0}`, // silence after a sound that ends before the picture
    `atrim=start_sample=${firstSample - origin0}:end_sample=${endSample - origin0}`,
    `asetpts=N+${firstSample + primingSamples}[sound]`, // the priming packet begins at 0
  ].join(',')
}

/** Half a millisecond each for the rounding of the anchor, of the timestamp, and for the decoder's own smoothing. */
const coarseSeconds = 0.0016

/**
 * The sample a frame begins with: its timestamp, or a whole number of frames from the anchor when that is where a container
 * with a clock of 1 ms would round it from.
 */
function placed(anchor: Rational | null, seconds: (value: Rational) => string): string {
  if (!anchor) return 'PTS'
  const fixed = `round(${seconds(anchor)}*SR)`
  const counted = `(${fixed}+round((PTS-${fixed})/S)*S)`
  return `if(lt(abs(PTS-${counted}),${coarseSeconds}*SR),${counted},PTS)`
}
