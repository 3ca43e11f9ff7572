// HLS playlists as text, from plans and chunk records: multivariant and media, final and growing. Pure; every URI is relative
// and holds no token. Sections and sentences quoted are of RFC 8216.
import type { Chunk } from './item.ts'
import { trackPlaylistName } from './keys.ts'
import { aacCodec, type Rung } from './ladder.ts'
import { type AudioPlan, type Plan, plannedCodec } from './plan.ts'

export interface MediaEntry {
  chunk: Pick<Chunk, 'key' | 'initBytes' | 'initHash' | 'timescale' | 'fragments'>
  /** Which fragment of the chunk's object. */
  fragment: number
}

export interface MediaPlaylist {
  targetDuration: number
  entries: readonly MediaEntry[]
  /** From an object's key to a URI relative to the playlist. */
  uri(key: string): string
  /** `vod`: never changes. `growing`: EVENT, reloads may block; it stays EVENT when it ends (§6.2.1). */
  kind: 'vod' | 'growing'
  ended: boolean
}

/** Byte offset of a fragment in its object: after the init section and the fragments before it. */
export function fragmentOffset(chunk: MediaEntry['chunk'], fragment: number): number {
  return chunk.fragments.slice(0, fragment).reduce((sum, { bytes }) => sum + bytes, chunk.initBytes)
}

const seconds = (ticks: number, timescale: number) => (ticks / timescale).toFixed(6)

/** A media playlist (§4.3.3). A new EXT-X-MAP stands wherever the init section differs from the one before. */
export function mediaPlaylist(playlist: MediaPlaylist): string {
  const { entries, uri, kind, ended } = playlist
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${playlist.targetDuration}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    `#EXT-X-PLAYLIST-TYPE:${kind === 'vod' ? 'VOD' : 'EVENT'}`,
    '#EXT-X-INDEPENDENT-SEGMENTS',
  ]
  if (kind === 'growing') {
    lines.push(
      // Without it players begin at the live edge. In media playlists only: in the multivariant one FFmpeg doubles its streams.
      '#EXT-X-START:TIME-OFFSET=0,PRECISE=YES',
      '#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES',
    )
  }
  let initHash: string | null = null
  for (const { chunk, fragment } of entries) {
    const part = chunk.fragments[fragment]
    if (!part) throw new RangeError(`object ${chunk.key} has no fragment ${fragment}`)
    if (chunk.initHash !== initHash) {
      lines.push(`#EXT-X-MAP:URI="${uri(chunk.key)}",BYTERANGE="${chunk.initBytes}@0"`)
      initHash = chunk.initHash
    }
    lines.push(
      `#EXTINF:${seconds(part.ticks, chunk.timescale)},`,
      `#EXT-X-BYTERANGE:${part.bytes}@${fragmentOffset(chunk, fragment)}`,
      uri(chunk.key),
    )
  }
  if (ended) lines.push('#EXT-X-ENDLIST')
  return `${lines.join('\n')}\n`
}

/** All fragments of all chunks, in order: the entries of a final playlist. */
export function allEntries(chunks: readonly Chunk[]): MediaEntry[] {
  return chunks.flatMap(chunk => chunk.fragments.map((_, fragment) => ({ chunk, fragment })))
}

/** An I-frame playlist (§4.3.3.6): the range from each fragment's start to the end of its first sample. */
export function iframePlaylist(
  chunks: readonly Chunk[],
  target: number,
  uri: (key: string) => string,
): string {
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${target}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    '#EXT-X-PLAYLIST-TYPE:VOD',
    '#EXT-X-I-FRAMES-ONLY',
  ]
  let initHash: string | null = null
  for (const { chunk, fragment } of allEntries(chunks)) {
    const part = chunk.fragments[fragment]
    if (!part) continue
    if (chunk.initHash !== initHash) {
      lines.push(`#EXT-X-MAP:URI="${uri(chunk.key)}",BYTERANGE="${chunk.initBytes}@0"`)
      initHash = chunk.initHash
    }
    lines.push(
      `#EXTINF:${seconds(part.ticks, chunk.timescale)},`,
      `#EXT-X-BYTERANGE:${part.keyframeBytes}@${fragmentOffset(chunk, fragment)}`,
      uri(chunk.key),
    )
  }
  return `${[...lines, '#EXT-X-ENDLIST'].join('\n')}\n`
}

export interface TrackRate {
  /** Bits a second: the peak segment bit rate, and the mean. */
  peak: number
  average: number
}

interface MeasuredSegment {
  bits: number
  duration: number
}

/**
 * «The largest bit rate of any contiguous set of segments whose total duration is between 0.5 and 1.5 times the target
 * duration» (§4.3.4.2): a last segment of one frame does not count alone, it would ask for many times the real rate.
 */
function peakRate(segments: readonly MeasuredSegment[]): number {
  const longest = segments.reduce((most, { duration }) => Math.max(most, duration), 0)
  const target = Math.max(1, Math.round(longest))
  let peak = 0
  for (let first = 0; first < segments.length; first++) {
    let bits = 0
    let duration = 0
    for (let i = first; i < segments.length && duration <= 1.5 * target; i++) {
      bits += segments[i]?.bits ?? 0
      duration += segments[i]?.duration ?? 0
      const counts = duration >= 0.5 * target && duration <= 1.5 * target
      if (counts) peak = Math.max(peak, bits / duration)
    }
  }
  return peak
}

/** BANDWIDTH and AVERAGE-BANDWIDTH of one track as measured (§4.3.4.2). */
export function trackRate(chunks: readonly Chunk[]): TrackRate {
  const segments = chunks.flatMap(({ fragments, timescale }) =>
    fragments.map(({ bytes, ticks }) => ({ bits: bytes * 8, duration: ticks / timescale })),
  )
  const bits = segments.reduce((sum, segment) => sum + segment.bits, 0)
  const duration = segments.reduce((sum, segment) => sum + segment.duration, 0)
  const average = duration > 0 ? Math.ceil(bits / duration) : 0
  return { peak: Math.max(average, Math.ceil(peakRate(segments))), average }
}

/** As planned, before anything is measured: the cap with its buffer, and the cap. */
export function plannedRate(maxBitsPerSecond: number): TrackRate {
  return { peak: Math.ceil(maxBitsPerSecond * 2), average: maxBitsPerSecond }
}

export interface MultivariantPlaylist {
  plan: Plan
  /** Rungs to list; the lowest comes first, so that every player starts there. */
  rungs: readonly Rung[]
  rateOf(track: string): TrackRate
  /** CODECS of a track; null: as planned. */
  codecOf(track: string): string | null
  playlistName(track: string): string
  iframes?: { name(track: string): string; rateOf(track: string): TrackRate }
}

/** §4.1: no control characters in a playlist (names in QuickTime files begin with one); §4.2: no quote inside quotes. */
const quoted = (text: string) =>
  text
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .replaceAll('"', "'")

/** §4.3.4.1.1: «All EXT-X-MEDIA tags in the same Group MUST have different NAME attributes». */
export function distinctNames(audio: readonly AudioPlan[]): string[] {
  const names: string[] = []
  for (const [index, track] of audio.entries()) {
    const own = quoted(track.name) || `Audio ${index + 1}`
    let name = own
    for (let next = index + 1; names.includes(name); next++) name = `${own} ${next}`
    names.push(name)
  }
  return names
}

function audioLine(audio: AudioPlan, index: number, name: string, uri: string): string {
  const language = audio.language ? `LANGUAGE="${quoted(audio.language)}",` : ''
  const standing = index === 0 ? 'DEFAULT=YES,AUTOSELECT=YES' : 'DEFAULT=NO,AUTOSELECT=YES'
  return `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="${name}",${language}${standing},CHANNELS="${audio.channels}",URI="${uri}"`
}

/** A multivariant playlist (§4.3.4). */
export function multivariantPlaylist(playlist: MultivariantPlaylist): string {
  const { plan, rateOf, codecOf, playlistName, iframes } = playlist
  const rungs = [...playlist.rungs].sort((a, b) => a.height - b.height)
  const frameRate = (plan.video.timeline.rate.num / plan.video.timeline.rate.den).toFixed(3)
  const audioRates = plan.audio.map(({ track }) => rateOf(track))
  const audioPeak = Math.max(0, ...audioRates.map(({ peak }) => peak))
  const audioAverage = Math.max(0, ...audioRates.map(({ average }) => average))
  const soundCodecs = [...new Set(plan.audio.map(({ track }) => codecOf(track) ?? aacCodec))]
  const lines = ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS']
  const names = distinctNames(plan.audio)
  plan.audio.forEach((audio, index) => {
    lines.push(audioLine(audio, index, names[index] ?? '', playlistName(audio.track)))
  })
  for (const rung of rungs) {
    const { peak, average } = rateOf(rung.track)
    const codecs = [codecOf(rung.track) ?? plannedCodec(plan.video, rung), ...soundCodecs].join(',')
    const attributes = [
      `BANDWIDTH=${peak + audioPeak}`,
      `AVERAGE-BANDWIDTH=${average + audioAverage}`,
      `CODECS="${codecs}"`,
      `RESOLUTION=${rung.pictureWidth}x${rung.pictureHeight}`,
      `FRAME-RATE=${frameRate}`,
      ...(plan.audio.length > 0 ? ['AUDIO="audio"'] : []),
      'CLOSED-CAPTIONS=NONE',
    ]
    lines.push(`#EXT-X-STREAM-INF:${attributes.join(',')}`, playlistName(rung.track))
  }
  for (const rung of iframes ? rungs : []) {
    const { peak, average } = iframes?.rateOf(rung.track) ?? { peak: 0, average: 0 }
    const attributes = [
      `BANDWIDTH=${peak}`,
      `AVERAGE-BANDWIDTH=${average}`,
      `CODECS="${codecOf(rung.track) ?? plannedCodec(plan.video, rung)}"`,
      `RESOLUTION=${rung.pictureWidth}x${rung.pictureHeight}`,
      `URI="${iframes?.name(rung.track)}"`,
    ]
    lines.push(`#EXT-X-I-FRAME-STREAM-INF:${attributes.join(',')}`)
  }
  return `${lines.join('\n')}\n`
}

/** The multivariant playlist while the ladder grows: rates and codecs as planned, all planned rungs. */
export function growingMultivariant(
  plan: Plan,
  rungs: readonly Rung[] = plan.video.rungs,
  playlistName: (track: string) => string = trackPlaylistName,
): string {
  const capOf = (track: string) =>
    plan.video.rungs.find(rung => rung.track === track)?.maxBitsPerSecond ??
    plan.audio.find(audio => audio.track === track)?.bitsPerSecond ??
    0
  return multivariantPlaylist({
    plan,
    rungs,
    rateOf: track => plannedRate(capOf(track)),
    codecOf: () => null,
    playlistName,
  })
}
