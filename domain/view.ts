// A video as the API shows it, from its records. Pure.
import { isoOf } from './iso-date.ts'
import type { Count, Meta } from './item.ts'
import { finalPath, posterName, rungTrack, storyboardName } from './keys.ts'
import { eventVersion, type ProgressShard, progressRatio } from './progress.ts'
import { publicTokenExpiry, tokenExpiry } from './timing.ts'
import type { RungState, VideoView } from './video.ts'

export interface VideoRecords {
  meta: Meta
  /** Of the shown attempt; null before it is planned. */
  count: Count | null
  shards: readonly ProgressShard[]
  /** Of the attempt before it, which may still have been told something while this one began. */
  earlier?: readonly ProgressShard[]
}

/** A ready video shows the attempt that plays, whatever a re-run does beside it; any other the one at work. */
export function shownAttempt({ state, attempt, liveAttempt }: Meta): number {
  return state === 'ready' && liveAttempt > 0 ? liveAttempt : attempt
}

/**
 * When links made now to what can be seen of a video end, epoch seconds.
 * @param until when the share link ends by which they are asked for; null: never, or there is none
 */
export function linksEnd({ visibility, facts }: Meta, now: number, until: number | null): number {
  const usual =
    visibility === 'public' ? publicTokenExpiry(now) : tokenExpiry(now, facts?.durationSeconds ?? 0)
  return until === null ? usual : Math.min(usual, until)
}

/** A missing chunk is at least a GOP of 2 s, so less than this is rounding (and sound that ends after the picture). */
const roundingSeconds = 1

function rungState(meta: Meta, count: Count | null, height: number): RungState {
  if (meta.state === 'ready') return 'ready'
  const seconds = count?.seconds[rungTrack(height)] ?? 0
  if (seconds <= 0) return 'waiting'
  const whole = (meta.facts?.durationSeconds ?? Number.POSITIVE_INFINITY) - roundingSeconds
  return seconds >= whole ? 'ready' : 'growing'
}

/** The first picture, and the first sound where there is any, can be fetched now. */
export function isPlayable({ meta, count }: Pick<VideoRecords, 'meta' | 'count'>): boolean {
  if (meta.state === 'ready') return true
  if (meta.state !== 'processing' || !meta.facts || !count) return false
  return count.firstPicture && (meta.facts.audioTracks === 0 || count.firstSound)
}

/** Rises with every change of the shown attempt. What the one before it is still told does not count: it is swept. */
export function versionOf({ meta, count, shards }: VideoRecords): number {
  return eventVersion(shownAttempt(meta), meta.version, count?.version ?? 0, shards)
}

/** 0..1. Never falls, also where a new attempt begins at nothing. */
export function ratioOf({ meta, shards, earlier = [] }: VideoRecords): number {
  const ratio = progressRatio(meta.state, shards, meta.facts?.totalWork ?? null)
  if (!meta.earlier) return ratio
  const { totalWork, ratio: seen } = meta.earlier
  return Math.max(ratio, seen, progressRatio(meta.state, earlier, totalWork))
}

function importProgress({ state, import: fetched }: Meta): VideoView['import'] {
  if (state !== 'uploading' || !fetched) return null
  const { receivedBytes, totalBytes = null } = fetched
  return { receivedBytes, totalBytes }
}

/** @param reader.token opens this video's poster and storyboard at the edge */
export function toVideoView(
  records: VideoRecords,
  { token, canChange }: { token: string; canChange: boolean },
): VideoView {
  const { meta, count } = records
  const { facts, failure } = meta
  const picture = (made: boolean | undefined, name: string) =>
    made ? finalPath(token, meta.videoId, shownAttempt(meta), name) : null
  return {
    videoId: meta.videoId,
    title: meta.title,
    visibility: meta.visibility ?? 'private',
    canChange,
    state: meta.state,
    ratio: ratioOf(records),
    playable: isPlayable(records),
    sizeBytes: meta.source.sizeBytes,
    import: importProgress(meta),
    durationSeconds: facts?.durationSeconds ?? null,
    width: facts && !facts.soundOnly ? facts.width : null,
    height: facts && !facts.soundOnly ? facts.height : null,
    soundOnly: facts?.soundOnly ?? false,
    rungs: (facts?.rungs ?? []).map(height => ({ height, state: rungState(meta, count, height) })),
    posterUrl: picture(count?.poster, posterName),
    posterColor: count?.posterColor ?? null,
    storyboardUrl: picture(count?.storyboard, storyboardName),
    failure: meta.state === 'failed' && failure ? failure : null,
    createdAt: isoOf(meta.createdAt),
    version: versionOf(records),
  }
}
