// ffprobe's answer about a file's header as facts: which video stream is the film, which sound streams go with it. Pure; of
// an untrusted file's text only what the schema names gets through.
import * as z from 'zod/mini'
import type { PictureFacts } from '#domain/copy-lane.ts'
import { MillraceError } from '#domain/errors.ts'
import { multiplyRational, parseRational, type Rational, rational } from '#domain/rational.ts'

const text = z.optional(z.string())
const number = z.optional(z.number())

const StreamObject = z.object({
  index: z.int().check(z.nonnegative()),
  codec_type: text,
  codec_name: text,
  codec_tag_string: text,
  time_base: text,
  start_pts: number,
  duration_ts: number,
  width: number,
  height: number,
  sample_aspect_ratio: text,
  field_order: text,
  r_frame_rate: text,
  pix_fmt: text,
  color_range: text,
  color_space: text,
  color_transfer: text,
  color_primaries: text,
  sample_rate: text,
  channels: number,
  disposition: z.optional(z.record(z.string(), z.number())),
  tags: z.optional(z.record(z.string(), z.string())),
  side_data_list: z.optional(
    z.array(
      z.object({
        side_data_type: text,
        rotation: number,
        dv_profile: number,
        dv_bl_signal_compatibility_id: number,
      }),
    ),
  ),
})
type StreamObject = z.infer<typeof StreamObject>

const PacketObject = z.object({ stream_index: z.int(), pts: number, flags: text })

const HeaderObject = z.object({
  packets: z.optional(z.array(PacketObject)),
  streams: z.optional(z.array(StreamObject)),
  format: z.optional(z.object({ start_time: text, duration: text })),
  programs: z.optional(
    z.array(z.object({ streams: z.optional(z.array(z.object({ index: z.int() }))) })),
  ),
})

type FormatObject = NonNullable<z.infer<typeof HeaderObject>['format']>

export interface VideoFacts extends PictureFacts {
  stream: number
  /** Seconds a tick of packet timestamps. */
  timebase: Rational
  /** The container's own base rate (ffprobe's r_frame_rate). */
  declaredRate: Rational | null
  /** A Dolby Vision picture that is wrong on a player without it. */
  dolbyVisionOnly: boolean
}

export interface SoundFacts {
  stream: number
  codec: string
  timebase: Rational
  sampleRate: number
  channels: number
  language: string | null
  title: string | null
  /** Timestamp of the first sound on the source's clock, seconds; null when the file does not say. */
  firstSeconds: Rational | null
  /** Where it ends; as the header says until it was read. Null when nothing says it. */
  lastSeconds: Rational | null
}

export interface FirstPacket {
  pts: number | undefined
  key: boolean
}

export interface HeaderFacts {
  streams: number
  /** Null: the file has no moving picture. */
  video: VideoFacts | null
  audio: SoundFacts[]
  /** The stream of a picture on the sleeve that can be decoded. */
  cover: number | null
  /** Of the video stream, as far as the call asked for packets; without discarded ones. */
  firstPackets: FirstPacket[]
  /** What the container says, or the timestamps at its end; null when it is not known. */
  saidSeconds: number | null
}

/**
 * @param decodable names of the codecs this FFmpeg can decode.
 * @throws MillraceError `source-unreadable`, `unsupported-codec`, `unsupported-source` (encrypted)
 */
export function readHeader(json: string, decodable: ReadonlySet<string>): HeaderFacts {
  try {
    return readFacts(json, decodable)
  } catch (cause) {
    // A time base or timestamp that no clock can hold.
    if (!(cause instanceof RangeError)) throw cause
    throw new MillraceError('source-unreadable', { cause, detail: cause.message })
  }
}

function readFacts(json: string, decodable: ReadonlySet<string>): HeaderFacts {
  const { streams = [], programs = [], packets = [], format = {} } = parseHeader(json)
  if (streams.length === 0) {
    throw new MillraceError('source-unreadable', { detail: 'ffprobe found no streams' })
  }
  const film = pickVideo(streams, decodable)
  const program = programs.find(({ streams }) =>
    streams?.some(({ index }) => index === film?.index),
  )
  const together = new Set(program?.streams?.map(({ index }) => index))
  const sounds = streams
    .filter(({ codec_type }) => codec_type === 'audio')
    .filter(({ index }) => together.size === 0 || together.has(index))
  for (const stream of film ? [film, ...sounds] : sounds) refuseEncrypted(stream)
  const audio = sounds
    .filter(({ codec_name = '' }) => decodable.has(codec_name))
    .map(stream => soundFacts(stream, format))
    .filter(({ sampleRate, channels }) => sampleRate > 0 && channels > 0)
  if (!film && sounds.length > 0 && audio.length === 0) {
    const detail = sounds.map(({ codec_name, codec_tag_string }) => codec_name ?? codec_tag_string)
    throw new MillraceError('unsupported-codec', { detail: detail.join(', ') })
  }
  const cover = streams.find(
    ({ disposition, codec_name = '' }) =>
      disposition?.['attached_pic'] && decodable.has(codec_name),
  )
  return {
    streams: streams.length,
    video: film ? videoFacts(film) : null,
    audio,
    cover: cover?.index ?? null,
    firstPackets: packets
      .filter(({ stream_index, flags }) => stream_index === film?.index && !flags?.includes('D'))
      .map(({ pts, flags }) => ({ pts, key: flags?.includes('K') ?? false })),
    saidSeconds: readSeconds(format.duration),
  }
}

function parseHeader(json: string): z.infer<typeof HeaderObject> {
  try {
    return HeaderObject.parse(JSON.parse(json))
  } catch (cause) {
    throw new MillraceError('source-unreadable', { cause, detail: 'ffprobe gave no readable JSON' })
  }
}

/** Cover art and thumbnails are pictures, not the film. Of several the default one, then the largest. */
function pickVideo(
  streams: readonly StreamObject[],
  decodable: ReadonlySet<string>,
): StreamObject | null {
  const films = streams.filter(
    ({ codec_type, disposition = {} }) =>
      codec_type === 'video' && !disposition['attached_pic'] && !disposition['timed_thumbnails'],
  )
  if (films.length === 0) return null
  const known = films.filter(({ codec_name = '' }) => decodable.has(codec_name))
  if (known.length === 0) {
    const detail = films.map(({ codec_name, codec_tag_string }) => codec_name ?? codec_tag_string)
    throw new MillraceError('unsupported-codec', { detail: detail.join(', ') })
  }
  const weight = ({ disposition = {}, width = 0, height = 0 }: StreamObject) =>
    width * height + (disposition['default'] ? 1e12 : 0)
  const film = known.reduce((best, next) => (weight(next) > weight(best) ? next : best))
  if (!film.width || !film.height) {
    throw new MillraceError('source-unreadable', { detail: 'the picture has no size' })
  }
  return film
}

/** What ffprobe shows of it: the key of a WebM track, the side data of newer builds. */
function refuseEncrypted({ index, tags, side_data_list }: StreamObject) {
  const marked = side_data_list?.some(({ side_data_type = '' }) =>
    /encryption/i.test(side_data_type),
  )
  if (tags?.['enc_key_id'] || marked) {
    throw new MillraceError('unsupported-source', { detail: `stream ${index} is encrypted` })
  }
}

function videoFacts(stream: StreamObject): VideoFacts {
  const sideData = stream.side_data_list ?? []
  const dolby = sideData.find(({ dv_profile }) => dv_profile !== undefined)
  return {
    stream: stream.index,
    codec: stream.codec_name ?? '',
    timebase: timebaseOf(stream),
    width: stream.width ?? 0,
    height: stream.height ?? 0,
    pixelAspect: readPixelAspect(stream.sample_aspect_ratio),
    rotationDegrees: sideData.find(({ rotation }) => rotation !== undefined)?.rotation ?? 0,
    declaredRate: readRate(stream.r_frame_rate),
    fieldOrder: stream.field_order ?? 'unknown',
    pixelFormat: stream.pix_fmt ?? 'unknown',
    range: stream.color_range ?? 'unknown',
    matrix: stream.color_space ?? 'unknown',
    transfer: stream.color_transfer ?? 'unknown',
    primaries: stream.color_primaries ?? 'unknown',
    dolbyVisionOnly:
      dolby?.dv_profile === 5 || (dolby?.dv_profile === 4 && !dolby.dv_bl_signal_compatibility_id),
  }
}

/** The form of BCP 47 and ISO 639 codes; what is none says nothing. */
const languageTag = /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}$/
const longestTitle = 100

/** Of a container that says it for each stream, for each in a tag (Matroska), or only for all together. */
function endOf(stream: StreamObject, format: FormatObject): Rational | null {
  const { start_pts = 0, duration_ts, tags } = stream
  if (duration_ts !== undefined) {
    return multiplyRational(rational(start_pts + duration_ts), timebaseOf(stream))
  }
  const [, hours, minutes, seconds] =
    /^(\d{1,4}):(\d\d):(\d\d\.\d{1,9})$/.exec(tags?.['DURATION'] ?? '') ?? []
  if (seconds) return inMicroseconds(Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds))
  const end = Number(format.start_time ?? 0) + Number(format.duration)
  return Number.isFinite(end) && Math.abs(end) < 1e9 ? inMicroseconds(end) : null
}

const inMicroseconds = (seconds: number) => rational(Math.round(seconds * 1e6), 1_000_000)

function soundFacts(stream: StreamObject, format: FormatObject): SoundFacts {
  const { language, title } = stream.tags ?? {}
  return {
    stream: stream.index,
    codec: stream.codec_name ?? '',
    timebase: timebaseOf(stream),
    sampleRate: Number(stream.sample_rate ?? 0),
    channels: stream.channels ?? 0,
    language: language && language !== 'und' && languageTag.test(language) ? language : null,
    title:
      title
        ?.replaceAll(/\p{C}+/gu, ' ')
        .trim()
        .slice(0, longestTitle) || null,
    firstSeconds:
      stream.start_pts === undefined
        ? null
        : multiplyRational(rational(stream.start_pts), timebaseOf(stream)),
    lastSeconds: endOf(stream, format),
  }
}

function timebaseOf({ index, time_base }: StreamObject): Rational {
  const timebase = parseRational(time_base ?? '')
  if (timebase && timebase.num > 0) return timebase
  throw new MillraceError('source-unreadable', { detail: `stream ${index} has no time base` })
}

function readSeconds(duration: string | undefined): number | null {
  const seconds = Number(duration)
  return seconds > 0 && Number.isFinite(seconds) ? seconds : null
}

const readRate = (rate: string | undefined) => {
  const parsed = parseRational(rate ?? '')
  return parsed && parsed.num > 0 ? parsed : null
}

/** `4:3`; `0:1` and `N/A` say nothing, and what no camera makes is damage. */
function readPixelAspect(aspect: string | undefined): Rational {
  const parsed = parseRational(aspect?.replace(':', '/') ?? '')
  if (!parsed || parsed.num * 10 < parsed.den || parsed.num > parsed.den * 10) return rational(1)
  return parsed
}
