// Which page an address means. Pure; answers not-found for every address the portal does not know.
import { isVideoId } from '#domain/video.ts'

export type Route = { page: 'library' } | { page: 'watch'; videoId: string } | { page: 'not-found' }

export const paths = {
  library: '/',
  watch: (videoId: string) => `/watch/${videoId}`,
  /** A page of its own, for frames. */
  embed: (videoId: string) => `/embed/${videoId}`,
}

export function readRoute(path: string): Route {
  if (path === '/') return { page: 'library' }
  const [, first, id, ...rest] = path.split('/')
  const tidy = rest.length === 0 || (rest.length === 1 && rest[0] === '')
  return first === 'watch' && isVideoId(id) && tidy
    ? { page: 'watch', videoId: id }
    : { page: 'not-found' }
}
