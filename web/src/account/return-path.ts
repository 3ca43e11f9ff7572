// Where whoever signs in goes on. Pure.
import { readRoute } from '../route.ts'

/** Never another site, and no page of signing in again, whatever the link that was followed says. */
export function readReturn(search: string, origin: string): string {
  const asked = new URLSearchParams(search).get('to') ?? '/'
  if (!asked.startsWith('/')) return '/'
  let url: URL
  try {
    url = new URL(asked, origin)
  } catch {
    return '/'
  }
  const { page } = readRoute(url.pathname)
  const leads = url.origin === origin && !['not-found', 'sign-in', 'join'].includes(page)
  return leads ? url.pathname + url.search : '/'
}
