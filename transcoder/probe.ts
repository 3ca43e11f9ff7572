// What a source is: its header, its sound, and every packet of its picture. An MP4's packets come from its index, so that its
// length does not matter; every other source is scanned. Refuses what can't be read.
import type { CopyIndex } from '#domain/copy-lane.ts'
import { MillraceError } from '#domain/errors.ts'
import type { SourceLimits } from '#domain/limits.ts'
import type { Rational } from '#domain/rational.ts'
import { type Demuxer, type PacketTable, shownBetween } from '#domain/timeline.ts'
import { canToneMap, decodableCodecs } from './abilities.ts'
import type { Ffmpeg } from './ffmpeg.ts'
import { segmentEnd } from './matroska-size.ts'
import { readMovieBox } from './movie-boxes.ts'
import { refuseEndlessEdits } from './movie-edits.ts'
import { isEncryptedTrack, readMovieTable } from './movie-table.ts'
import { checkScan, firstSeconds, readPackets } from './packet-scan.ts'
import { isHdr } from './picture-filters.ts'
import { firstFrameArgs, headerArgs, packetArgs } from './probe-args.ts'
import { withEnds, withReadEnds } from './sound-end.ts'
import { type FirstPacket, readHeader, type SoundFacts, type VideoFacts } from './stream-facts.ts'

export interface Pictures {
  table: PacketTable
  /** Ticks by which the decoder's timestamps are later than the table's; 0 wherever packets say when they are shown. */
  decoderDelay: number
  /** Of an index that was read; absent where packets were scanned. */
  copyIndex?: CopyIndex | null
}

export interface SourceProbe {
  /** Streams in the file, of all kinds. */
  streams: number
  /** Null: the file has no moving picture. */
  video: (VideoFacts & Pictures) | null
  /** Every sound stream that can be decoded and goes with the picture. */
  audio: SoundFacts[]
  /** The stream of the picture on a recording's sleeve. */
  cover: number | null
  /** This FFmpeg can make SDR of the picture; asked only where the picture needs it. */
  canToneMap: boolean
}

export interface ProbeRequest {
  input: string
  /** Bytes from `start` to before `end`; throws when an earlier read of the source failed for good. */
  read(start: number, end: number): Promise<Uint8Array>
  sizeBytes: number
  demuxer: Demuxer
  ffmpeg: Ffmpeg
  limits: SourceLimits
  signal: AbortSignal
}

/** A scan reads every byte: beside the limit of the header it has as long as a slow store needs. */
const scanBytesPerSecond = 25_000_000
/** Enough that some belong to the picture, few enough to cost nothing. */
const comparedPackets = 48

/**
 * @throws MillraceError `source-unreadable`, `source-truncated`, `unsupported-codec`, `unsupported-source`, `probe-timeout`,
 *   `cancelled`, and whatever reading the source throws.
 */
export async function probeSource(request: ProbeRequest): Promise<SourceProbe> {
  const { streams, video, audio, cover, firstPackets, movie } = await probeHeader(request)
  if (!video) {
    const heard = streams > request.limits.maxStreams ? audio : await withReadEnds(request, audio)
    return { streams, video: null, audio: heard, cover, canToneMap: false }
  }
  const pictures = await picturesOf(request, video, streams, movie, firstPackets)
  const heard = await withEnds(request, audio, endOfPictures(pictures.table))
  return withPictures(request, { streams, video, audio: heard }, pictures)
}

/** Whose packets say when they are shown, and whose length may be large and is not told by an index. */
const openable: readonly Demuxer[] = ['matroska', 'mpegts']
/** To the end of the last chunk that is asked for its keyframe, and some more for the rate to show. */
const openingSeconds = 20
/** Packets come in order of decoding: some of what is shown in these last seconds may not have been read. */
const reorderSeconds = 2

export interface OpeningProbe {
  /** As of `probeSource`, but that the table is of the first seconds alone. */
  probe: SourceProbe
  /** How long the film is said to be. */
  saidSeconds: number
}

/** A look at the first seconds, whatever the length of the file. Null: only a scan of the whole can tell. */
export async function probeOpening(request: ProbeRequest): Promise<OpeningProbe | null> {
  const { demuxer, ffmpeg, limits, signal } = request
  if (!openable.includes(demuxer)) return null
  const { streams, video, audio, saidSeconds } = await probeHeader(request)
  if (!video || saidSeconds === null || streams > limits.maxStreams) return null
  const lines = await ffmpeg.probe({
    args: packetArgs(request, video.stream, { firstSeconds: openingSeconds + reorderSeconds }),
    timeoutSeconds: limits.maxProbeSeconds,
    signal,
  })
  await request.read(0, 1)
  const found = readPackets(lines, video.timebase)
  checkScan(found)
  // Pictures that end so soon are held for what else there is: how long, only the whole tells.
  if (lengthOfPictures(found.table) < openingSeconds) return null
  const table = firstSeconds(found.table, openingSeconds)
  // Only its length depends on where sound ends.
  const heard = audio.map(sound => ({ ...sound, lastSeconds: null }))
  const facts = { streams, video, audio: heard }
  const probe = await withPictures(request, facts, { table, decoderDelay: 0 })
  return { probe, saidSeconds }
}

async function withPictures(
  { ffmpeg }: ProbeRequest,
  { streams, video, audio }: { streams: number; video: VideoFacts; audio: SoundFacts[] },
  pictures: Pictures,
): Promise<SourceProbe> {
  const wide = isHdr(video) || video.primaries === 'bt2020'
  return {
    streams,
    video: { ...video, ...pictures },
    audio,
    cover: null,
    canToneMap: wide && (await canToneMap(ffmpeg)),
  }
}

async function probeHeader(request: ProbeRequest) {
  const { ffmpeg, limits, demuxer, signal } = request
  if (demuxer === 'matroska') await refuseCut(request)
  const packets = demuxer === 'mov' ? comparedPackets : 0
  const refused = new AbortController()
  const [json, decodable, movie] = await Promise.all([
    ffmpeg
      .probe({
        args: headerArgs(request, packets),
        timeoutSeconds: limits.maxProbeSeconds,
        signal: AbortSignal.any([signal, refused.signal]),
      })
      .catch(asTruncated),
    decodableCodecs(ffmpeg),
    demuxer === 'mov' ? readMovie(request) : null,
  ]).catch(thrown => {
    // What the index says at once is not waited for.
    refused.abort()
    throw thrown
  })
  const header = readHeader(json, decodable)
  if (movie) refuseEncrypted(movie, header.video ? [header.video, ...header.audio] : header.audio)
  return { ...header, movie }
}

async function readMovie(request: ProbeRequest): Promise<DataView | null> {
  const movie = await readMovieBox(request)
  if (movie) refuseEndlessEdits(movie, request.limits)
  return movie
}

/** The sizes before the first cluster stand in its first bytes. */
const segmentHeadBytes = 4096

/** A scan would take the end of the file for the end of the film. */
async function refuseCut({ read, sizeBytes }: ProbeRequest): Promise<void> {
  const end = segmentEnd(await read(0, Math.min(segmentHeadBytes, sizeBytes)))
  if (end === null || end <= sizeBytes) return
  throw new MillraceError('source-truncated', {
    detail: `the segment reaches to byte ${end} of ${sizeBytes}`,
  })
}

function refuseEncrypted(movie: DataView, tracks: readonly { stream: number }[]): void {
  const found = tracks.find(({ stream }) => isEncryptedTrack(movie, stream))
  if (!found) return
  throw new MillraceError('unsupported-source', { detail: `stream ${found.stream} is encrypted` })
}

async function picturesOf(
  request: ProbeRequest,
  video: VideoFacts,
  streams: number,
  movie: DataView | null,
  firstPackets: readonly FirstPacket[],
): Promise<Pictures> {
  // Refused anyway: not worth a scan.
  if (streams > request.limits.maxStreams) {
    return { table: emptyTable(video.timebase), decoderDelay: 0 }
  }
  const indexed = movie && readMovieTable(movie, video.stream)
  if (!indexed) return scan(request, video)
  if (indexed.endBytes > request.sizeBytes) {
    throw new MillraceError('source-truncated', {
      detail: `the picture reaches to byte ${indexed.endBytes} of ${request.sizeBytes}`,
    })
  }
  return agrees(indexed.table, video.timebase, firstPackets)
    ? { table: indexed.table, decoderDelay: 0, copyIndex: indexed.copyIndex }
    : scan(request, video)
}

/** Seconds on the source's clock. */
function endOfPictures(table: PacketTable): number {
  const { lastDuration, timebase } = table
  const last = Math.max(0, shownBetween(table).last)
  return ((last + lastDuration) * timebase.num) / timebase.den
}

const lengthOfPictures = (table: PacketTable): number =>
  endOfPictures(table) - (shownBetween(table).first * table.timebase.num) / table.timebase.den

const emptyTable = (timebase: Rational): PacketTable => ({
  timebase,
  pts: [],
  dts: [],
  lastDuration: 0,
  keyframes: [],
})

/** FFmpeg decodes the source, so FFmpeg's timestamps count: an index that is read otherwise is not used. */
function agrees(
  table: PacketTable,
  timebase: Rational,
  firstPackets: readonly FirstPacket[],
): boolean {
  const keyframes = new Set(Array.from(table.keyframes).slice(0, comparedPackets))
  return (
    table.timebase.num === timebase.num &&
    table.timebase.den === timebase.den &&
    firstPackets.length > 0 &&
    firstPackets.length <= table.pts.length &&
    firstPackets.every(({ pts, key }, i) => pts === table.pts[i] && key === keyframes.has(i))
  )
}

async function scan(request: ProbeRequest, video: VideoFacts): Promise<Pictures> {
  const { ffmpeg, limits, demuxer, sizeBytes, signal } = request
  const lines = await ffmpeg.probe({
    args: packetArgs(request, video.stream),
    timeoutSeconds: limits.maxProbeSeconds + sizeBytes / scanBytesPerSecond,
    signal,
  })
  // ffprobe takes a read that failed for the end of the file; the source itself knows better.
  await request.read(0, 1)
  const found = readPackets(lines, video.timebase)
  if (demuxer === 'avi' && found.withoutPts > 0) {
    const { table, restart } = readPackets(lines, video.timebase, 'decoded')
    checkScan({ table, withoutPts: 0, restart })
    return { table, decoderDelay: await decoderDelayOf(request, video, table) }
  }
  checkScan(found)
  return { table: found.table, decoderDelay: 0 }
}

/** More frames than H.264 lets a decoder hold back. */
const longestDelay = 17

/** AVI says when a frame is decoded, not when it is shown; the decoder stamps a frame with the time of the one it came out for. */
async function decoderDelayOf(
  request: ProbeRequest,
  video: VideoFacts,
  table: PacketTable,
): Promise<number> {
  const { ffmpeg, limits, signal } = request
  const line = await ffmpeg.probe({
    args: firstFrameArgs(request, video.stream),
    timeoutSeconds: limits.maxProbeSeconds,
    signal,
  })
  const first = Number.parseInt(line, 10)
  const delay = first - (table.pts[0] ?? 0)
  const frame = (table.pts[1] ?? 1) - (table.pts[0] ?? 0)
  if (delay >= 0 && delay <= longestDelay * frame) return delay
  throw new MillraceError('unsupported-source', {
    detail: `the first frame is stamped ${line.trim()}`,
  })
}

/** An MP4 without its index is one whose recording or copy was cut. */
function asTruncated(thrown: unknown): never {
  if (thrown instanceof MillraceError && thrown.detail?.includes('moov atom not found')) {
    throw new MillraceError('source-truncated', { cause: thrown, detail: thrown.detail })
  }
  throw thrown
}
