// Reads of a playlist what is needed to fetch a film's beginning before the player asks for it (RFC 8216 §4.3). Pure; a line it does
// not know is left out: whatever is not fetched ahead, the player fetches itself.

/** Bytes of an object; `to` is the first byte that is not part of it, null: to its end. */
export interface Piece {
  url: string
  from: number
  to: number | null
}

export interface Variant {
  url: string
  /** Short side; 0: not said. */
  height: number
  bitsPerSecond: number
}

export interface Multivariant {
  variants: Variant[]
  /** The sound that is heard unless somebody chooses; null: it comes with the picture. */
  audioUrl: string | null
}

export interface Segment extends Piece {
  /** Where its decoder's settings are. */
  init: Piece | null
  startSeconds: number
  endSeconds: number
}

const attribute = (line: string, name: string): string | null =>
  new RegExp(`[:,]${name}=("([^"]*)"|[^,]*)`).exec(line)?.slice(1).findLast(Boolean) ?? null

export function readMultivariant(text: string, base: string): Multivariant {
  const variants: Variant[] = []
  const sounds: { url: string; isDefault: boolean }[] = []
  let described: string | null = null
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#EXT-X-STREAM-INF:')) described = line
    else if (line.startsWith('#EXT-X-MEDIA:') && attribute(line, 'TYPE') === 'AUDIO') {
      const uri = attribute(line, 'URI')
      const isDefault = attribute(line, 'DEFAULT') === 'YES'
      if (uri !== null) sounds.push({ url: new URL(uri, base).href, isDefault })
    } else if (line !== '' && !line.startsWith('#') && described) {
      const sides = (attribute(described, 'RESOLUTION') ?? '').split('x').map(Number)
      variants.push({
        url: new URL(line, base).href,
        height: sides.length === 2 ? Math.min(...sides) || 0 : 0,
        bitsPerSecond: Number(attribute(described, 'BANDWIDTH')) || 0,
      })
      described = null
    }
  }
  const heard = sounds.find(({ isDefault }) => isDefault) ?? sounds[0]
  return { variants, audioUrl: heard?.url ?? null }
}

/** «n[@o]» (§4.3.2.2): without an offset it begins where the one before ended. */
function readRange(range: string | null, url: string, after: Piece | null): Piece {
  if (range === null) return { url, from: 0, to: null }
  const [length = 0, offset] = range.split('@').map(Number)
  const from = offset ?? (after?.url === url ? (after.to ?? 0) : 0)
  return { url, from, to: from + length }
}

export function readSegments(text: string, base: string): Segment[] {
  const segments: Segment[] = []
  let init: Piece | null = null
  let range: string | null = null
  let duration = 0
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#EXT-X-MAP:')) {
      const uri = attribute(line, 'URI')
      if (uri !== null)
        init = readRange(attribute(line, 'BYTERANGE'), new URL(uri, base).href, null)
    } else if (line.startsWith('#EXT-X-BYTERANGE:')) range = line.slice(line.indexOf(':') + 1)
    else if (line.startsWith('#EXTINF:')) duration = Number.parseFloat(line.slice(8)) || 0
    else if (line !== '' && !line.startsWith('#')) {
      const before = segments.at(-1) ?? null
      const startSeconds = before?.endSeconds ?? 0
      segments.push({
        ...readRange(range, new URL(line, base).href, before),
        init,
        startSeconds,
        endSeconds: startSeconds + duration,
      })
      range = null
    }
  }
  return segments
}

/** Which segment shows a moment: the last one for what comes after the end, -1 of an empty list. */
export function segmentAt(segments: readonly Segment[], seconds: number): number {
  const found = segments.findIndex(({ endSeconds }) => seconds < endSeconds)
  return found < 0 ? segments.length - 1 : found
}

/** What it takes to show a segment: in one piece where init section and segment lie side by side. */
export function piecesOf({ url, from, to, init }: Segment): Piece[] {
  if (!init) return [{ url, from, to }]
  const adjoins = init.url === url && init.to === from
  return adjoins ? [{ url, from: init.from, to }] : [init, { url, from, to }]
}
