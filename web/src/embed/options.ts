// What the address of an embedded player says: which video, from where, how. Pure; what makes no sense counts as not said.
import { readVideoPath } from '#domain/pages.ts'
import { readMoment } from '../watch/moment.ts'

export interface EmbedOptions {
  startSeconds: number
  /** Plays without being asked, with sound where the browser lets it. */
  autoplay: boolean
  muted: boolean
  /** False: the page around it has controls of its own. */
  controls: boolean
}

/** `/embed/<videoId>`; null for anything else. */
export function readEmbedId(path: string): string | null {
  const found = readVideoPath(path)
  return found?.page === 'embed' ? found.videoId : null
}

const yes = (value: string | null) => value === '1' || value === 'true' || value === ''

export function readEmbedOptions(search: string): EmbedOptions {
  const query = new URLSearchParams(search)
  return {
    startSeconds: readMoment(query.get('t')) ?? 0,
    autoplay: yes(query.get('autoplay')),
    muted: yes(query.get('muted')),
    controls: !['0', 'false'].includes(query.get('controls') ?? ''),
  }
}
