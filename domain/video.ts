// What a video is to everyone: its id, its states and legal steps, and its shape in the API. Plain values and types, no
// schema: the portal imports this file.
import type { ErrorCode } from './errors.ts'
import type { ImportReason } from './import-reasons.ts'

export type VideoState = 'uploading' | 'queued' | 'processing' | 'ready' | 'failed' | 'deleting'

const legalSteps: Record<VideoState, readonly VideoState[]> = {
  uploading: ['queued', 'failed', 'deleting'],
  queued: ['processing', 'failed', 'deleting'],
  processing: ['ready', 'failed', 'deleting'],
  // A re-run leaves a ready video ready: it works on a new attempt, success flips liveAttempt, and failure takes nothing away.
  ready: ['deleting'],
  // A re-run is another chance.
  failed: ['queued', 'deleting'],
  deleting: [],
}

/** `private`: the owner alone. `unlisted`: whoever has the address. `public`: everybody. */
export const visibilities = ['private', 'unlisted', 'public'] as const
export type Visibility = (typeof visibilities)[number]

export const videoStates = Object.keys(legalSteps) as VideoState[]

/** True when a video may go from one state to the other. A step to the same state is never legal. */
export function canStep(from: VideoState, to: VideoState): boolean {
  return legalSteps[from].includes(to)
}

/** The states from which a step to `to` is legal: what a conditional write may find. */
export function statesBefore(to: VideoState): VideoState[] {
  return videoStates.filter(from => canStep(from, to))
}

/** Nothing more will happen to the video by itself. */
export function isFinalState(state: VideoState): boolean {
  return state === 'ready' || state === 'failed' || state === 'deleting'
}

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const idLength = 22
export const videoIdPattern = /^v_[0-9A-Za-z]{22}$/

/**
 * 22 base62 characters (131 bits) from at least 24 bytes. 192 bits taken modulo 62^22 leave a bias below 2^-60.
 */
export function toBase62(bytes: Uint8Array): string {
  if (bytes.length < 24) throw new RangeError('an id needs at least 24 bytes')
  let value = 0n
  for (const byte of bytes.subarray(0, 24)) value = value * 256n + BigInt(byte)
  let id = ''
  for (let i = 0; i < idLength; i++) {
    id += base62[Number(value % 62n)]
    value /= 62n
  }
  return id
}

/** @param bytes random ones for an upload, a hash for an arrival in the drop folder */
export const toVideoId = (bytes: Uint8Array): string => `v_${toBase62(bytes)}`

export function isVideoId(value: unknown): value is string {
  return typeof value === 'string' && videoIdPattern.test(value)
}

/** How far one rung is: `waiting` (nothing yet), `growing` (its first chunks play), `ready` (whole). */
export type RungState = 'waiting' | 'growing' | 'ready'

/** `totalBytes` null: the website does not say. What was fetched may count from 0 again where it can't be gone on with. */
export interface ImportProgress {
  receivedBytes: number
  totalBytes: number | null
}

/** A video as the API answers it. Times are ISO 8601, `ratio` is 0..1, sizes are pixels of the upright picture. */
export interface VideoView {
  videoId: string
  title: string
  visibility: Visibility
  /** Whoever reads this may change the video: it is theirs, or they run the installation. */
  canChange: boolean
  state: VideoState
  /** Work done on the encode, 0..1; never falls. 0 while uploading, 1 when ready. */
  ratio: number
  /** The first picture (and sound, where there is any) can be played now, though the ladder may still grow. */
  playable: boolean
  /** Size of the uploaded file; 0 while it is being fetched. */
  sizeBytes: number
  /** How far a file has been fetched from the web; null when it is whole, and where it is uploaded. */
  import: ImportProgress | null
  durationSeconds: number | null
  /** Null also where there is sound alone. */
  width: number | null
  height: number | null
  /** The file has no picture: a plain one is shown, its poster is its cover or its waveform. */
  soundOnly: boolean
  rungs: { height: number; state: RungState }[]
  /** Signed, stable for hours; null until there is a picture. */
  posterUrl: string | null
  /** Its mean, #rrggbb: stands in its place until it is there. */
  posterColor: string | null
  storyboardUrl: string | null
  /** `reason`: of `import-refused`. */
  failure: { code: ErrorCode; message: string; reason?: ImportReason | undefined } | null
  createdAt: string
  /** Rises with every change anyone could see; also the SSE event id. */
  version: number
}

/** The most videos one event stream follows. */
export const maxFollowed = 50

/** What `POST /api/videos/:videoId/playback` answers. All addresses are paths on the same origin, signed. */
export interface PlaybackView {
  /** HLS multivariant playlist for players with Media Source Extensions, and for every other complete HLS client. */
  url: string
  /** HLS for players with native HLS only: lists no borrowed segments. */
  nativeUrl: string
  mp4Url: string | null
  posterUrl: string | null
  storyboardUrl: string | null
  /** Planned duration, for the player's scrubber while the playlist still grows; null before it is known. */
  durationSeconds: number | null
  /** True while the ladder still grows. */
  growing: boolean
  expiresAt: string
}

export const titleMaxLength = 200

/**
 * A title for a file: its name without folders and extension, control characters dropped, at most 200 characters. Half a
 * surrogate pair, which a file system may hold and no store takes, becomes U+FFFD.
 */
export function titleFromName(name: string): string {
  const base = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1)
  const stem = base.replace(/\.[A-Za-z0-9]{1,5}$/, '') || base
  const clean = stem
    .toWellFormed()
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
  return [...clean].slice(0, titleMaxLength).join('').trimEnd() || 'Untitled'
}
