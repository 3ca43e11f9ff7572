// A person's videos as lists: by date from the index itself, page by page; by anything else, or searched, from the few facts
// of each that decide it. The work of one request is bounded, and its cursor goes on.
import { MillraceError } from '#domain/errors.ts'
import {
  fromListedItem,
  fromMetaItem,
  listedFields,
  type Meta,
  metaKey,
  ownerPartition,
  ownerSortKey,
} from '#domain/item.ts'
import {
  comparePlaces,
  filtersNothing,
  isByDate,
  isListed,
  type LibraryUsage,
  type ListedVideo,
  type ListFilter,
  type ListPlace,
  type ListSort,
  placeOf,
  usageOf,
} from '#domain/listing.ts'
import { ownerIndex } from '#domain/table-facts.ts'
import { isVideoId } from '#domain/video.ts'
import type { Item, Table } from './table.ts'

export interface ListOptions extends ListFilter {
  sort: ListSort
  limit: number
  /** From an earlier answer with the same sort; any other counts as none. */
  cursor: string | null
}

export interface VideoList {
  /**
   * With a search by date it reads on until `limit` are found, or far enough for one call: then the cursor goes on.
   * @throws MillraceError `list-too-long` for a sort that needs the whole list where there are more than `mostLookedAt`
   */
  page(ownerId: string, options: ListOptions): Promise<{ videos: Meta[]; cursor: string | null }>
  /** Of the newest `most` (default: `mostLookedAt`); `except` does not count. */
  usage(ownerId: string, options?: { except?: string; most?: number }): Promise<LibraryUsage>
}

/** So many are looked at for one request; about 4 MB of the index, five pages of DynamoDB's 1 MB. */
const mostLookedAt = 5_000
/** A search reads little at first, for whoever looks for something common, and then more at a time: 1,500 are about 1 MB. */
const [usualFirstRead, mostRead] = [500, 1_500]

const writeCursor = (sort: ListSort, { by, videoId }: ListPlace): string =>
  Buffer.from(JSON.stringify([sort, by, videoId])).toString('base64url')

/** A client's cursor; null for one of another sort and for anything else. */
function readCursor(cursor: string | null, sort: ListSort): ListPlace | null {
  if (!cursor) return null
  try {
    const read: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (!Array.isArray(read) || read[0] !== sort || !isVideoId(read[2])) return null
    const by: unknown = read[1]
    const fits = sort === 'title' ? typeof by === 'string' : Number.isFinite(by)
    return fits ? { by: by as string | number, videoId: read[2] } : null
  } catch {
    return null
  }
}

export function createVideoList({
  table,
  most = mostLookedAt,
  firstRead = usualFirstRead,
}: {
  table: Table
  /** Both small in tests, so that every bound is met. */
  most?: number
  firstRead?: number
}): VideoList {
  /** A part of the owner's index from a place on. */
  function read(
    ownerId: string,
    from: { oldest: boolean; after: Item | null; limit: number },
    fields?: typeof listedFields,
  ) {
    return table.page({
      IndexName: ownerIndex.name,
      KeyConditionExpression: '#owner = :owner',
      ExpressionAttributeNames: { ...fields?.names, '#owner': ownerIndex.partition },
      ExpressionAttributeValues: { ':owner': ownerPartition(ownerId) },
      ScanIndexForward: from.oldest,
      Limit: from.limit,
      ...(fields ? { ProjectionExpression: fields.projection } : {}),
      ...(from.after ? { ExclusiveStartKey: from.after } : {}),
    })
  }

  /**
   * The deciding facts of videos in order of date, until `visit` has enough or the bound is met; less is sent, though as much
   * is read and paid. `ended`: that was the whole list. `last`: the last one looked at.
   */
  async function walk(
    ownerId: string,
    from: { oldest: boolean; after: Item | null; most: number },
    visit: (video: ListedVideo) => 'on' | 'enough',
  ): Promise<{ ended: boolean; last: ListedVideo | null }> {
    let { after } = from
    let looked = 0
    let last: ListedVideo | null = null
    for (let limit = firstRead; looked < from.most; limit = Math.min(mostRead, limit * 4)) {
      const asked = { oldest: from.oldest, after, limit: Math.min(limit, from.most - looked) }
      const answer = await read(ownerId, asked, listedFields)
      looked += answer.items.length
      for (const [index, item] of answer.items.entries()) {
        const isLast = !answer.next && index === answer.items.length - 1
        last = fromListedItem(item)
        if (visit(last) === 'enough') return { ended: isLast, last }
      }
      after = answer.next ?? null
      if (!after) return { ended: true, last }
    }
    return { ended: false, last }
  }

  /** A key of the owner's index: where a query by date goes on. */
  const keyAt = (ownerId: string, { by, videoId }: ListPlace): Item => ({
    ...metaKey(videoId),
    [ownerIndex.partition]: ownerPartition(ownerId),
    [ownerIndex.sort]: ownerSortKey(Number(by), videoId),
  })

  async function plainPage(ownerId: string, { sort, limit, cursor }: ListOptions) {
    const cursorAt = ({ createdAt: by, videoId }: Meta) => writeCursor(sort, { by, videoId })
    const place = readCursor(cursor, sort)
    const videos: Meta[] = []
    let after = place && keyAt(ownerId, place)
    let last: Meta | undefined
    // Another read only where some are on their way out; whoever deletes a whole library leaves nothing else for a while.
    for (let looked = 0; looked < most; ) {
      const answer = await read(ownerId, { oldest: sort === 'oldest', after, limit })
      looked += answer.items.length
      after = answer.next ?? null
      for (const [index, item] of answer.items.entries()) {
        last = fromMetaItem(item)
        if (last.state !== 'deleting') videos.push(last)
        const isEnd = !after && index === answer.items.length - 1
        if (videos.length === limit && !isEnd) return { videos, cursor: cursorAt(last) }
      }
      if (!after || !last) return { videos, cursor: null }
    }
    return { videos, cursor: last ? cursorAt(last) : null }
  }

  /** The whole records, in the order of the list. */
  async function metasOf(listed: readonly ListedVideo[]): Promise<Meta[]> {
    const items = await table.getMany(listed.map(({ videoId }) => metaKey(videoId)))
    const metas = new Map(items.map(fromMetaItem).map(meta => [meta.videoId, meta]))
    return listed.flatMap(({ videoId }) => {
      const meta = metas.get(videoId)
      // Deleted since the index was read.
      return meta && meta.state !== 'deleting' ? [meta] : []
    })
  }

  async function searchedPage(ownerId: string, options: ListOptions) {
    const { sort, limit } = options
    const place = readCursor(options.cursor, sort)
    const found: ListedVideo[] = []
    const from = { oldest: sort === 'oldest', after: place && keyAt(ownerId, place), most }
    const { ended, last } = await walk(ownerId, from, video => {
      if (isListed(video, options)) found.push(video)
      return found.length === limit ? 'enough' : 'on'
    })
    const cursor = ended || !last ? null : writeCursor(sort, placeOf(last, sort))
    return { videos: await metasOf(found), cursor }
  }

  async function all(
    ownerId: string,
    atMost: number,
  ): Promise<{ videos: ListedVideo[]; complete: boolean }> {
    const videos: ListedVideo[] = []
    const newest = { oldest: false, after: null, most: atMost }
    const { ended: complete } = await walk(ownerId, newest, video => {
      videos.push(video)
      return 'on'
    })
    return { videos, complete }
  }

  async function sortedPage(ownerId: string, options: ListOptions) {
    const { sort, limit, cursor } = options
    const { videos, complete } = await all(ownerId, most)
    if (!complete) throw new MillraceError('list-too-long')
    const after = readCursor(cursor, sort)
    const listed = videos
      .filter(video => isListed(video, options))
      .map(video => ({ video, place: placeOf(video, sort) }))
      .filter(({ place }) => !after || comparePlaces(place, after, sort) > 0)
      .sort((a, b) => comparePlaces(a.place, b.place, sort))
    const page = listed.slice(0, limit)
    const last = page.at(-1)
    return {
      videos: await metasOf(page.map(({ video }) => video)),
      cursor: last && listed.length > limit ? writeCursor(sort, last.place) : null,
    }
  }

  return {
    page(ownerId, options) {
      if (!isByDate(options.sort)) return sortedPage(ownerId, options)
      return filtersNothing(options) ? plainPage(ownerId, options) : searchedPage(ownerId, options)
    },
    async usage(ownerId, { except, most: atMost = most } = {}) {
      const { videos, complete } = await all(ownerId, atMost)
      const counted = videos.filter(({ videoId }) => videoId !== except)
      return usageOf(counted, complete)
    },
  }
}
