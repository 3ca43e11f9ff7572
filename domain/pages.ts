// The addresses of the portal's pages about one video, both ways: for the portal's own router, and for what other sites are told.
// Plain values.
import { isVideoId } from './video.ts'

export type VideoPage = 'watch' | 'embed'

/** @param share the token of a share link */
const pathOf = (page: VideoPage) => (videoId: string, share?: string | null) =>
  `/${page}/${videoId}${share ? `?share=${share}` : ''}`
export const watchPath = pathOf('watch')
/** The player alone, for frames of other pages. */
export const embedPath = pathOf('embed')

/** What a page that frames the player lets it do: the `allow` of its iframe. */
export const frameAllow = 'autoplay; fullscreen; picture-in-picture; screen-wake-lock'

/** What a path shows; null for any other. One slash may stand at its end. */
export function readVideoPath(path: string): { page: VideoPage; videoId: string } | null {
  const [, page, videoId, ...rest] = path.split('/')
  const tidy = rest.length === 0 || (rest.length === 1 && rest[0] === '')
  const known = page === 'watch' || page === 'embed' ? page : null
  return known && isVideoId(videoId) && tidy ? { page: known, videoId } : null
}
