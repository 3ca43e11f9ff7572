// The head of the MP4 people download: ftyp, moov, room that is left, and the header of the mdat that ends the file. What
// decoders need is taken over from the tracks' init sections byte by byte. Pure.
import { box, boxPieces, fullBox, lengthOf, u16, u32, u64 } from './box-writing.ts'
import { type Bytes, boxAt, boxesOf, damaged } from './boxes.ts'
import type { InitFacts } from './fragments.ts'
import type { SampleTable } from './sample-table.ts'

export interface MovieTrack {
  init: InitFacts
  /** The trak of the init section. */
  trak: Bytes
  table: SampleTable
  /** As a playlist says it; null when nobody knows. */
  language: string | null
}

/** «if size is 1 then the actual size is in the field largesize»: the same for files of any length. */
const dataHeaderBytes = 16
const maxShort = 2 ** 32

/** ftyp, and what moov takes beside its sample tables; 28 bytes for a fragment of a second. */
export const mostHeadBytes = (tracks: number, seconds: number): number =>
  tracks * (8192 + Math.ceil(28 * (seconds + 16))) + 1024

const fileType = box(
  'ftyp',
  Buffer.from('isom', 'latin1'),
  u32(0x200),
  Buffer.from('isomiso2avc1mp41', 'latin1'),
)

export interface Movie {
  tracks: readonly MovieTrack[]
  /** Of the samples of all tracks together. */
  dataBytes: number
}

/**
 * Everything before the samples.
 * @param room bytes to fill exactly; null: as many as it takes.
 * @throws RangeError when it does not fit.
 */
export function writeHead(movie: Movie, room: number | null): Buffer {
  const wide = (room ?? maxShort / 4) + movie.dataBytes >= maxShort
  const least = fileType.byteLength + dataHeaderBytes
  // The length of moov does not depend on where the samples are.
  const bytes = room ?? least + lengthOf(writeMovie(movie, 0, wide))
  const moov = writeMovie(movie, bytes, wide)
  const left = bytes - least - lengthOf(moov)
  if (left !== 0 && left < 8)
    throw new RangeError(`the head takes ${-left} bytes more than there are`)
  const free = left === 0 ? Buffer.alloc(0) : box('free', Buffer.alloc(left - 8))
  const data = Buffer.concat([u32(1), Buffer.from('mdat', 'latin1')])
  return Buffer.concat(
    [fileType, ...moov, free, data, u64(dataHeaderBytes + movie.dataBytes)],
    bytes,
  )
}

/** §6.2.2: a 16.16 unit matrix. */
const matrix = u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)

function writeMovie({ tracks }: Movie, dataStart: number, wide: boolean): Uint8Array[] {
  const [first] = tracks
  if (!first) throw damaged('no tracks')
  const { timescale } = first.init
  const lengths = tracks.map(track =>
    Math.ceil((shownTicks(track) / track.init.timescale) * timescale),
  )
  const duration = Math.max(...lengths)
  const header = fullBox(
    'mvhd',
    { version: 1 },
    ...[u64(0, 0), u32(timescale), u64(duration)],
    // Rate 1.0, volume 1.0, reserved.
    ...[u32(0x10000), u16(0x100, 0), u32(0, 0), matrix, u32(0, 0, 0, 0, 0, 0)],
    u32(tracks.length + 1),
  )
  const traks = tracks.flatMap((track, index) =>
    writeTrack(track, {
      id: index + 1,
      length: lengths[index] ?? 0,
      // Of several sounds the first is heard; the others are its alternatives (§8.3.2).
      enabled: index < 2,
      start: Math.round((track.table.firstTicks / track.init.timescale) * timescale),
      ...{ dataStart, wide },
    }),
  )
  return boxPieces('moov', header, ...traks)
}

const shownTicks = ({ init, table }: MovieTrack) => Math.max(0, table.shownTicks - init.editTicks)

interface TrackPlace {
  id: number
  /** In ticks of the movie. */
  length: number
  start: number
  enabled: boolean
  dataStart: number
  wide: boolean
}

function writeTrack(track: MovieTrack, place: TrackPlace): Uint8Array[] {
  const { init, trak, table } = track
  const sound = init.kind === 'audio'
  const header = fullBox(
    'tkhd',
    // In the movie, in its preview; enabled or not.
    { version: 1, flags: place.enabled ? 3 : 2 },
    ...[u64(0, 0), u32(place.id, 0), u64(place.start + place.length), u32(0, 0)],
    ...[u16(0, sound ? 1 : 0, sound ? 0x100 : 0, 0), matrix],
    shownSize(trak),
  )
  const media = fullBox(
    'mdhd',
    { version: 1 },
    ...[u64(0, 0), u32(init.timescale), u64(table.ticks), u16(packLanguage(track.language), 0)],
  )
  const minf = boxAt(trak, 'mdia', 'minf')
  const kept = boxesOf(minf)
    .filter(({ type }) => type !== 'stbl')
    .map(({ type, body }) => box(type, body.data))
  const description = box('stsd', boxAt(minf, 'stbl', 'stsd').data)
  const samples = table.write(description, place.dataStart, place.wide)
  const handler = box('hdlr', boxAt(trak, 'mdia', 'hdlr').data)
  return boxPieces(
    'trak',
    header,
    box('edts', editList(track, place)),
    ...boxPieces('mdia', media, handler, ...boxPieces('minf', ...kept, ...samples)),
  )
}

/** Width and height on the screen, 16.16, as the init section has them: the last fields of tkhd in both versions. */
function shownSize(trak: Bytes): Buffer {
  const tkhd = boxAt(trak, 'tkhd')
  return Buffer.from(tkhd.slice(tkhd.length - 8, tkhd.length).data)
}

/** Takes off the reorder delay of the picture and the priming of the sound; a track that begins later waits (§8.6.6). */
function editList({ init }: MovieTrack, { length, start }: TrackPlace): Buffer {
  const wait = start > 0 ? [[start, -1] as const] : []
  const edits = [...wait, [length, init.editTicks] as const]
  const entries = edits.map(([duration, mediaTime]) =>
    Buffer.concat([
      u64(duration),
      mediaTime < 0 ? u32(0xffffffff, 0xffffffff) : u64(mediaTime),
      u16(1, 0),
    ]),
  )
  return fullBox('elst', { version: 1 }, u32(edits.length), ...entries)
}

/** ISO 639-2/T, five bits a letter (§8.4.2); `und` for what is no such code. */
function packLanguage(language: string | null): number {
  const code = language && /^[a-z]{3}$/.test(language) ? language : 'und'
  return [...code].reduce((packed, letter) => (packed << 5) | (letter.charCodeAt(0) - 0x60), 0)
}
