// The texts people take along from a video: its link and the code that embeds it. Pure.
import { frameAllow } from '#domain/pages.ts'
import { paths } from '../route.ts'

export interface SharedPlace {
  /** Token of a share link; null: whoever is told the address needs none. */
  share: string | null
  /** Scheme, host, port of the portal. */
  origin: string
  videoId: string
  /** Where it begins; 0: at its start. */
  seconds: number
}

function linkTo(path: string, { origin, seconds }: SharedPlace): string {
  const moment = seconds >= 1 ? `${path.includes('?') ? '&' : '?'}t=${Math.floor(seconds)}` : ''
  return origin + path + moment
}

export const watchLink = (place: SharedPlace): string =>
  linkTo(paths.watch(place.videoId, place.share), place)

/** As in an attribute between double quotes (HTML, §13.1.2.3). */
const escapeAttribute = (text: string) =>
  text.replace(/[&"<>]/g, letter => `&#${letter.charCodeAt(0)};`)

/** An iframe that keeps the picture's shape at any width. */
export function embedCode({
  title,
  aspect,
  ...place
}: SharedPlace & { title: string; aspect: number }) {
  const address = linkTo(paths.embed(place.videoId, place.share), place)
  const width = 640
  const height = Math.round(width / aspect)
  return [
    `<iframe src="${escapeAttribute(address)}"`,
    `title="${escapeAttribute(title)}"`,
    `width="${width}" height="${height}"`,
    `style="border:0;width:100%;height:auto;aspect-ratio:${width}/${height}"`,
    `allow="${frameAllow}" allowfullscreen loading="lazy"></iframe>`,
  ].join(' ')
}
