// Which container a file is, by its first bytes: FFmpeg is told the demuxer and never guesses. Refuses playlists, scripts and
// whatever is no video file. Pure. Read by the transcoder, whose word counts, and by the portal before it sends a byte.
import { MillraceError } from './errors.ts'
import type { Demuxer, SoundDemuxer } from './timeline.ts'

/** How much of the beginning `sniffContainer` wants to see. */
export const sniffedBytes = 64 * 1024

const ascii = (bytes: Uint8Array, start: number, end: number) =>
  String.fromCharCode(...bytes.subarray(start, end))

const startsWith = (bytes: Uint8Array, ...signature: number[]) =>
  signature.every((byte, i) => bytes[i] === byte)

/** @throws MillraceError `source-empty`, `source-is-playlist`, `source-not-media`, `unsupported-codec` for rare sound files. */
export function sniffContainer(head: Uint8Array): Demuxer {
  if (head.byteLength === 0) throw new MillraceError('source-empty')
  const demuxer = sniffSignature(head) ?? (isTransportStream(head) ? 'mpegts' : null)
  if (demuxer) return demuxer
  if (isRareSound(head)) throw new MillraceError('unsupported-codec')
  // Before sound: a byte order mark looks like the beginning of an MP3.
  if (isPlaylist(head)) throw new MillraceError('source-is-playlist')
  const sound = sniffSound(head)
  if (sound) return sound
  throw new MillraceError('source-not-media')
}

function sniffSignature(head: Uint8Array): Demuxer | null {
  const tag = ascii(head, 0, 4)
  if (isMovie(head)) return 'mov'
  if (startsWith(head, 0x1a, 0x45, 0xdf, 0xa3)) return 'matroska'
  if (tag === 'RIFF' && ascii(head, 8, 11) === 'AVI') return 'avi'
  if (startsWith(head, 0x00, 0x00, 0x01, 0xba)) return 'mpeg'
  if (startsWith(head, 0x46, 0x4c, 0x56, 0x01)) return 'flv'
  // The header object of ASF, as a GUID.
  if (startsWith(head, 0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11)) return 'asf'
  if (tag === 'OggS') return 'ogg'
  return null
}

/** Boxes a QuickTime or MP4 file may begin with. */
const firstBoxes = /^(ftyp|moov|mdat|wide|free|skip|pnot|styp|sidx|moof)$/
/** ISO base media files that hold pictures: HEIF, AVIF, Canon's raw. */
const pictureBrands = /^(mif1|msf1|mif2|hei[cmsx]|hev[cmsx]|avi[fos]|jpeg|jpgs|crx )$/

function isMovie(head: Uint8Array): boolean {
  if (head.byteLength < 8 || !firstBoxes.test(ascii(head, 4, 8))) return false
  if (ascii(head, 4, 8) === 'ftyp') return !pictureBrands.test(ascii(head, 8, 12))
  const size = new DataView(head.buffer, head.byteOffset, head.byteLength).getUint32(0)
  // 0: to the end of the file; 1: the length follows as 64 bits.
  return size === 0 || size === 1 || size >= 8
}

const syncByte = 0x47
/** Plain packets, with a time code before each (M2TS), with error correction behind each. */
const packetSizes = [188, 192, 204]

/** Sync bytes at one distance from the first packet to the end of what is seen; a recording may begin inside a packet. */
function isTransportStream(head: Uint8Array): boolean {
  return packetSizes.some(size => {
    const wanted = Math.min(8, Math.floor(head.byteLength / size))
    if (wanted < 2) return false
    for (let offset = 0; offset < size; offset++) {
      let seen = 0
      while (seen < wanted && head[offset + seen * size] === syncByte) seen += 1
      if (seen === wanted) return true
    }
    return false
  })
}

function sniffSound(head: Uint8Array): SoundDemuxer | null {
  const tag = ascii(head, 0, 4)
  if (tag === 'fLaC') return 'flac'
  if (/^(RIFF|RF64|RIFX)$/.test(tag)) return ascii(head, 8, 12) === 'WAVE' ? 'wav' : null
  if (tag === 'FORM') return /^AIF[FC]$/.test(ascii(head, 8, 12)) ? 'aiff' : null
  // ID3v2 stands before FLAC and AAC too; what lies behind a large cover is not seen, and MP3 most of the time.
  if (tag.startsWith('ID3')) return sniffFrames(head.subarray(id3Bytes(head))) ?? 'mp3'
  return sniffFrames(head)
}

/** ID3v2 §3.1: ten bytes, then as many as four bytes of seven bits say. */
const id3Bytes = (head: Uint8Array): number =>
  10 + head.subarray(6, 10).reduce((size, byte) => size * 128 + (byte & 0x7f), 0)

/** MPEG audio and ADTS: eleven or twelve set bits, then a layer that exists, a rate that exists. */
function sniffFrames(head: Uint8Array): SoundDemuxer | null {
  if (ascii(head, 0, 4) === 'fLaC') return 'flac'
  const [first = 0, second = 0, third = 0] = head
  if (first !== 0xff) return null
  if ((second & 0xf6) === 0xf0 && ((third >> 2) & 0x0f) < 13) return 'aac'
  const mpeg = (second & 0xe0) === 0xe0 && ((second >> 1) & 3) !== 0 && ((second >> 3) & 3) !== 1
  return mpeg && third >> 4 !== 0x0f && ((third >> 2) & 3) !== 3 ? 'mp3' : null
}

/** Core Audio, MIDI, WavPack, Monkey's Audio, AMR, DSD, AC-3. */
const isRareSound = (head: Uint8Array): boolean =>
  /^(caff|MThd|wvpk|MAC |#!AM|DSD )$/.test(ascii(head, 0, 4)) || startsWith(head, 0x0b, 0x77)

/** What FFmpeg, or a shell, would follow to other files: HLS, DASH, Smooth Streaming, concat, SDP, PLS, ASX, scripts. */
const playlistText = [
  /^#EXT/i,
  /^ffconcat\b/i,
  /^#!/,
  /^file\s+\S/i,
  /^(https?|rtsp|rtmp|concat|file|data|subfile):/i,
  /^v=0\s*\r?\n/,
  /^\[(playlist|reference)\]/i,
  /^<asx\b/i,
  /^<\?wpl\b/i,
  /^(<\?xml|<!--|<)[\s\S]*<(\w+:)?(MPD|SmoothStreamingMedia|playlist|asx|smil)\b/i,
  /^<(MPD|SmoothStreamingMedia|playlist|smil)\b/i,
]

/** A text without its byte order mark; of UTF-16, what its Latin letters are. */
function withoutMark(head: Uint8Array): Uint8Array {
  if (startsWith(head, 0xff, 0xfe)) return head.subarray(2).filter((_, i) => i % 2 === 0)
  return startsWith(head, 0xef, 0xbb, 0xbf) ? head.subarray(3) : head
}

function isPlaylist(head: Uint8Array): boolean {
  const text = ascii(withoutMark(head.subarray(0, 4096)), 0, 4096).trimStart()
  return playlistText.some(pattern => pattern.test(text))
}
