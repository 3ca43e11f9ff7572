// How a person's videos are searched, filtered and sorted, from the few facts of each that decide it. Pure. Plain values, no
// schema: the portal imports this file.
import type { VideoState } from './video.ts'

export const listSorts = ['newest', 'oldest', 'title', 'longest', 'largest'] as const
export type ListSort = (typeof listSorts)[number]

/** States as people tell them apart: what waits in the queue is being processed to them. */
export const listStates = ['uploading', 'processing', 'ready', 'failed'] as const
export type ListState = (typeof listStates)[number]

/** What of a video decides whether and where it is listed. */
export interface ListedVideo {
  videoId: string
  title: string
  state: VideoState
  /** Epoch seconds. */
  createdAt: number
  sizeBytes: number
  /** Null before it is known. */
  durationSeconds: number | null
}

/** The state a person would name; null for one that is on its way out and not listed at all. */
export function listState(state: VideoState): ListState | null {
  if (state === 'deleting') return null
  return state === 'queued' ? 'processing' : state
}

/** Letters with a stroke or joined, which Unicode does not take apart. */
const plainLetters: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ħ: 'h',
  ı: 'i',
}
const plainLetter = new RegExp(`[${Object.keys(plainLetters).join('')}]`, 'g')

/** A text without case, accents and forms of letters: «Žižkov» and «ZIZKOV» become the same. */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{Mn}+/gu, '')
    .replace(plainLetter, letter => plainLetters[letter] ?? letter)
}

/** The words of a search, folded, each once. */
export const searchWords = (search: string): string[] => [
  ...new Set(fold(search).split(/\s+/).filter(Boolean)),
]

export interface ListFilter {
  /** From `searchWords`: all of them stand in the title, in any order. */
  words: readonly string[]
  /** None: all. */
  states: readonly ListState[]
}

export const filtersNothing = ({ words, states }: ListFilter): boolean =>
  words.length === 0 && states.length === 0

/** Never true for a video that is being deleted. */
export function isListed({ title, state }: ListedVideo, { words, states }: ListFilter): boolean {
  const shown = listState(state)
  if (shown === null || (states.length > 0 && !states.includes(shown))) return false
  if (words.length === 0) return true
  const folded = fold(title)
  return words.every(word => folded.includes(word))
}

/** By date the table itself has them in order; for any other sort all of them must be looked at. */
export const isByDate = (sort: ListSort): sort is 'newest' | 'oldest' =>
  sort === 'newest' || sort === 'oldest'

/** A place in a sorted list: what the video there is sorted by, and its id where others are equal. */
export interface ListPlace {
  by: string | number
  videoId: string
}

/** Enough of a title to sort by, and little enough to send to and fro. */
const sortedLetters = 60

/** «Part 2» before «Part 10». */
const titles = new Intl.Collator('en', { numeric: true })

export function placeOf(video: ListedVideo, sort: ListSort): ListPlace {
  const { videoId } = video
  if (isByDate(sort)) return { by: video.createdAt, videoId }
  if (sort === 'largest') return { by: video.sizeBytes, videoId }
  if (sort === 'longest') return { by: video.durationSeconds ?? -1, videoId }
  return { by: [...fold(video.title)].slice(0, sortedLetters).join(''), videoId }
}

/** Below 0 when `a` stands before `b`. Places of one sort only. */
export function comparePlaces(a: ListPlace, b: ListPlace, sort: ListSort): number {
  const byId = a.videoId < b.videoId ? -1 : a.videoId > b.videoId ? 1 : 0
  if (typeof a.by === 'string' || typeof b.by === 'string') {
    return titles.compare(String(a.by), String(b.by)) || byId
  }
  return (sort === 'oldest' ? a.by - b.by : b.by - a.by) || byId
}

/** What a person has here. */
export interface LibraryUsage {
  videos: number
  states: Record<ListState, number>
  /** Of the uploaded files, and of those on their way as far as is known. */
  sizeBytes: number
  durationSeconds: number
  /** False: there are more than were counted. */
  complete: boolean
}

export const noUsage: LibraryUsage = {
  videos: 0,
  states: { uploading: 0, processing: 0, ready: 0, failed: 0 },
  sizeBytes: 0,
  durationSeconds: 0,
  complete: true,
}

export function usageOf(videos: readonly ListedVideo[], complete: boolean): LibraryUsage {
  const usage = { ...noUsage, states: { ...noUsage.states }, complete }
  for (const { state, sizeBytes, durationSeconds } of videos) {
    const shown = listState(state)
    if (shown === null) continue
    usage.videos += 1
    usage.states[shown] += 1
    usage.sizeBytes += sizeBytes
    usage.durationSeconds += durationSeconds ?? 0
  }
  return usage
}
