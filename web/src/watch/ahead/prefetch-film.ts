// Fetches the beginning of a film before the player asks: playlists one after the other, then picture and sound at the same time.
import type { PlaybackView } from '#domain/video.ts'
import {
  piecesOf,
  readMultivariant,
  readSegments,
  type Segment,
  segmentAt,
} from './playlist-reading.ts'
import type { PrefetchCache } from './prefetch-cache.ts'
import { chooseStart, type StartWishes } from './start.ts'

/** The edge says of a growing playlist «max-age=1». */
const growingFreshMs = 1_000

const textOf = ({ bytes }: { bytes: ArrayBuffer }) => new TextDecoder().decode(bytes)
const whole = (url: string) => ({ url, from: 0, to: null })

/** What a track's playlist lists. */
export async function prefetchPlaylist(
  prefetched: PrefetchCache,
  url: string,
  signal: AbortSignal,
  freshMs?: number,
): Promise<Segment[]> {
  const playlist = await prefetched.fetch(whole(url), signal, freshMs)
  return readSegments(textOf(playlist), playlist.url)
}

/** Nothing of no segment. */
export async function prefetchSegment(
  prefetched: PrefetchCache,
  segment: Segment | undefined,
  signal: AbortSignal,
): Promise<void> {
  const pieces = segment ? piecesOf(segment) : []
  await Promise.all(pieces.map(piece => prefetched.fetch(piece, signal)))
}

export interface PrefetchOptions {
  startSeconds: number
  wishes: StartWishes
  signal: AbortSignal
}

/** Never fails: what does not come, the player asks for itself. */
export async function prefetchFilm(
  prefetched: PrefetchCache,
  { url, growing }: Pick<PlaybackView, 'url' | 'growing'>,
  { startSeconds, wishes, signal }: PrefetchOptions,
): Promise<void> {
  const freshMs = growing ? growingFreshMs : Number.POSITIVE_INFINITY
  try {
    const main = await prefetched.fetch(whole(new URL(url, location.href).href), signal, freshMs)
    const { variants, audioUrl } = readMultivariant(textOf(main), main.url)
    // A film that grows begins with its lowest rung, whatever the line: the others may have nothing yet.
    const start = growing ? 0 : chooseStart(variants, wishes)
    const tracks = [variants[start]?.url, audioUrl].filter(track => track != null)
    await Promise.all(
      tracks.map(async track => {
        const segments = await prefetchPlaylist(prefetched, track, signal, freshMs)
        await prefetchSegment(prefetched, segments[segmentAt(segments, startSeconds)], signal)
      }),
    )
  } catch {
    // The same requests, made by the player, will say what is wrong.
  }
}
