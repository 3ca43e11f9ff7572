// Which files of a folder are worth sending, by name alone, and how the rest is named in one sentence. Pure: no file is opened here.
import { strings } from '../strings.ts'

/** Browsers know few types; the rest is named by ending. */
const endings =
  'mkv,mts,m2ts,ts,mxf,avi,flv,wmv,asf,vob,ogv,mpg,mpeg,m2v,3gp,3g2,mov,qt,mp4,m4v,webm,mp3,m4a,wav,flac,ogg,oga,opus,aac,aif,aiff'
    .split(',')
    .map(ending => `.${ending}`)
const known = new Set(endings)

/** For a file picker. What plays nowhere, the server says in words. */
export const accepted = ['video/*', 'audio/*', ...endings].join(',')

interface Named {
  readonly name: string
  readonly type: string
}

/** «.mp4», or an empty string. */
function endingOf(name: string): string {
  const dot = name.lastIndexOf('.')
  return dot > 0 ? name.slice(dot).toLowerCase() : ''
}

/** What a system leaves in every folder; nobody means to upload it, and nobody wants to hear of it. */
const litter = /^(\..*|thumbs\.db|desktop\.ini)$/i

const isMedia = ({ name, type }: Named) =>
  /^(video|audio)\//.test(type) || known.has(endingOf(name))

/** The media files among those of a folder, and the rest, in the order given. */
export function sortOut<File extends Named>(files: readonly File[]) {
  const meant = files.filter(({ name }) => !litter.test(name))
  return { media: meant.filter(isMedia), leftOut: meant.filter(file => !isMedia(file)) }
}

const namedKinds = 4

/** Says how many files were left out and which kinds they are, the most frequent first; null when none was. */
export function sayLeftOut(leftOut: readonly Named[]): string | null {
  if (leftOut.length === 0) return null
  const counts = new Map<string, number>()
  for (const { name } of leftOut) {
    const ending = endingOf(name)
    if (ending) counts.set(ending, (counts.get(ending) ?? 0) + 1)
  }
  const kinds = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  const named = kinds.slice(0, namedKinds).map(([ending]) => ending)
  return strings.upload.leftOut(leftOut.length, named, kinds.length > named.length)
}
