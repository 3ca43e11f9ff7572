// Which page an address means. Pure; answers not-found for every address the portal does not know.
import { embedPath, readVideoPath, watchPath } from '#domain/pages.ts'

export type Route = { page: PlainPage } | { page: 'watch'; videoId: string } | { page: 'not-found' }

const plainPages = {
  '/': 'library',
  '/sign-in': 'sign-in',
  '/join': 'join',
  '/account': 'account',
  '/admin': 'admin',
} as const
type PlainPage = (typeof plainPages)[keyof typeof plainPages]
const isPlain = (path: string): path is keyof typeof plainPages => Object.hasOwn(plainPages, path)

export const paths = {
  library: '/',
  account: '/account',
  admin: '/admin',
  /** `to`: where whoever signs in goes on. */
  signIn: (to = '/') => (to === '/' ? '/sign-in' : `/sign-in?to=${encodeURIComponent(to)}`),
  watch: watchPath,
  /** A page of its own, for frames. */
  embed: embedPath,
}

export function readRoute(path: string): Route {
  if (isPlain(path)) return { page: plainPages[path] }
  const found = readVideoPath(path)
  return found?.page === 'watch' ? { page: 'watch', videoId: found.videoId } : { page: 'not-found' }
}
