// The texts people take along from a video: its link and the code that embeds it. Pure.
import { frameAllow } from '#domain/pages.ts'
import { paths } from '../route.ts'

export interface SharedPlace {
  /** Scheme, host, port of the portal. */
  origin: string
  videoId: string
  /** Where it begins; 0: at its start. */
  seconds: number
}

const at = (seconds: number) => (seconds >= 1 ? `?t=${Math.floor(seconds)}` : '')

export const watchLink = ({ origin, videoId, seconds }: SharedPlace): string =>
  `${origin}${paths.watch(videoId)}${at(seconds)}`

/** As in an attribute between double quotes (HTML, §13.1.2.3). */
const escapeAttribute = (text: string) =>
  text.replace(/[&"<>]/g, letter => `&#${letter.charCodeAt(0)};`)

/** An iframe that keeps the picture's shape at any width. */
export function embedCode({
  title,
  aspect,
  ...place
}: SharedPlace & { title: string; aspect: number }) {
  const { origin, videoId, seconds } = place
  const width = 640
  const height = Math.round(width / aspect)
  return [
    `<iframe src="${origin}${paths.embed(videoId)}${at(seconds)}"`,
    `title="${escapeAttribute(title)}"`,
    `width="${width}" height="${height}"`,
    `style="border:0;width:100%;height:auto;aspect-ratio:${width}/${height}"`,
    `allow="${frameAllow}" allowfullscreen loading="lazy"></iframe>`,
  ].join(' ')
}
