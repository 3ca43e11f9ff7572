// Playback addresses carry a token that ends. A newer one takes its place in every address still in use, without the player knowing. Pure.

const prefix = /^(\/t\/)[^/]+(?=\/)/

/** The token's part of a playback path, `/t/<token>`; null: an address of another kind. */
const prefixOf = (path: string): string | null => prefix.exec(path)?.[0] ?? null

/** The same address with the token of a newer one; itself where either has none. */
export function withToken(address: string, newer: string, base: string): string {
  const url = new URL(address, base)
  const fresh = prefixOf(new URL(newer, base).pathname)
  if (fresh === null || prefixOf(url.pathname) === null) return url.href
  url.pathname = url.pathname.replace(prefix, fresh)
  return url.href
}

/** So long before its end a token is renewed, and so soon at the earliest. */
const marginMs = 10 * 60_000
const shareOfLife = 0.2

/** When to ask for a new token (milliseconds since the epoch), of one given out at `givenAtMs`. */
export function renewalAt(expiresAt: string, givenAtMs: number): number {
  const endMs = Date.parse(expiresAt)
  if (Number.isNaN(endMs)) return Number.POSITIVE_INFINITY
  const margin = Math.min(marginMs, Math.max(0, endMs - givenAtMs) * shareOfLife)
  return endMs - margin
}
