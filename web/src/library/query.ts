// What the library shows, as it stands in the address: a search, states, an order. Pure; whatever an address holds is read.
import { type ListSort, type ListState, listSorts, listStates } from '#domain/listing.ts'
import { titleMaxLength } from '#domain/video.ts'

export interface LibraryQuery {
  search: string
  /** None: all. */
  states: readonly ListState[]
  sort: ListSort
}

/** Videos on the first page of a list: what somebody waits for. */
export const firstPage = 24

export const everything: LibraryQuery = { search: '', states: [], sort: 'newest' }

/** `search`: as `location.search`. */
export function readQuery(search: string): LibraryQuery {
  const read = new URLSearchParams(search)
  const states = read.get('state')?.split(',') ?? []
  return {
    search: (read.get('q') ?? '').slice(0, titleMaxLength),
    states: listStates.filter(state => states.includes(state)),
    sort: listSorts.find(sort => sort === read.get('sort')) ?? 'newest',
  }
}

/** '' for everything, else «?q=…», in one form for one meaning. */
export function writeQuery({ search, states, sort }: LibraryQuery): string {
  const write = new URLSearchParams()
  if (search.trim()) write.set('q', search.trim())
  if (states.length > 0) write.set('state', listStates.filter(s => states.includes(s)).join(','))
  if (sort !== 'newest') write.set('sort', sort)
  const text = write.toString()
  return text ? `?${text}` : ''
}

/** Where a page of the list is asked for. `cursor`: null for the first page. */
export function listPath(query: LibraryQuery, cursor: string | null, limit: number): string {
  const asked = new URLSearchParams(writeQuery(query))
  asked.set('limit', String(limit))
  if (cursor) asked.set('cursor', cursor)
  return `/api/videos?${asked}`
}

/** Something is left out by it. */
export const narrows = ({ search, states }: LibraryQuery): boolean =>
  search.trim() !== '' || states.length > 0

export function withState(query: LibraryQuery, state: ListState): LibraryQuery {
  const states = query.states.includes(state)
    ? query.states.filter(other => other !== state)
    : [...query.states, state]
  return { ...query, states }
}
