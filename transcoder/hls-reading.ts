// HLS playlists of another maker, read: what a multivariant playlist names, where a media playlist's bytes are. Pure; refuses
// whatever is not a file of the same folder. Sections are of RFC 8216.
import { MillraceError } from '#domain/errors.ts'

export interface Variant {
  uri: string
  width: number
  height: number
}

export interface Multivariant {
  variants: Variant[]
  /** Media playlists of sound. */
  audio: string[]
  iframes: string[]
}

export interface ByteRange {
  uri: string
  /** Both null: the whole object. */
  start: number | null
  bytes: number | null
}

export interface Media {
  /** Init section first, where there is one, then every segment in order. */
  ranges: ByteRange[]
  init: boolean
  seconds: number
}

function refuse(finding: string): never {
  throw new MillraceError('check-failed', { detail: finding })
}

/** §4.2: `NAME=value` or `NAME="value"`, separated by commas. */
function attributes(line: string): Map<string, string> {
  const list = line.slice(line.indexOf(':') + 1)
  const found = list.matchAll(/([A-Z0-9-]+)=(?:"([^"]*)"|([^",]*))/g)
  return new Map([...found].map(([, name = '', quoted, bare]) => [name, quoted ?? bare ?? '']))
}

/** A file beside the playlist. */
function fileOf(uri: string | undefined): string {
  return uri && /^[\w][\w.-]*$/.test(uri) ? uri : refuse(`a playlist names "${uri}"`)
}

function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/).filter(line => line !== '')
  return lines[0] === '#EXTM3U' ? lines : refuse('a playlist does not begin as one')
}

/** @throws MillraceError `check-failed` */
export function readMultivariant(text: string): Multivariant {
  const read: Multivariant = { variants: [], audio: [], iframes: [] }
  let stream: Map<string, string> | null = null
  for (const line of linesOf(text)) {
    if (line.startsWith('#EXT-X-STREAM-INF:')) {
      stream = attributes(line)
    } else if (line.startsWith('#EXT-X-I-FRAME-STREAM-INF:')) {
      read.iframes.push(fileOf(attributes(line).get('URI')))
    } else if (line.startsWith('#EXT-X-MEDIA:')) {
      const media = attributes(line)
      if (media.get('TYPE') === 'AUDIO') read.audio.push(fileOf(media.get('URI')))
    } else if (!line.startsWith('#')) {
      const [width = 0, height = 0] = (stream?.get('RESOLUTION') ?? '').split('x').map(Number)
      read.variants.push({ uri: fileOf(line), width, height })
      stream = null
    }
  }
  return read
}

/** §4.3.2.2: `<n>[@<o>]`; without an offset it follows the range before it in the same object. */
function rangeOf(uri: string, text: string | undefined, before: ByteRange | undefined): ByteRange {
  if (text === undefined) return { uri, start: null, bytes: null }
  const match = /^(\d+)(?:@(\d+))?$/.exec(text) ?? refuse(`${uri}: a byte range "${text}"`)
  const end = before?.uri === uri ? (before.start ?? 0) + (before.bytes ?? 0) : 0
  return { uri, start: match[2] === undefined ? end : Number(match[2]), bytes: Number(match[1]) }
}

/** @throws MillraceError `check-failed` */
export function readMedia(text: string): Media {
  const lines = linesOf(text)
  const media: Media = { ranges: [], init: false, seconds: 0 }
  let segments = 0
  let range: string | undefined
  for (const line of lines) {
    const [tag = '', value = ''] = line.split(/:(.*)/s)
    if (tag === '#EXT-X-MAP') {
      if (media.ranges.length > 0) refuse('a second init section')
      media.init = true
      const map = attributes(line)
      media.ranges.push(rangeOf(fileOf(map.get('URI')), map.get('BYTERANGE'), undefined))
    } else if (tag === '#EXTINF') {
      media.seconds += Number.parseFloat(value)
      segments += 1
    } else if (tag === '#EXT-X-BYTERANGE') {
      range = value
    } else if (!line.startsWith('#')) {
      media.ranges.push(rangeOf(fileOf(line), range, media.ranges.at(-1)))
      range = undefined
    }
  }
  if (!lines.includes('#EXT-X-ENDLIST')) refuse('a playlist without an end')
  const found = media.ranges.length - (media.init ? 1 : 0)
  if (segments === 0 || found !== segments) refuse(`${segments} durations, ${found} segments`)
  return media
}

/** The same playlist, to stand a few folders above what it names. */
export function moveUris(text: string, folder: string): string {
  const lines = linesOf(text).map(line =>
    line.startsWith('#') ? line.replace(/URI="/g, `URI="${folder}`) : `${folder}${line}`,
  )
  return `${lines.join('\n')}\n`
}
