// What a source is: its header, its sound, and every packet of its picture. Reads by ranges; refuses what can't be read.
import { MillraceError } from '#domain/errors.ts'
import type { SourceLimits } from '#domain/limits.ts'
import type { Demuxer, PacketTable } from '#domain/timeline.ts'
import type { Ffmpeg } from './ffmpeg.ts'
import { checkScan, readPackets } from './packet-scan.ts'
import { headerArgs, packetArgs } from './probe-args.ts'
import { readHeader, type SoundFacts, type VideoFacts } from './stream-facts.ts'

export interface SourceProbe {
  /** Streams in the file, of all kinds. */
  streams: number
  /** Null: the file has no moving picture. */
  video: (VideoFacts & { table: PacketTable }) | null
  /** Every sound stream that can be decoded and goes with the picture. */
  audio: SoundFacts[]
  /** This FFmpeg has the filters that make SDR of HDR. */
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

/**
 * @throws MillraceError `source-unreadable`, `source-truncated`, `unsupported-codec`, `unsupported-source`, `probe-timeout`,
 *   `cancelled`, and whatever reading the source throws.
 */
export async function probeSource(request: ProbeRequest): Promise<SourceProbe> {
  const { ffmpeg, limits, signal } = request
  const [json, abilities] = await Promise.all([
    ffmpeg
      .probe({ args: headerArgs(request), timeoutSeconds: limits.maxProbeSeconds, signal })
      .catch(asTruncated),
    abilitiesOf(ffmpeg),
  ])
  const { streams, video, audio } = readHeader(json, abilities.decodable)
  const table = video && streams <= limits.maxStreams ? await scan(request, video) : null
  return {
    streams,
    video: video && { ...video, table: table ?? emptyTable(video) },
    audio,
    canToneMap: abilities.canToneMap,
  }
}

const emptyTable = ({ timebase }: VideoFacts): PacketTable => ({
  timebase,
  pts: [],
  dts: [],
  lastDuration: 0,
  keyframes: [],
})

async function scan(request: ProbeRequest, video: VideoFacts): Promise<PacketTable> {
  const { ffmpeg, limits, sizeBytes, signal } = request
  const lines = await ffmpeg.probe({
    args: packetArgs(request, video.stream),
    timeoutSeconds: limits.maxProbeSeconds + sizeBytes / scanBytesPerSecond,
    signal,
  })
  // ffprobe takes a read that failed for the end of the file; the source itself knows better.
  await request.read(0, 1)
  const found = readPackets(lines, video.timebase)
  checkScan(found)
  return found.table
}

/** An MP4 without its index is one whose recording or copy was cut. */
function asTruncated(thrown: unknown): never {
  if (thrown instanceof MillraceError && thrown.detail?.includes('moov atom not found')) {
    throw new MillraceError('source-truncated', { cause: thrown, detail: thrown.detail })
  }
  throw thrown
}

interface Abilities {
  decodable: ReadonlySet<string>
  canToneMap: boolean
}

const known = new WeakMap<Ffmpeg, Promise<Abilities>>()

/** What the build can do, asked once a process. */
function abilitiesOf(ffmpeg: Ffmpeg): Promise<Abilities> {
  const found = known.get(ffmpeg)
  if (found) return found
  const ask = async (what: string) =>
    (await ffmpeg.run({ args: ['-hide_banner', what], timeoutSeconds: 10 })).stdout
  const asking = Promise.all([ask('-codecs'), ask('-filters')]).then(([codecs, filters]) => ({
    decodable: new Set([...codecs.matchAll(/^ D\S+ +(\S+)/gm)].map(([, name = '']) => name)),
    canToneMap: ['zscale', 'tonemap'].every(name =>
      new RegExp(`^ \\S+ +${name} `, 'm').test(filters),
    ),
  }))
  known.set(ffmpeg, asking)
  asking.catch(() => known.delete(ffmpeg))
  return asking
}
