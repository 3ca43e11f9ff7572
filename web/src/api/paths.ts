// Where a video is read and opened. Apart from the client, for what is asked before the client is there.

/** Tokens of the share links this page was opened by: whoever came by one is asked for it wherever the video is read. */
const shares = new Map<string, string>()

/** @param search of the address of a page about the video */
export function takeShare(videoId: string, search: string): void {
  const token = new URLSearchParams(search).get('share')
  if (token) shares.set(videoId, token)
}

export const shareOf = (videoId: string): string | null => shares.get(videoId) ?? null

const query = (videoId: string) => {
  const token = shareOf(videoId)
  return token === null ? '' : `?share=${encodeURIComponent(token)}`
}

const bare = (videoId: string) => `/api/videos/${videoId}`
export const videoPath = (videoId: string) => bare(videoId) + query(videoId)
export const playbackPath = (videoId: string) => `${bare(videoId)}/playback${query(videoId)}`
export const sharesPath = (videoId: string, shareId?: string) =>
  `${bare(videoId)}/shares${shareId ? `/${shareId}` : ''}`

/** One stream of events takes one token: that of the video whose page is open. */
export function eventsPath(videoIds: readonly string[]): string {
  const token = videoIds.map(shareOf).find(found => found !== null)
  const share = token ? `&share=${encodeURIComponent(token)}` : ''
  return `/api/events?videos=${videoIds.join(',')}${share}`
}

export const sessionPath = '/api/session'
