// Which page an address means. Pure; answers not-found for every address the portal does not know.
import { embedPath, readVideoPath, watchPath } from '#domain/pages.ts'

export type Route = { page: 'library' } | { page: 'watch'; videoId: string } | { page: 'not-found' }

export const paths = {
  library: '/',
  watch: watchPath,
  /** A page of its own, for frames. */
  embed: embedPath,
}

export function readRoute(path: string): Route {
  if (path === '/') return { page: 'library' }
  const found = readVideoPath(path)
  return found?.page === 'watch' ? { page: 'watch', videoId: found.videoId } : { page: 'not-found' }
}
