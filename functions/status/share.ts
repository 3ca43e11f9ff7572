// How a video looks in other places: the oEmbed answer (oembed.com) and the page with tags that crawlers of other sites read
// (ogp.me, Twitter's player card). Addresses are absolute by the public origin that was set; no header of a request is believed.
import { html, raw } from 'hono/html'
import { embedPath, frameAllow, readVideoPath, watchPath } from '#domain/pages.ts'
import { readShareToken, writeShareToken } from '#domain/share.ts'
import type { VideoView } from '#domain/video.ts'

/** Before anybody says otherwise: as the code in the share panel. */
const usualWidth = 640
/** Posters are made at most so wide and high. */
const posterSide = 1280
/** The picture's address is good for twelve hours at least; whoever keeps the answer so long has a good one. */
const cacheSeconds = 6 * 3600
const usualAspect = 16 / 9

export interface Size {
  width: number
  height: number
}

/** The largest of the picture's shape within bounds, no larger than usual. */
export function frameSize(aspect: number, bounds: { width?: number; height?: number }): Size {
  const width = Math.min(
    usualWidth,
    bounds.width ?? Number.POSITIVE_INFINITY,
    (bounds.height ?? Number.POSITIVE_INFINITY) * aspect,
  )
  return {
    width: Math.max(1, Math.floor(width)),
    height: Math.max(1, Math.floor(Math.min(width / aspect, bounds.height ?? width / aspect))),
  }
}

const aspectOf = ({ width, height }: VideoView) => (width && height ? width / height : usualAspect)

function posterSize({ width, height }: VideoView): Size {
  if (!width || !height) return { width: posterSide, height: Math.round(posterSide / usualAspect) }
  const scale = Math.min(1, posterSide / width, posterSide / height)
  return { width: Math.round(width * scale), height: Math.round(height * scale) }
}

export interface Shown {
  videoId: string
  /** The token of a share link, of the right form at least. */
  share: string | null
}

export function shareIn({ searchParams }: URL): string | null {
  const given = readShareToken(searchParams.get('share') ?? '')
  return given && writeShareToken(given)
}

/** The video an address of this installation shows; null for any other address. */
export function readAddress(address: string, origin: string): Shown | null {
  const url = URL.canParse(address) ? new URL(address) : null
  const page = url?.origin === origin ? readVideoPath(url.pathname) : null
  return page && url && { videoId: page.videoId, share: shareIn(url) }
}

export function oembed(
  view: VideoView,
  share: string | null,
  origin: string,
  bounds: { width?: number; height?: number },
) {
  const { width, height } = frameSize(aspectOf(view), bounds)
  const frame = html`<iframe src="${origin}${embedPath(view.videoId, share)}" title="${view.title}" width="${width}" height="${height}" frameborder="0" allow="${frameAllow}" allowfullscreen></iframe>`
  const { width: thumbnailWidth, height: thumbnailHeight } = posterSize(view)
  return {
    version: '1.0',
    type: 'video' as const,
    title: view.title,
    provider_name: 'Millrace',
    provider_url: `${origin}/`,
    cache_age: cacheSeconds,
    width,
    height,
    html: String(frame),
    ...(view.posterUrl
      ? {
          thumbnail_url: `${origin}${view.posterUrl}`,
          thumbnail_width: thumbnailWidth,
          thumbnail_height: thumbnailHeight,
        }
      : {}),
  }
}

/** What the page of tags may do: nothing. */
export const sharePolicy = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"

/** Whoever has the address of an unlisted video may see it; nobody is told that address. */
export const isFoundBySearch = ({ visibility }: VideoView): boolean => visibility === 'public'

/** `origin` null: what needs an absolute address is left out. */
export function sharePage(view: VideoView, share: string | null, origin: string | null) {
  const { videoId, title } = view
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${title} – Millrace</title>
${isFoundBySearch(view) ? raw('') : raw('<meta name="robots" content="noindex">')}
<meta property="og:site_name" content="Millrace">
<meta property="og:type" content="video.other">
<meta property="og:title" content="${title}">
<meta name="twitter:title" content="${title}">
${origin ? absoluteTags(view, share, origin) : raw('')}
</head>
<body><h1>${title}</h1><p><a href="${watchPath(videoId, share)}">Watch</a></p></body>
</html>
`
}

function absoluteTags(view: VideoView, share: string | null, origin: string) {
  const page = `${origin}${watchPath(view.videoId, share)}`
  const embed = `${origin}${embedPath(view.videoId, share)}`
  const poster = view.posterUrl ? `${origin}${view.posterUrl}` : null
  const size = frameSize(aspectOf(view), {})
  const picture = posterSize(view)
  const secure = origin.startsWith('https:')
  const properties: [string, string | number][] = [
    ['og:url', page],
    ...(poster
      ? ([
          ['og:image', poster],
          ['og:image:type', 'image/jpeg'],
          ['og:image:width', picture.width],
          ['og:image:height', picture.height],
        ] satisfies [string, string | number][])
      : []),
    ['og:video', embed],
    ...(secure ? ([['og:video:secure_url', embed]] satisfies [string, string][]) : []),
    ['og:video:type', 'text/html'],
    ['og:video:width', size.width],
    ['og:video:height', size.height],
    ...(view.durationSeconds === null
      ? []
      : ([['og:video:duration', Math.round(view.durationSeconds)]] satisfies [string, number][])),
  ]
  const names: [string, string | number][] = [
    ['twitter:card', 'player'],
    ...(poster ? ([['twitter:image', poster]] satisfies [string, string][]) : []),
    ['twitter:player', embed],
    ['twitter:player:width', size.width],
    ['twitter:player:height', size.height],
  ]
  const oembedUrl = `${origin}/api/oembed?url=${encodeURIComponent(page)}`
  return html`<link rel="canonical" href="${page}">
<link rel="alternate" type="application/json+oembed" href="${oembedUrl}" title="${view.title}">
${properties.map(([name, value]) => html`<meta property="${name}" content="${value}">\n`)}
${names.map(([name, value]) => html`<meta name="${name}" content="${value}">\n`)}`
}
