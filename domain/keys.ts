// Object keys and playback paths, both ways. The only file that spells them. Plain values: the stacks, the edge and the
// functions read it; nothing from a user ever stands in a key.
import { isVideoId } from './video.ts'

export const uploadsPrefix = 'uploads/'
export const dropPrefix = 'drop/'
export const plansPrefix = 'plans/'
export const mediaPrefix = 'v/'

// Source bucket

export const sourceKey = (videoId: string): string => `${uploadsPrefix}${videoId}/source`

export function parseSourceKey(key: string): { videoId: string } | null {
  const [prefix, videoId, name, ...rest] = key.split('/')
  if (`${prefix}/` !== uploadsPrefix || name !== 'source' || rest.length > 0) return null
  return isVideoId(videoId) ? { videoId } : null
}

export const planKey = (videoId: string, attempt: number): string =>
  `${plansPrefix}${videoId}/${attempt}.json`

/** The plan of its opening, made before the film has been read whole. */
export const openingKey = (videoId: string, attempt: number): string =>
  `${plansPrefix}${videoId}/${attempt}.opening.json`

/** Everything of one video in the source bucket that its deletion removes. */
export const sourcePrefixes = (videoId: string): string[] => [
  `${uploadsPrefix}${videoId}/`,
  `${plansPrefix}${videoId}/`,
]

// Media bucket

export const videoPrefix = (videoId: string): string => `${mediaPrefix}${videoId}/`
export const attemptPrefix = (videoId: string, attempt: number): string =>
  `${videoPrefix(videoId)}${attempt}/`

export const chunkKey = (
  videoId: string,
  attempt: number,
  track: string,
  index: number,
  nonce: string,
): string => `${attemptPrefix(videoId, attempt)}${track}/${index}.${nonce}.mp4`

/** Numbers as `chunkKey` writes them, so that no second key reads as the same chunk. */
const chunkPattern =
  /^v\/(v_[0-9A-Za-z]{22})\/(0|[1-9]\d{0,14})\/([a-z0-9]+)\/(0|[1-9]\d{0,14})\.([0-9A-Za-z]+)\.mp4$/

export function parseChunkKey(
  key: string,
): { videoId: string; attempt: number; track: string; index: number; nonce: string } | null {
  const match = chunkPattern.exec(key)
  if (!match) return null
  const [, videoId = '', attempt, track = '', index, nonce = ''] = match
  return { videoId, attempt: Number(attempt), track, index: Number(index), nonce }
}

/** Everything one job of MediaConvert writes: a folder of its own, so that two jobs of an attempt never share an object. */
export const conversionPrefix = (videoId: string, attempt: number, folder: string): string =>
  `${attemptPrefix(videoId, attempt)}mediaconvert/${folder}/`

const conversionPattern =
  /^v\/(v_[0-9A-Za-z]{22})\/(0|[1-9]\d{0,14})\/mediaconvert\/([0-9A-Za-z]+)\/./

export function parseConversionKey(
  key: string,
): { videoId: string; attempt: number; folder: string } | null {
  const [, videoId = '', attempt, folder = ''] = conversionPattern.exec(key) ?? []
  return attempt === undefined ? null : { videoId, attempt: Number(attempt), folder }
}

/** Names of the objects that exist once an attempt. Relative to `attemptPrefix`. */
export const mainPlaylistName = 'main.m3u8'
export const trackPlaylistName = (track: string): string => `${track}.m3u8`
export const iframePlaylistName = (track: string): string => `${track}.iframes.m3u8`
export const posterName = 'poster.jpg'
export const storyboardName = 'storyboard.vtt'
export const storyboardSheetName = (sheet: number): string => `storyboard-${sheet}.jpg`
export const mp4Name = 'video.mp4'

export const mediaKey = (videoId: string, attempt: number, name: string): string =>
  `${attemptPrefix(videoId, attempt)}${name}`

// Tracks: `240p` for a rung, `audio0` for a sound track.

export const rungTrack = (height: number): string => `${height}p`
export const audioTrack = (index: number): string => `audio${index}`
export const isAudioTrack = (track: string): boolean => track.startsWith('audio')

// Playback paths, as the viewer's browser asks for them. The edge strips `/t/<token>` after checking it, or `/c` after checking the
// token in the cookie.

/** Where the cookie is sent that opens one video, to the two kinds of its addresses. */
export const playbackCookieName = 'millrace-playback'
export const cookiePaths = (videoId: string): string[] => [`/c/v/${videoId}/`, `/c/p/${videoId}/`]

/** @param token null: it is in the cookie */
const gateOf = (token: string | null): string => (token === null ? '/c' : `/t/${token}`)

/** `/t/<token>/v/<videoId>/<attempt>/<name>`: finished and immutable. */
export const finalPath = (
  token: string | null,
  videoId: string,
  attempt: number,
  name: string,
): string => `${gateOf(token)}/${mediaKey(videoId, attempt, name)}`

/** `/t/<token>/p/<videoId>/<attempt>/<generation>/<name>`: what still grows. */
export const growingPath = (
  token: string | null,
  videoId: string,
  attempt: number,
  generation: number,
  name: string,
): string => `${gateOf(token)}/p/${videoId}/${attempt}/${generation}/${name}`

/** From a growing playlist's own address to an object of the same attempt: four folders up, then down. */
export const growingToMedia = (key: string): string => `../../../../${key}`

export const nativePlaylistName = 'native.m3u8'
/** A rung's own list without borrowing, for players with native HLS. */
export const nativeTrackPlaylistName = (track: string): string => `native-${track}.m3u8`
