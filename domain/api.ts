// The HTTP contract as schemas: what each call takes and answers. Source of the OpenAPI document; the portal may import its
// types only.
import * as z from 'zod/mini'
import { errorCodes } from './error-codes.ts'
import { importReasons } from './import-reasons.ts'
import { type LibraryUsage, listSorts, listStates } from './listing.ts'
import { referrerPattern } from './network.ts'
import { maxPartNumber, maxPartsPerCall } from './parts.ts'
import { engines } from './plan.ts'
import { type ShareView as Share, shareLabelMaxLength, shareSeconds } from './share.ts'
import {
  maxFollowed,
  type PlaybackView as Playback,
  titleMaxLength,
  type VideoView as Video,
  videoIdPattern,
  videoStates,
  visibilities,
} from './video.ts'

const videoId = z.string().check(z.regex(videoIdPattern))
const count = z.int().check(z.nonnegative())
const partNumber = z.int().check(z.minimum(1), z.maximum(maxPartNumber))
const text = (max: number) => z.string().check(z.minLength(1), z.maxLength(max))

export const BeginUpload = z.object({
  /** The file's name; becomes the title, never part of a key. */
  name: text(1024),
  size: count,
  /** What the browser thinks it is; may be empty. */
  type: z.string().check(z.maxLength(255)),
  /** Names the same file again, so that an unfinished upload can go on. */
  fingerprint: text(500),
  /** Who makes the video, where there is a choice; without it the installation decides. */
  engine: z.optional(z.enum(engines)),
})

export const BegunUpload = z.object({
  videoId,
  /** Bytes of every part but the last. */
  partSize: count,
  partCount: partNumber,
})

export const SignParts = z.object({
  partNumbers: z.array(partNumber).check(
    z.minLength(1),
    z.maxLength(maxPartsPerCall),
    z.refine(numbers => new Set(numbers).size === numbers.length, 'each number once'),
  ),
})

export const SignedParts = z.object({
  parts: z.array(z.object({ partNumber, url: z.string(), size: count })),
})

export const HeldParts = z.object({
  parts: z.array(z.object({ partNumber, size: count, etag: z.string() })),
})

export const CompleteUpload = z.object({
  /** What the client believes the store holds. An empty etag: the store did not show it. */
  parts: z
    .array(z.object({ partNumber, etag: z.string().check(z.maxLength(200)) }))
    .check(z.maxLength(maxPartNumber)),
})

const title = z.string().check(
  z.trim(),
  z.minLength(1),
  z.refine(text => [...text].length <= titleMaxLength, `at most ${titleMaxLength} characters`),
  z.refine(text => !/\p{Cc}/u.test(text), 'no control characters'),
)

export const BeginImport = z.strictObject({
  /** Of a video file on a public website. */
  url: text(2048),
  /** Without it the name of the file. */
  title: z.optional(title),
})

/** At least one of them. */
export const ChangeVideo = z
  .strictObject({ title: z.optional(title), visibility: z.optional(z.enum(visibilities)) })
  .check(z.refine(changes => Object.keys(changes).length > 0, 'nothing to change'))

/** Nothing of it is needed. */
export const OpenPlayback = z.strictObject({
  /** Default `address`: the token stands in each address. `cookie`: it comes as a cookie, for players that keep cookies. */
  as: z.optional(z.enum(['address', 'cookie'])),
  /** Plays in the network of whoever asks alone: the first 24 bits of an address of version 4, 48 of version 6. */
  bindAddress: z.optional(z.boolean()),
  /** Plays in pages of this host alone, as `www.example.com`, with a port where it is not the usual one. */
  referrer: z.optional(z.string().check(z.toLowerCase(), z.regex(referrerPattern))),
})
export type OpenPlayback = z.infer<typeof OpenPlayback>

export const CreateShare = z.strictObject({
  /** Without it the link holds until it is taken back. */
  expiresInSeconds: z.optional(
    z.int().check(z.minimum(shareSeconds.least), z.maximum(shareSeconds.most)),
  ),
  /** For whoever gives it out: whom it is for. */
  label: z.optional(
    z.string().check(
      z.trim(),
      z.minLength(1),
      z.maxLength(shareLabelMaxLength),
      z.refine(text => !/\p{Cc}/u.test(text), 'no control characters'),
    ),
  ),
})

export const maxPageVideos = 100
const aState = `(${listStates.join('|')})`
/** Strict: a parameter that is misspelt would be passed over in silence. */
export const ListQuery = z.strictObject({
  cursor: z.optional(z.string().check(z.maxLength(2000))),
  limit: z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(maxPageVideos)), 50),
  /** Words that all stand in the title, in any order, whatever their case and accents. */
  q: z.optional(z.string().check(z.maxLength(titleMaxLength))),
  /** States, separated by commas. */
  state: z.optional(z.string().check(z.regex(new RegExp(`^${aState}(,${aState})*$`)))),
  sort: z._default(z.enum(listSorts), 'newest'),
})

const pixels = z.optional(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(100_000)))
/** As oembed.com §2.2 names them. */
export const OembedQuery = z.object({
  /** The page of a video, or its player for frames. */
  url: text(2000),
  maxwidth: pixels,
  maxheight: pixels,
  /** Only `json` is there. */
  format: z.optional(z.string().check(z.maxLength(20))),
})

export const Oembed = z.object({
  version: z.literal('1.0'),
  type: z.literal('video'),
  title: z.string(),
  provider_name: z.string(),
  provider_url: z.string(),
  /** Seconds. */
  cache_age: count,
  width: count,
  height: count,
  /** An iframe with the player. */
  html: z.string(),
  thumbnail_url: z.optional(z.string()),
  thumbnail_width: z.optional(count),
  thumbnail_height: z.optional(count),
})

export const EventsQuery = z.object({
  /** Ids, separated by commas. */
  videos: z.string().check(
    z.refine(
      list => list.split(',').every(id => videoIdPattern.test(id)),
      'video ids, separated by commas',
    ),
    z.refine(list => new Set(list.split(',')).size <= maxFollowed, `at most ${maxFollowed} videos`),
  ),
})

export const PlaylistQuery = z.object({
  /** RFC 8216bis §6.2.5.2: answer once this media sequence number is listed. */
  _HLS_msn: z.optional(z.coerce.number().check(z.int(), z.nonnegative())),
})

const Failure = z.object({
  code: z.enum(errorCodes),
  message: z.string(),
  /** Of `import-refused`. */
  reason: z.optional(z.enum(importReasons)),
})
const nullable = z.nullable

export const VideoView = z.object({
  videoId,
  title: z.string(),
  visibility: z.enum(visibilities),
  canChange: z.boolean(),
  state: z.enum(videoStates),
  ratio: z.number().check(z.minimum(0), z.maximum(1)),
  playable: z.boolean(),
  sizeBytes: count,
  import: nullable(z.object({ receivedBytes: count, totalBytes: nullable(count) })),
  durationSeconds: nullable(z.number()),
  width: nullable(count),
  height: nullable(count),
  soundOnly: z.boolean(),
  rungs: z.array(z.object({ height: count, state: z.enum(['waiting', 'growing', 'ready']) })),
  posterUrl: nullable(z.string()),
  posterColor: nullable(z.string()),
  storyboardUrl: nullable(z.string()),
  failure: nullable(Failure),
  createdAt: z.iso.datetime(),
  version: count,
}) satisfies z.ZodMiniType<Video>

export const UsageView = z.object({
  videos: count,
  /** Videos in each state; what waits in the queue counts as being processed. */
  states: z.object({ uploading: count, processing: count, ready: count, failed: count }),
  /** Of the uploaded files. */
  sizeBytes: count,
  durationSeconds: z.number(),
  /** False: there are more, and the newest were counted. */
  complete: z.boolean(),
}) satisfies z.ZodMiniType<LibraryUsage>

export const VideoPage = z.object({ videos: z.array(VideoView), cursor: nullable(z.string()) })

export const ShareView = z.object({
  shareId: z.string(),
  url: z.string(),
  label: nullable(z.string()),
  createdAt: z.iso.datetime(),
  expiresAt: nullable(z.iso.datetime()),
}) satisfies z.ZodMiniType<Share>

export const ShareList = z.object({ shares: z.array(ShareView) })

export const PlaybackView = z.object({
  url: z.string(),
  nativeUrl: z.string(),
  mp4Url: nullable(z.string()),
  posterUrl: nullable(z.string()),
  storyboardUrl: nullable(z.string()),
  durationSeconds: nullable(z.number()),
  growing: z.boolean(),
  expiresAt: z.iso.datetime(),
}) satisfies z.ZodMiniType<Playback>

/** RFC 9457 problem details. */
export const Problem = z.object({
  type: z.literal('about:blank'),
  title: z.string(),
  status: z.int(),
  /** Stable; decide by this. */
  code: z.enum(errorCodes),
  /** Of `import-refused`: why. As stable as the code. */
  reason: z.optional(z.enum(importReasons)),
  /** A sentence for a person. */
  detail: z.string(),
  /** Names this one occurrence, for whoever reads the log. */
  instance: z.optional(z.string()),
  /** Paths of the request's fields that are not as expected. */
  invalid: z.optional(z.array(z.string())),
  /** Parts an upload still owes. */
  partNumbers: z.optional(z.array(partNumber)),
})
export type Problem = z.infer<typeof Problem>
