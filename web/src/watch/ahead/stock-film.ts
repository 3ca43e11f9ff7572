// Fetches the beginning of a film before the player asks: playlists one after the other, then picture and sound at the same time.
import type { PlaybackView } from '#domain/video.ts'
import type { Larder } from './larder.ts'
import { piecesFor, readMultivariant, readSegments } from './playlist-reading.ts'
import { chooseStart, type StartWishes } from './start.ts'

/** The edge says of a growing playlist «max-age=1». */
const growingFreshMs = 1_000

const textOf = ({ bytes }: { bytes: ArrayBuffer }) => new TextDecoder().decode(bytes)
const whole = (url: string) => ({ url, from: 0, to: null })

/** A track's playlist and what it takes to show a moment of it. */
export async function stockTrack(
  larder: Larder,
  url: string,
  seconds: number,
  { signal, freshMs }: { signal: AbortSignal; freshMs?: number },
): Promise<void> {
  const playlist = await larder.stock(whole(url), signal, freshMs)
  const pieces = piecesFor(readSegments(textOf(playlist), playlist.url), seconds)
  await Promise.all(pieces.map(piece => larder.stock(piece, signal)))
}

export interface StockOptions {
  startSeconds: number
  wishes: StartWishes
  signal: AbortSignal
}

/** Never fails: what does not come, the player asks for itself. */
export async function stockFilm(
  larder: Larder,
  { url, growing }: Pick<PlaybackView, 'url' | 'growing'>,
  { startSeconds, wishes, signal }: StockOptions,
): Promise<void> {
  const freshMs = growing ? growingFreshMs : Number.POSITIVE_INFINITY
  try {
    const main = await larder.stock(whole(new URL(url, location.href).href), signal, freshMs)
    const { variants, audioUrl } = readMultivariant(textOf(main), main.url)
    // A film that grows begins with its lowest rung, whatever the line: the others may have nothing yet.
    const start = growing ? 0 : chooseStart(variants, wishes)
    const tracks = [variants[start]?.url, audioUrl].filter(track => track != null)
    await Promise.all(
      tracks.map(track => stockTrack(larder, track, startSeconds, { signal, freshMs })),
    )
  } catch {
    // The same requests, made by the player, will say what is wrong.
  }
}
