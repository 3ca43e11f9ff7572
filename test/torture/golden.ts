// The golden answers, one row an input: what a viewer must get of it, or the code it is refused with. What a row leaves out is as
// in the plain film: 640x360, 25 pictures a second, 100 of them in 4 s, each once, sound in sync, the patches' own colours, one
// track that beeps at 1000 Hz.
import type { ErrorCode } from '#domain/errors.ts'

export interface GoldenFilm {
  /** Of the highest rung. */
  size?: string
  rate?: string
  frames?: number
  seconds?: number
  /** Numbers of the pictures in order: `0-9 9x2 12-20`. */
  shows?: string
  /** By how many milliseconds sound is late against the picture, at the first beep and the last; null without a beep. */
  sync?: number | string | null
  /** How many there are in all, where that is what an input is about. */
  beeps?: number | null
  /** `true`, or the four patches in hexadecimal. */
  colour?: string
  /** Language and pitch of each. */
  tracks?: string[]
}

export type Golden = (GoldenFilm | { refused: ErrorCode }) & {
  /** Pictures a second as they were counted, where the output has another rate. */
  counted?: number
  /** What is wrong about an answer that is not yet as it should be. */
  known?: string
  /** The number of the picture on the poster, where it is not one of the first. */
  poster?: number
}

/** As the plain film. */
const plain: Golden = {}
const ntsc = { rate: '30000/1001', frames: 120, seconds: 4.004 }
const film = { rate: '24000/1001', frames: 96, seconds: 4.004 }
const holes =
  '0-1 2x2 4-11 12x2 14-21 22x2 24-31 32x2 34-41 42x18 60-61 62x2 64-71 72x2 74-81 82x2 84-91 92x2 94-101 102x2 104-111 112x2 114-119'
/** The patches in HDR, their white at 203 nits: SDR has to leave room for what may be brighter. */
const toneMapped = '9b2f2f 378643 3b4197 6f6f6f'
/** MP3 in AVI: the picture is put a frame late, and nothing takes the encoder's delay of 25 ms from the sound. */
const lateAvi = { frames: 101, seconds: 4.04, shows: '0x2 1-99', sync: -17 }
/** Fragments without an edit list: the picture begins at its reorder delay of 80 ms, the sound at 0. */
const fragmented = { frames: 102, seconds: 4.08, shows: '0x3 1-99' }

const pictures: Record<string, Golden> = {
  'copied.mp4': plain,
  'copied-short-gops.mov': plain,
  'copied-late.mp4': plain,
  'plain.mp4': plain,
  'rotated-90.mp4': { size: '360x640' },
  'rotated-180.mp4': plain,
  'rotated-270.mp4': { size: '360x640' },
  'flipped-sideways.mp4': plain,
  'flipped-over.mp4': plain,
  'portrait.mp4': { size: '360x640' },
  'odd-size.mp4': plain,
  'odd-portrait.webm': { size: '360x642' },
  'tiny.mp4': { size: '88x50' },
  'wide-pixels.mp4': plain,
  'narrow-pixels.mkv': plain,
  'rotated-wide-pixels.mp4': { size: '360x640' },
  'no-pixel-shape.mkv': plain,
  'ten-bit.mp4': plain,
  'ten-bit-hevc.mp4': plain,
  '422.mp4': plain,
  '444.mp4': plain,
  'prores-422.mov': plain,
  'prores-4444-alpha.mov': plain,
  'png-alpha.mov': plain,
  'vp9-alpha.webm': plain,
  'rgb.mp4': plain,
  'full-range.mp4': plain,
  'motion-jpeg.mov': plain,
  'bt601.mp4': plain,
  'bt601-unsaid.mp4': plain,
  'bt2020.mp4': plain,
  'hdr10.mp4': { colour: toneMapped },
  'hlg.mp4': { colour: toneMapped },
  'fields-top-first.ts': plain,
  'fields-bottom-first.mpg': plain,
  'fields-h264.mp4': plain,
  'begins-in-black.mp4': { shows: '?x25 25-99', poster: 25 },
  'moving-size.webm': { sync: null, tracks: [] },
  'moving-size.ts': { sync: null, tracks: [] },
}

const clocks: Record<string, Golden> = {
  '24.mp4': { rate: '24', frames: 96 },
  '23.976.mp4': film,
  '23.976.mkv': film,
  '29.97.mp4': ntsc,
  '29.97.ts': ntsc,
  '30.mkv': { rate: '30', frames: 120 },
  '50.mp4': { rate: '50', frames: 200 },
  '59.94.mp4': { rate: '60000/1001', frames: 240, seconds: 4.004 },
  '60.mp4': { rate: '60', frames: 240 },
  '12.5.mp4': { rate: '25/2', frames: 50 },
  '1-a-second.mp4': { rate: '1', frames: 4 },
  '2-a-second.mkv': { rate: '2', frames: 8 },
  '120.mp4': { rate: '120', frames: 240, seconds: 2 },
  '240.mp4': { refused: 'rate-too-high' },
  'variable.mp4': { rate: '30', frames: 120, shows: holes },
  'variable.mkv': { rate: '30', frames: 120, shows: holes },
  'one-picture.mp4': { frames: 1, seconds: 0.04, sync: null, tracks: [] },
  'two-pictures.mp4': { frames: 2, seconds: 0.08, sync: null, tracks: [] },
  'one-picture-with-sound.mp4': {
    shows: '0x100',
    beeps: 4,
  },
  'starts-at-5.mp4': plain,
  'starts-at-5.mkv': plain,
  'edit-list-inside-a-gop.mp4': { frames: 75, seconds: 3, shows: '25-99' },
  'negative-offsets.mp4': plain,
  'two-edits.mp4': { frames: 50, seconds: 2, shows: '0-24 60-84', sync: null, tracks: [] },
  'two-edits-inside-a-gop.mp4': {
    frames: 51,
    seconds: 2.04,
    shows: '0-23 24x2 50-74',
    sync: null,
    tracks: [],
    known: 'FFmpeg puts an edit that begins inside a GOP a frame late',
  },
  'repeated-edit.mp4': { frames: 50, seconds: 2, shows: '25-49 25-49', sync: null, tracks: [] },
  'jitter.mkv': { rate: '30', frames: 120 },
  // What can't be decoded is a still of the first picture that can; sound plays from the start.
  'no-first-keyframe.ts': { shows: '25x26 26-99' },
  'no-first-keyframe.mkv': { shows: '75x76 76-99' },
  'open-gops.ts': plain,
  'one-keyframe.mp4': plain,
  'one-keyframe-in-7-hours.mkv': { refused: 'unsupported-source' },
  'wrapped-clock.ts': plain,
  'clock-starts-again.ts': {
    refused: 'unsupported-source',
    known: 'refused with what to do; the two halves could be shown one after the other',
  },
}

/** Sound that begins late ends after the picture. */
const heldShortly = { frames: 108, seconds: 4.32, shows: '0-98 99x9', beeps: 4 }
/** A plain picture, ten times a second. */
const recording: Golden = {
  ...{ size: '426x240', rate: '10', frames: 40, shows: '?x40' },
  colour: '0b1117 0b1117 0b1117 0b1117',
  beeps: 4,
}

/** The encoder's last packet is longer than the sound; where nothing tells, so is its delay at the start. */
const padded: Golden = { ...recording, frames: 41, seconds: 4.1, shows: '?x41' }

const sounds: Record<string, Golden> = {
  'silent.mp4': { sync: null, tracks: [] },
  'sound-alone.m4a': recording,
  'sound-alone.mp3': padded,
  'sound-alone.wav': recording,
  'sound-alone.flac': recording,
  'sound-alone.aac': { ...padded, sync: 23 },
  'sound-alone.ogg': recording,
  'sound-alone.mka': padded,
  'sound-alone.ts': padded,
  'covered.m4a': recording,
  'covered.mp3': padded,
  'no-length.mp3': { ...padded, sync: 23 },
  'captions-alone.mkv': { refused: 'no-video' },
  'mono.mp4': plain,
  'centre-of-5.1.mp4': plain,
  'side-of-7.1.mkv': plain,
  'two-languages.mkv': { tracks: ['eng 1000', 'deu 1500'] },
  'two-rates.mp4': { tracks: ['fra 1000', 'jpn 600'] },
  'late.mp4': { ...heldShortly, sync: 300 },
  'late.mkv': { ...heldShortly, sync: 300 },
  'late.ts': { ...heldShortly, sync: 300 },
  // The sound is kept over a still first picture, in whole frames.
  'early.mp4': { frames: 107, seconds: 4.28, shows: '0x8 1-99', sync: -280 },
  'early.mkv': { frames: 107, seconds: 4.28, shows: '0x8 1-99', sync: -280 },
  'early-by-2-seconds.mp4': { frames: 150, seconds: 6, shows: '0x51 1-99', beeps: 4 },
  'hole.mkv': plain,
  'late-by-2-seconds.mkv': plain,
  'short.mp4': plain,
  // The last picture is held until the sound has ended.
  'long.mp4': { frames: 175, seconds: 7, shows: '0-98 99x76', beeps: 7 },
  'long.mkv': { frames: 176, seconds: 7.04, shows: '0-98 99x77', beeps: 7 },
  'long.ts': { frames: 176, seconds: 7.04, shows: '0-98 99x77', beeps: 7 },
  'much-longer.mp4': { frames: 225, seconds: 9, shows: '0-23 24x201', beeps: 9 },
  '8-khz.mov': plain,
  '8-khz-mono.mkv': plain,
  '192-khz.mkv': plain,
  '22.05-khz.avi': { frames: 102, seconds: 4.08, shows: '0x3 1-99', sync: -30 },
  '44.1-khz.mp4': plain,
  '96-khz.mov': plain,
  'opus.mp4': plain,
  'mp3.mp4': plain,
  'ac3.ts': plain,
  'alac.m4v': plain,
  'vorbis.mkv': plain,
}

const containers: Record<string, Golden> = {
  'index-in-front.mp4': plain,
  'fragmented.mp4': fragmented,
  'fragmented-plain.mp4': fragmented,
  'quicktime.mov': plain,
  'plain.mkv': plain,
  'no-duration.mkv': plain,
  'live.mkv': plain,
  'vp8.webm': plain,
  'vp9.webm': plain,
  'av1.mp4': plain,
  'plain.ts': plain,
  'blu-ray.m2ts': plain,
  'mpeg4.avi': lateAvi,
  'reordered.avi': { sync: 23 },
  'h264.avi': plain,
  'motion-jpeg.avi': plain,
  'raw.avi': { size: '320x180' },
  'huffyuv.avi': plain,
  'camcorder.avi': { size: '854x480' },
  'ffv1.mkv': plain,
  'mpeg1.mpg': plain,
  'hevc.ts': plain,
  'plain.flv': plain,
  'mpeg2.mpg': plain,
  'theora.ogv': plain,
  'windows.wmv': { frames: 101, seconds: 4.04, shows: '0x2 1-99' },
  'phone.3gp': { size: '320x240' },
  'sorenson.flv': plain,
  'chapters.mp4': plain,
  'cover-first.mp4': plain,
  'small-picture-first.mkv': plain,
  'subtitles.mp4': plain,
  'subtitles.mkv': plain,
  'time-code.mov': plain,
  'seventeen-streams.mp4': { refused: 'too-many-streams' },
  'animation.gif': { refused: 'source-not-media', known: 'a GIF is not taken for a film' },
  'picture.mp4': { refused: 'source-not-media' },
}

const damage: Record<string, Golden> = {
  'empty.mp4': { refused: 'source-empty' },
  'letter.mp4': { refused: 'source-not-media' },
  'playlist.mp4': { refused: 'source-is-playlist' },
  'concat.mp4': { refused: 'source-is-playlist' },
  'script.mp4': { refused: 'source-is-playlist' },
  'dash.mp4': { refused: 'source-is-playlist' },
  'zeros.mp4': { refused: 'source-not-media' },
  'cut-index-behind.mp4': { refused: 'source-truncated' },
  'cut-index-in-front.mp4': { refused: 'source-truncated' },
  'cut-header.mp4': { refused: 'source-truncated' },
  'cut.mkv': { refused: 'source-truncated' },
  // Nothing in a transport stream or an old AVI says reliably where it was to end.
  'cut.ts': { frames: 52, seconds: 2.08, shows: '0-48 *' },
  'cut.avi': { ...lateAvi, frames: 51, seconds: 2.04, shows: '0x2 1-47 *' },
  'broken-index.avi': lateAvi,
  'no-index.avi': lateAvi,
  'scarred.mp4': { shows: '0-53 * 71-99' },
  'scarred.ts': { shows: '0-48 * 60-99' },
  'scarred.mkv': { shows: '0-48 * 60-99' },
  'other-bytes.mp4': { refused: 'source-unreadable' },
  'broken-parameters.mp4': { refused: 'source-unreadable' },
  'lost-packets.ts': { shows: '0-48 * 60-99' },
  'begins-inside-a-packet.ts': plain,
  // The codec's own header has the true size.
  'huge-header.avi': { ...lateAvi, size: '88x50' },
  'huge-raw.avi': { refused: 'source-unreadable' },
  'locked.mp4': { refused: 'unsupported-source' },
  'unknown-codec.avi': { refused: 'unsupported-codec' },
}

const attacks: Record<string, Golden> = {
  'elsewhere.mov': { refused: 'source-unreadable' },
  'playlist-in-subtitles.avi': lateAvi,
  'large-cover.mp4': plain,
  'large-picture.mov': { refused: 'source-unreadable' },
  'packed-index.mov': { refused: 'source-unreadable' },
  'endless-samples.mp4': { refused: 'source-unreadable' },
  'endless-edits.mp4': { refused: 'too-long' },
  'deep-boxes.mp4': { refused: 'source-unreadable' },
  'sly-names.mp4': plain,
  'sdp.mp4': { refused: 'source-is-playlist' },
  'drawing.mp4': { refused: 'source-not-media' },
  'archive.mp4': { refused: 'source-not-media' },
}

export const golden: Record<string, Golden> = {
  ...pictures,
  ...clocks,
  ...sounds,
  ...containers,
  ...damage,
  ...attacks,
}
