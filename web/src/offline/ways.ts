// Which way the service worker answers a request: pure, by method and address alone. What is not named here is none of its
// business: answers of the API, films, pages for frames.

export type Way =
  /** A page of the portal: from the network, the kept shell when that does not answer soon. */
  | { way: 'page' }
  /** A hashed file: what is kept is right for ever. */
  | { way: 'asset'; key: string }
  /** A small file whose address stays: from the network, kept for when there is none. */
  | { way: 'file'; key: string }
  /** A poster, whose address carries a token that changes: kept without it. */
  | { way: 'poster'; key: string }
  | { way: 'none' }

export interface Asked {
  method: string
  /** `navigate` for a page. */
  mode: string
  url: string
}

const poster = /^\/t\/[^/]+(\/v\/.+\/poster[^/]*\.jpg)$/
/** Not the portal's page: the API and its documents, films, the player for frames. */
const foreign = /^\/(?:api|t|v|p|embed)(?:\/|$)|^\/(?:health|status)$/
const files = /^\/(?:mark\.svg|manifest\.webmanifest|icon-[\w-]+\.png)$/

export function wayOf({ method, mode, url }: Asked, origin: string): Way {
  const address = new URL(url)
  if (method !== 'GET' || address.origin !== origin) return { way: 'none' }
  const { pathname } = address
  const [, key] = poster.exec(pathname) ?? []
  if (key) return { way: 'poster', key }
  if (pathname.startsWith('/assets/')) return { way: 'asset', key: pathname }
  if (files.test(pathname)) return { way: 'file', key: pathname }
  const name = pathname.slice(pathname.lastIndexOf('/') + 1)
  const isPage = mode === 'navigate' && !foreign.test(pathname) && !name.includes('.')
  return isPage ? { way: 'page' } : { way: 'none' }
}

/** The files a page names: its scripts, what they import at once, its styles, its icons. */
export function filesOf(page: string): string[] {
  const named = page.matchAll(/(?:src|href)="(\/(?:assets\/)?[\w.-]+)"/g)
  return [...new Set([...named].map(([, path]) => path ?? ''))]
}
