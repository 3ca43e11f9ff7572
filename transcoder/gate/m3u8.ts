// HLS playlists of anybody, read as they stand: what cannot be read is left out and named, nothing is refused. Pure. Sections
// are of RFC 8216.

export interface Resource {
  url: string
  /** Null: all of it. */
  range: { start: number; bytes: number } | null
}

export interface Segment extends Resource {
  seconds: number
  /** Digits after the point in EXTINF: how exactly it can be meant. */
  decimals: number
  map: Resource | null
  discontinuity: boolean
  /** EXT-X-GAP: known not to be there. */
  absent: boolean
  encrypted: boolean
}

export interface MediaPlaylist {
  kind: 'media'
  version: number
  targetDuration: number | null
  type: string | null
  ended: boolean
  iframesOnly: boolean
  independent: boolean
  segments: Segment[]
  unreadable: string[]
}

export interface Variant {
  url: string
  attributes: ReadonlyMap<string, string>
  iframes: boolean
}

export interface Group {
  type: string
  id: string
  name: string
  url: string | null
}

export interface Multivariant {
  kind: 'multivariant'
  independent: boolean
  variants: Variant[]
  groups: Group[]
}

/** §4.2: `NAME=value` or `NAME="value"`, separated by commas. */
function attributesOf(value: string): Map<string, string> {
  const found = value.matchAll(/([A-Z0-9-]+)=(?:"([^"]*)"|([^",]*))/g)
  return new Map([...found].map(([, name = '', quoted, bare]) => [name, quoted ?? bare ?? '']))
}

type Line = { tag: string; value: string } | { uri: string }

function linesOf(text: string): Line[] {
  return text.split(/\r?\n/).flatMap((line): Line[] => {
    if (line.trim() === '') return []
    if (!line.startsWith('#')) return [{ uri: line.trim() }]
    const [tag = '', value = ''] = line.split(/:(.*)/s)
    return [{ tag, value: value.trim() }]
  })
}

/** Null for what is no playlist. */
export function readPlaylist(text: string, base: string): Multivariant | MediaPlaylist | null {
  if (!/^\uFEFF?#EXTM3U\s/.test(`${text}\n`)) return null
  const lines = linesOf(text)
  const has = (tag: string) => lines.some(line => 'tag' in line && line.tag === tag)
  const isMultivariant = has('#EXT-X-STREAM-INF') || has('#EXT-X-MEDIA')
  return isMultivariant ? readMultivariant(lines, base) : readMedia(lines, base)
}

const resolve = (uri: string, base: string) =>
  URL.canParse(uri, base) ? new URL(uri, base).href : null

function readMultivariant(lines: readonly Line[], base: string): Multivariant {
  const read: Multivariant = { kind: 'multivariant', independent: false, variants: [], groups: [] }
  let attributes: Map<string, string> | null = null
  for (const line of lines) {
    if ('uri' in line) {
      const url = resolve(line.uri, base)
      if (attributes && url) read.variants.push({ url, attributes, iframes: false })
      attributes = null
    } else if (line.tag === '#EXT-X-STREAM-INF') {
      attributes = attributesOf(line.value)
    } else if (line.tag === '#EXT-X-I-FRAME-STREAM-INF') {
      const own = attributesOf(line.value)
      const url = resolve(own.get('URI') ?? '', base)
      if (url) read.variants.push({ url, attributes: own, iframes: true })
    } else if (line.tag === '#EXT-X-MEDIA') {
      const own = attributesOf(line.value)
      const uri = own.get('URI')
      read.groups.push({
        type: own.get('TYPE') ?? '',
        id: own.get('GROUP-ID') ?? '',
        name: own.get('NAME') ?? '',
        url: uri ? resolve(uri, base) : null,
      })
    } else if (line.tag === '#EXT-X-INDEPENDENT-SEGMENTS') {
      read.independent = true
    }
  }
  return read
}

/** §4.3.2.2: `<n>[@<o>]`; without an offset it follows the range before it in the same object. Null: it can't be read. */
function rangeOf(text: string, url: string, before: Resource | undefined): Resource['range'] {
  const match = /^(\d+)(?:@(\d+))?$/.exec(text)
  if (!match) return null
  const bytes = Number(match[1])
  if (match[2] !== undefined) return { start: Number(match[2]), bytes }
  if (before?.url !== url || !before.range) return null
  return { start: before.range.start + before.range.bytes, bytes }
}

function readMap(value: string, base: string): Resource | null {
  const attributes = attributesOf(value)
  const url = resolve(attributes.get('URI') ?? '', base)
  if (!url) return null
  const range = attributes.get('BYTERANGE')
  return { url, range: range === undefined ? null : rangeOf(`${range}`, url, undefined) }
}

function readMedia(lines: readonly Line[], base: string): MediaPlaylist {
  const read: MediaPlaylist = {
    ...{ kind: 'media', version: 1, targetDuration: null, type: null, ended: false },
    ...{ iframesOnly: false, independent: false, segments: [], unreadable: [] },
  }
  let map: Resource | null = null
  let encrypted = false
  let extinf: string | undefined
  let byterange: string | undefined
  let discontinuity = false
  let absent = false
  const onTag: Record<string, (value: string) => void> = {
    '#EXT-X-VERSION': value => {
      read.version = Number.parseInt(value, 10)
    },
    '#EXT-X-TARGETDURATION': value => {
      read.targetDuration = Number.parseInt(value, 10)
    },
    '#EXT-X-PLAYLIST-TYPE': value => {
      read.type = value
    },
    '#EXT-X-ENDLIST': () => {
      read.ended = true
    },
    '#EXT-X-I-FRAMES-ONLY': () => {
      read.iframesOnly = true
    },
    '#EXT-X-INDEPENDENT-SEGMENTS': () => {
      read.independent = true
    },
    '#EXT-X-MAP': value => {
      map = readMap(value, base)
    },
    '#EXT-X-KEY': value => {
      encrypted = attributesOf(value).get('METHOD') !== 'NONE'
    },
    '#EXT-X-DISCONTINUITY': () => {
      discontinuity = true
    },
    '#EXT-X-GAP': () => {
      absent = true
    },
    '#EXTINF': value => {
      extinf = value.split(',', 1)[0]
    },
    '#EXT-X-BYTERANGE': value => {
      byterange = value
    },
  }
  for (const line of lines) {
    if ('tag' in line) {
      onTag[line.tag]?.(line.value)
      continue
    }
    const seconds = Number(extinf)
    const url = resolve(line.uri, base)
    if (!url || extinf === undefined || !Number.isFinite(seconds)) {
      read.unreadable.push(`${line.uri} has no duration that can be read`)
    } else {
      const before = read.segments.at(-1)
      const range = byterange === undefined ? null : rangeOf(byterange, url, before)
      if (byterange !== undefined && !range) {
        read.unreadable.push(`${line.uri} has the byte range "${byterange}"`)
      }
      const decimals = extinf.split('.')[1]?.length ?? 0
      read.segments.push({ url, range, seconds, decimals, map, discontinuity, absent, encrypted })
    }
    extinf = undefined
    byterange = undefined
    discontinuity = false
    absent = false
  }
  return read
}
